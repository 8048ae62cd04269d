package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sound out of arrays, one a channel, that arrives in blocks of 10 ms. */
final class ArraySound implements Sound {
    private final int sampleRateHz;
    private final double[][] channels;
    private long end;

    ArraySound(int sampleRateHz, double[]... channels) {
        this.sampleRateHz = sampleRateHz;
        this.channels = channels;
    }

    /** A result and the frame that it is about. */
    record Result(long frame, Fields fields) {}

    /** Lets an analyser hear all of it. */
    List<Result> play(Analyser analyser) {
        List<Result> results = new ArrayList<>();
        int block = sampleRateHz / 100;
        while (end < channels[0].length) {
            end = Math.min(channels[0].length, end + block);
            analyser.listen(this, (frame, fields) -> results.add(new Result(frame, fields)));
        }
        return results;
    }

    /** As if so much had arrived. */
    ArraySound upTo(long frames) {
        end = frames;
        return this;
    }

    @Override
    public int sampleRateHz() {
        return sampleRateHz;
    }

    @Override
    public int channels() {
        return channels.length;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public void channel(int channel, long from, int count, double[] target, int targetOffset) {
        check(from, count);
        System.arraycopy(channels[channel], (int) from, target, targetOffset, count);
    }

    @Override
    public void mono(long from, int count, double[] target, int targetOffset) {
        check(from, count);
        for (int frame = 0; frame < count; frame++) {
            double sum = 0;
            for (double[] channel : channels) {
                sum += channel[(int) from + frame];
            }
            target[targetOffset + frame] = sum / channels.length;
        }
    }

    private void check(long from, int count) {
        if (from < Math.max(0, end - KEPT_FRAMES) || from + count > end) {
            throw new IllegalArgumentException("frames " + from + " + " + count + " of " + end);
        }
    }

    @Override
    public Spectrum spectrum(int size, Window window, long until) {
        double[] values = new double[size];
        mono(until - size, size, values, 0);
        return spectrumOf(sampleRateHz, values, window);
    }

    /** The spectrum of these samples. */
    static Spectrum spectrumOf(int sampleRateHz, double[] samples, Window window) {
        WindowedSpectrum spectrum = new WindowedSpectrum(samples.length);
        System.arraycopy(samples, 0, spectrum.samples(), 0, samples.length);
        spectrum.transform(window, samples.length, sampleRateHz);
        return spectrum;
    }

    /** A part of it. */
    static double[] part(double[] samples, int from, int count) {
        return Arrays.copyOfRange(samples, from, from + count);
    }
}
