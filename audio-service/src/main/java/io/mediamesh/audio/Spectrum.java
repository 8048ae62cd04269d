package io.mediamesh.audio;

/** The spectrum of a windowed piece of sound. Valid as long as {@link Sound#spectrum} says. */
public interface Spectrum {
    /** The length of the transform. */
    int size();

    /** Samples a second of the sound. */
    int sampleRateHz();

    /** The real part of bin {@code 0} to {@code size / 2}, as the transform gives it, not scaled. */
    double real(int bin);

    /** The imaginary part. */
    double imaginary(int bin);

    /** The squared magnitudes of the bins, not scaled. Computed once; not to be changed. */
    double[] powers();

    /**
     * Amplitudes, a sine at full scale being 1 whatever the window (divided by the window's coherent gain; bins 0 and
     * size / 2 are not doubled). Computed once; not to be changed.
     */
    double[] amplitudes();
}
