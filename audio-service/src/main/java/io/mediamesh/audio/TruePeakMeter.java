package io.mediamesh.audio;

/**
 * The peak of one channel's waveform between its samples (ITU-R BS.1770-5, annex 2): four times oversampled, twice from 96
 * kHz on, by a windowed sinc. Not thread-safe.
 */
final class TruePeakMeter {
    private static final int TAPS = 24;

    private final double[][] phases;
    private double[] samples = new double[TAPS - 1];

    TruePeakMeter(int sampleRateHz) {
        int factor = sampleRateHz < 96_000 ? 4 : sampleRateHz < 192_000 ? 2 : 1;
        phases = new double[factor - 1][TAPS];
        for (int phase = 1; phase < factor; phase++) {
            double sum = 0;
            for (int tap = 0; tap < TAPS; tap++) {
                double distance = tap - (TAPS / 2 - 1) - (double) phase / factor;
                double hann = 0.5 + 0.5 * Math.cos(2 * Math.PI * distance / TAPS);
                phases[phase - 1][tap] = hann * Math.sin(Math.PI * distance) / (Math.PI * distance);
                sum += phases[phase - 1][tap];
            }
            for (int tap = 0; tap < TAPS; tap++) {
                phases[phase - 1][tap] /= sum;
            }
        }
    }

    /** The peak in the next samples, as a share of full scale; the last few are left to the next call. */
    double peak(double[] next, int count) {
        int kept = TAPS - 1;
        double[] all = samples.length == kept + count ? samples : new double[kept + count];
        System.arraycopy(samples, samples.length - kept, all, 0, kept);
        System.arraycopy(next, 0, all, kept, count);
        samples = all;
        double highest = 0;
        for (int frame = 0; frame < count; frame++) {
            highest = Math.max(highest, Math.abs(next[frame]));
        }
        for (double[] phase : phases) {
            for (int frame = 0; frame < count; frame++) {
                double sum = 0;
                for (int tap = 0; tap < TAPS; tap++) {
                    sum += all[frame + tap] * phase[tap];
                }
                highest = Math.max(highest, Math.abs(sum));
            }
        }
        return highest;
    }
}
