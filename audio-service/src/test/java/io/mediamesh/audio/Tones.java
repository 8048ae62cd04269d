package io.mediamesh.audio;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jtransforms.fft.DoubleFFT_1D;

/** Sound by formula. */
final class Tones {
    static final int RATE_HZ = 48_000;

    private Tones() {}

    static double[] of(double seconds, IntToDoubleFunction sampleAt) {
        return IntStream.range(0, (int) Math.round(seconds * RATE_HZ))
                .mapToDouble(sampleAt)
                .toArray();
    }

    static double[] sine(double seconds, double hz, double peak) {
        return of(seconds, frame -> peak * Math.sin(2 * Math.PI * hz * frame / RATE_HZ));
    }

    static double[] silence(double seconds) {
        return of(seconds, frame -> 0);
    }

    /** Normal, with this RMS. */
    static double[] whiteNoise(double seconds, double rms, long seed) {
        Random random = new Random(seed);
        return of(seconds, frame -> rms * random.nextGaussian());
    }

    /** Equal power in every octave above 20 Hz, with this RMS: normal amplitudes in the spectrum, falling with 1/√f. */
    static double[] pinkNoise(double seconds, double rms, long seed) {
        Random random = new Random(seed);
        double[] noise = new double[(int) Math.round(seconds * RATE_HZ) & ~1];
        double lowest = 20.0 * noise.length / RATE_HZ;
        for (int bin = (int) Math.ceil(lowest); bin < noise.length / 2; bin++) {
            noise[2 * bin] = random.nextGaussian() / Math.sqrt(bin);
            noise[2 * bin + 1] = random.nextGaussian() / Math.sqrt(bin);
        }
        new DoubleFFT_1D(noise.length).realInverse(noise, true);
        return scaled(noise, rms / rms(noise));
    }

    static double[] scaled(double[] samples, double factor) {
        return IntStream.range(0, samples.length)
                .mapToDouble(at -> factor * samples[at])
                .toArray();
    }

    static double rms(double[] samples) {
        return Math.sqrt(IntStream.range(0, samples.length)
                .mapToDouble(at -> samples[at] * samples[at])
                .average()
                .orElse(0));
    }

    static double[] sum(double[] one, double[] other) {
        return IntStream.range(0, Math.min(one.length, other.length))
                .mapToDouble(at -> one[at] + other[at])
                .toArray();
    }
}
