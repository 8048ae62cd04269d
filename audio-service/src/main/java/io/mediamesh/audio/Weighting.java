package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.util.Arrays;
import java.util.List;

/**
 * Frequency weighting: how much a level counts at a frequency, 0 dB at 1 kHz. A and C by the poles of IEC 61672-1:2013,
 * Annex E; B by IEC 60651:1979, which has one pole more than C, at 158.5 Hz.
 */
enum Weighting {
    /** All frequencies count the same. */
    NONE("none"),
    /** As a quiet tone is heard. */
    A("A"),
    /** Between A and C. */
    B("B"),
    /** As a loud tone is heard. */
    C("C");

    private static final double REFERENCE_HZ = 1000;
    private static final double LOW_POLE_SQUARED;
    private static final double HIGH_POLE_SQUARED;
    private static final double A_LOWER_POLE_SQUARED;
    private static final double A_UPPER_POLE_SQUARED;
    private static final double B_POLE_SQUARED = Math.pow(10, 4.4);

    static {
        // E.4.1: C falls by 3 dB at 10^1.5 and 10^3.9 Hz against 1 kHz; a high-pass at 10^2.45 Hz twice makes it A.
        double low = 1e3;
        double high = Math.pow(10, 7.8);
        double reference = REFERENCE_HZ * REFERENCE_HZ;
        double half = Math.sqrt(0.5);
        double b = (reference + low * high / reference - half * (low + high)) / (1 - half);
        double root = Math.sqrt(b * b - 4 * low * high);
        LOW_POLE_SQUARED = (-b - root) / 2;
        HIGH_POLE_SQUARED = (-b + root) / 2;
        double highPass = Math.pow(10, 2.45);
        double five = Math.sqrt(5);
        A_LOWER_POLE_SQUARED = square((3 - five) / 2 * highPass);
        A_UPPER_POLE_SQUARED = square((3 + five) / 2 * highPass);
    }

    private final String label;

    Weighting(String label) {
        this.label = label;
    }

    /** The name of it in settings and messages. */
    String label() {
        return label;
    }

    static Setting<Weighting> setting(String key) {
        List<String> names = Arrays.stream(values()).map(Weighting::label).toList();
        return new Setting<>(key, String.join(" | ", names), "none", "The frequency weighting.", "", false, text -> {
            for (Weighting weighting : values()) {
                if (weighting.label.equalsIgnoreCase(text.strip())) {
                    return weighting;
                }
            }
            throw new IllegalArgumentException("one of " + String.join(" | ", names));
        });
    }

    /** The factor of an amplitude at this frequency. */
    double gain(double frequencyHz) {
        return response(frequencyHz) / response(REFERENCE_HZ);
    }

    /** The same in dB, down to {@link Decibels#FLOOR}. */
    double decibels(double frequencyHz) {
        return Decibels.ofAmplitude(gain(frequencyHz));
    }

    private double response(double frequencyHz) {
        double f = frequencyHz * frequencyHz;
        double c = f / ((f + LOW_POLE_SQUARED) * (1 + f / HIGH_POLE_SQUARED));
        return switch (this) {
            case NONE -> 1;
            case A -> c * f / Math.sqrt((f + A_LOWER_POLE_SQUARED) * (f + A_UPPER_POLE_SQUARED));
            case B -> c * Math.sqrt(f / (f + B_POLE_SQUARED));
            case C -> c;
        };
    }

    private static double square(double value) {
        return value * value;
    }
}
