package io.mediamesh.audio;

import io.mediamesh.contracts.AudioBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest sound of a stream in a ring, and the spectra that were asked for since it went on. For one form of sound: where the
 * rate or the channels change, or something is missing, a new one begins. Used by one thread at a time.
 */
public final class SoundHistory implements Sound {
    /** How many frames may come at once, so that analyses can look back at each of them. */
    public static final int MAX_APPENDED_FRAMES = 8192;

    private static final int MOST_SPECTRA = 32;
    private static final int MASK = 2 * KEPT_FRAMES - 1;
    private static final double FULL_SCALE = 32_768;

    private final int sampleRateHz;
    private final short[][] rings;
    /** Of the newest sound, as far as they were asked for. */
    private final List<WindowedSpectrum> spectra = new ArrayList<>();

    private short[] interleaved = new short[0];
    private long end;

    /** One that has heard nothing yet. */
    public SoundHistory(int sampleRateHz, int channels) {
        this.sampleRateHz = sampleRateHz;
        rings = new short[channels][MASK + 1];
    }

    /** Whether this block has the form of what is kept. */
    boolean fits(AudioBlock block) {
        return block.sampleRateHz() == sampleRateHz && block.channels() == rings.length;
    }

    /**
     * Adds part of a block, behind which the analyses have to listen.
     *
     * @param count at most {@link #MAX_APPENDED_FRAMES}
     */
    public void append(AudioBlock block, int from, int count) {
        if (!fits(block) || count > MAX_APPENDED_FRAMES) {
            throw new IllegalArgumentException(count + " frames of " + block.channels() + " channels at "
                    + block.sampleRateHz() + " Hz for a history of " + rings.length + " at " + sampleRateHz + " Hz");
        }
        int samples = block.frames() * rings.length;
        if (interleaved.length < samples) {
            interleaved = new short[samples];
        }
        block.copyTo(interleaved, 0);
        for (int channel = 0; channel < rings.length; channel++) {
            short[] ring = rings[channel];
            int source = from * rings.length + channel;
            for (int index = 0; index < count; index++) {
                ring[(int) (end + index) & MASK] = interleaved[source];
                source += rings.length;
            }
        }
        end += count;
        letGo();
    }

    /** Everybody who wanted a spectrum has seen it. */
    void letGo() {
        if (!spectra.isEmpty()) {
            spectra.forEach(Transforms.ofThisThread()::giveBack);
            spectra.clear();
        }
    }

    @Override
    public int sampleRateHz() {
        return sampleRateHz;
    }

    @Override
    public int channels() {
        return rings.length;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public void channel(int channel, long from, int count, double[] target, int targetOffset) {
        check(from, count);
        copy(rings[channel], from, count, target, targetOffset, 1 / FULL_SCALE);
    }

    @Override
    public void mono(long from, int count, double[] target, int targetOffset) {
        check(from, count);
        double scale = 1 / (FULL_SCALE * rings.length);
        copy(rings[0], from, count, target, targetOffset, scale);
        for (int channel = 1; channel < rings.length; channel++) {
            add(rings[channel], from, count, target, targetOffset, scale);
        }
    }

    private static void copy(short[] ring, long from, int count, double[] target, int targetOffset, double scale) {
        int start = (int) from & MASK;
        int first = Math.min(count, ring.length - start);
        for (int index = 0; index < first; index++) {
            target[targetOffset + index] = scale * ring[start + index];
        }
        for (int index = first; index < count; index++) {
            target[targetOffset + index] = scale * ring[index - first];
        }
    }

    private static void add(short[] ring, long from, int count, double[] target, int targetOffset, double scale) {
        int start = (int) from & MASK;
        int first = Math.min(count, ring.length - start);
        for (int index = 0; index < first; index++) {
            target[targetOffset + index] += scale * ring[start + index];
        }
        for (int index = first; index < count; index++) {
            target[targetOffset + index] += scale * ring[index - first];
        }
    }

    private void check(long from, int count) {
        if (from < 0 || from < end - rings[0].length || from + count > end) {
            throw new IndexOutOfBoundsException(
                    count + " frames from " + from + " are not kept; the newest is before " + end);
        }
    }

    @Override
    public Spectrum spectrum(int size, Window window, long endFrame) {
        for (WindowedSpectrum known : spectra) {
            if (known.isOf(size, window, endFrame)) {
                return known;
            }
        }
        if (spectra.size() == MOST_SPECTRA) {
            // Somebody catches up with a lot of sound; what was asked for first is seen first.
            spectra.removeFirst();
        }
        WindowedSpectrum made = Transforms.ofThisThread().spectrum(size);
        mono(endFrame - size, size, made.samples(), 0);
        made.transform(window, endFrame, sampleRateHz);
        spectra.add(made);
        return made;
    }
}
