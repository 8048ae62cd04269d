package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Levels of octaves or fractions of them: see {@link OctaveAnalyser}. */
public final class OctaveSpectrum implements AnalyserKind {
    private static final List<String> FRACTIONS = List.of("1", "3", "6", "12", "24");
    private static final String RESPONSES = "fast (125 ms) | slow (1 s) | impulse (35 ms) | 1ms to 60s";

    static final Setting<Integer> BANDS_PER_OCTAVE = new Setting<>(
            "audio.octave_spectrum.bands_per_octave",
            String.join(" | ", FRACTIONS),
            "3",
            "Bands in an octave.",
            "",
            false,
            text -> {
                if (!FRACTIONS.contains(text.strip())) {
                    throw new IllegalArgumentException("one of " + String.join(" | ", FRACTIONS));
                }
                return Integer.valueOf(text.strip());
            });
    static final Setting<Duration> RESPONSE_TIME = new Setting<>(
            "audio.octave_spectrum.response_time",
            RESPONSES,
            "fast",
            "Time constant of the levels' exponential averages.",
            "",
            false,
            OctaveSpectrum::responseTime);
    static final Setting<Weighting> WEIGHTING = Weighting.setting("audio.octave_spectrum.weighting");

    private static Duration responseTime(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "fast" -> Duration.ofMillis(125);
            case "slow" -> Duration.ofSeconds(1);
            case "impulse" -> Duration.ofMillis(35);
            default -> {
                try {
                    yield Levels.within("", "", 1, 60_000, "").parser().apply(word);
                } catch (IllegalArgumentException neither) {
                    throw new IllegalArgumentException("one of " + RESPONSES, neither);
                }
            }
        };
    }

    @Override
    public String type() {
        return "octave_spectrum";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(BANDS_PER_OCTAVE, RESPONSE_TIME, WEIGHTING);
    }

    @Override
    public double defaultRateHz() {
        return 15;
    }

    @Override
    public Analyser open(AnalyserSettings settings) {
        return new OctaveAnalyser(
                settings.get(BANDS_PER_OCTAVE),
                settings.get(RESPONSE_TIME).toNanos() / 1e9,
                settings.get(WEIGHTING),
                settings.maxRateHz());
    }
}
