package io.mediamesh.audio;

/** Levels in dB relative to full scale, with a floor that stands for silence: JSON has no −∞. */
final class Decibels {
    /** What silence reads: well below the −98 dBFS of the noise of 16-bit sound. */
    static final double FLOOR = -150;

    private static final double SMALLEST_POWER = Math.pow(10, FLOOR / 10);

    private Decibels() {}

    /** The level of an amplitude; 1 is 0 dB. */
    static double ofAmplitude(double amplitude) {
        return ofPower(amplitude * amplitude);
    }

    /** The level of a mean square; 1 is 0 dB, a sine at full scale has 0.5. */
    static double ofPower(double power) {
        return power <= SMALLEST_POWER ? FLOOR : 10 * Math.log10(power);
    }
}
