package io.mediamesh.audio;

/**
 * The transform of a windowed piece of sound, in the order in which JTransforms packs it. Filled again and again, because
 * its arrays are large: see {@link Sound#spectrum}.
 */
final class WindowedSpectrum implements Spectrum {
    private final int size;
    private final double[] packed;
    private final double[] powers;
    private final double[] amplitudes;
    private int sampleRateHz;
    private Window window = Window.RECT;
    private long end;
    private boolean hasPowers;
    private boolean hasAmplitudes;

    /**
     * One of silence.
     *
     * @param size a power of two
     */
    WindowedSpectrum(int size) {
        this.size = size;
        this.packed = new double[size];
        this.powers = new double[size / 2 + 1];
        this.amplitudes = new double[size / 2 + 1];
    }

    /** Where the samples are to be put that {@link #transform} then takes. */
    double[] samples() {
        return packed;
    }

    /** Becomes the spectrum of the samples that were put in. */
    void transform(Window newWindow, long newEnd, int newSampleRateHz) {
        window = newWindow;
        end = newEnd;
        sampleRateHz = newSampleRateHz;
        hasPowers = false;
        hasAmplitudes = false;
        double[] shape = WindowShape.of(window).coefficients(size);
        for (int index = 0; index < size; index++) {
            packed[index] *= shape[index];
        }
        Transforms.ofThisThread().of(size).realForward(packed);
    }

    boolean isOf(int otherSize, Window otherWindow, long otherEnd) {
        return end == otherEnd && size == otherSize && window == otherWindow;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int sampleRateHz() {
        return sampleRateHz;
    }

    // Packed: the bins 0 and size / 2, which are real, share the first pair.

    @Override
    public double real(int bin) {
        return bin == size / 2 ? packed[1] : packed[2 * bin];
    }

    @Override
    public double imaginary(int bin) {
        return bin == 0 || bin == size / 2 ? 0 : packed[2 * bin + 1];
    }

    @Override
    public double[] powers() {
        if (!hasPowers) {
            int half = size / 2;
            for (int bin = 1; bin < half; bin++) {
                double real = packed[2 * bin];
                double imaginary = packed[2 * bin + 1];
                powers[bin] = real * real + imaginary * imaginary;
            }
            powers[0] = packed[0] * packed[0];
            powers[half] = packed[1] * packed[1];
            hasPowers = true;
        }
        return powers;
    }

    @Override
    public double[] amplitudes() {
        if (!hasAmplitudes) {
            double[] squares = powers();
            int half = size / 2;
            double single = 1 / (WindowShape.of(window).coherentGain() * size);
            double twice = 2 * single;
            for (int bin = 0; bin <= half; bin++) {
                amplitudes[bin] = twice * Math.sqrt(squares[bin]);
            }
            amplitudes[0] /= 2;
            amplitudes[half] /= 2;
            hasAmplitudes = true;
        }
        return amplitudes;
    }
}
