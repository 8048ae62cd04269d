package io.mediamesh.client;

import java.util.regex.Pattern;

/**
 * A kind of analysis of sound.
 *
 * @param name as the server knows it: lower-case letters, digits and underscores
 */
public record AudioType(String name) implements Comparable<AudioType> {
    /** Before the types, which are checked with it. */
    private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** The pitch of a voice or an instrument: {@link PitchData}. */
    public static final AudioType PITCH_TRACKER = new AudioType("pitch_tracker");
    /** Amplitudes by frequency: {@link FftSpectrumData}. */
    public static final AudioType FFT_SPECTRUM = new AudioType("fft_spectrum");
    /** Levels of bands of octaves: {@link OctaveSpectrumData}. */
    public static final AudioType OCTAVE_SPECTRUM = new AudioType("octave_spectrum");
    /** Peak and RMS of each channel: {@link LevelsData}. */
    public static final AudioType LEVELS = new AudioType("levels");
    /** How much later one channel is than another: {@link DelayData}. */
    public static final AudioType DELAY_ESTIMATOR = new AudioType("delay_estimator");
    /** Spectra as columns of a picture: {@link SpectrogramData}. */
    public static final AudioType SPECTROGRAM = new AudioType("spectrogram");
    /** The waveform: {@link ScopeData}. */
    public static final AudioType SCOPE = new AudioType("scope");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException where it can't be one
     */
    public AudioType {
        if (!ALLOWED.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a type is made of lower-case letters, digits and underscores, 64 at most");
        }
    }

    @Override
    public int compareTo(AudioType other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
