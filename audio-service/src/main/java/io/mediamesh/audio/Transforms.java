package io.mediamesh.audio;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.jtransforms.fft.DoubleFFT_1D;
import org.jtransforms.utils.CommonUtils;

/**
 * What a thread needs to transform sound: the library's objects, which are nowhere said to be thread-safe, and arrays to work
 * in. All streams that the thread analyses share them, because their tables are larger than what is transformed: one set
 * stays in the processor's cache, one for each stream would not.
 */
final class Transforms {
    private static final ThreadLocal<Transforms> OWN = ThreadLocal.withInitial(Transforms::new);
    private static final int MOST_IDLE_SPECTRA = 16;

    static {
        // Otherwise transforms of 8192 samples and more are spread over threads of the library's own.
        CommonUtils.setThreadsBeginN_1D_FFT_2Threads(Long.MAX_VALUE);
        CommonUtils.setThreadsBeginN_1D_FFT_4Threads(Long.MAX_VALUE);
    }

    // By the exponent of the size.
    private final @Nullable DoubleFFT_1D[] transforms = new DoubleFFT_1D[Integer.SIZE];
    private final double[][] pairs = new double[2][0];
    private final ArrayDeque<WindowedSpectrum> idle = new ArrayDeque<>();

    private Transforms() {}

    /** Those of the thread that calls, not to be kept beyond the call. */
    static Transforms ofThisThread() {
        return OWN.get();
    }

    /**
     * The transform of this length.
     *
     * @param size a power of two
     */
    DoubleFFT_1D of(int size) {
        int slot = Integer.numberOfTrailingZeros(size);
        DoubleFFT_1D known = transforms[slot];
        if (known == null) {
            known = new DoubleFFT_1D(size);
            transforms[slot] = known;
        }
        return Objects.requireNonNull(known);
    }

    /**
     * One of two arrays to work in until the call is over, with whatever was left in it.
     *
     * @param index 0 or 1
     * @param size its least length
     */
    double[] scratch(int index, int size) {
        if (pairs[index].length < size) {
            pairs[index] = new double[size];
        }
        return pairs[index];
    }

    /** A spectrum to be filled, which may have been another before. */
    WindowedSpectrum spectrum(int size) {
        for (WindowedSpectrum candidate : idle) {
            if (candidate.size() == size) {
                idle.removeFirstOccurrence(candidate);
                return candidate;
            }
        }
        return new WindowedSpectrum(size);
    }

    /** Takes a spectrum that nobody looks at any more. */
    void giveBack(WindowedSpectrum spectrum) {
        if (idle.size() == MOST_IDLE_SPECTRA) {
            idle.removeFirst();
        }
        idle.addLast(spectrum);
    }
}
