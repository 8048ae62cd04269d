package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import java.util.OptionalDouble;

/** Follows the pitch of the mean of all channels. */
final class PitchTracker implements Analyser {
    /** Nobody needs more than this: a piece is 80 ms. */
    private static final double SHORTEST_SECONDS = 0.005;

    private static final double FLOOR_DB = -150;

    private final AnalyserSettings settings;
    private int sampleRateHz = 48_000;
    private PitchDetector detector;
    private Hops hops;

    PitchTracker(AnalyserSettings settings) {
        this.settings = settings;
        this.detector = detector();
        this.hops = hops();
    }

    private PitchDetector detector() {
        return new PitchDetector(
                sampleRateHz,
                settings.get(PitchTrackerKind.MIN_FREQUENCY),
                settings.get(PitchTrackerKind.MAX_FREQUENCY));
    }

    private Hops hops() {
        int least = (int) Math.ceil(SHORTEST_SECONDS * sampleRateHz);
        return new Hops(Hops.frames(sampleRateHz, settings.maxRateHz(), least), detector.size());
    }

    @Override
    public void listen(Sound sound, Results results) {
        if (sound.sampleRateHz() != sampleRateHz) {
            sampleRateHz = sound.sampleRateHz();
            detector = detector();
            hops = hops();
        }
        int size = detector.size();
        while (hops.due(sound)) {
            long end = hops.take();
            results.give(end - size / 2, fieldsOf(detector.find(sound.spectrum(size, Window.HANN, end))));
        }
    }

    private Fields fieldsOf(PitchDetector.Finding found) {
        boolean heard = found.levelDbfs() >= settings.get(PitchTrackerKind.MIN_LEVEL);
        OptionalDouble frequencyHz = heard && found.confidence() >= settings.get(PitchTrackerKind.MIN_CONFIDENCE)
                ? found.frequencyHz()
                : OptionalDouble.empty();
        Fields.Builder fields = Fields.builder();
        double amplitudeDb = Math.max(FLOOR_DB, found.levelDbfs());
        if (frequencyHz.isPresent()) {
            NoteName note = NoteName.of(frequencyHz.getAsDouble(), settings.get(PitchTrackerKind.REFERENCE));
            return fields.number("frequency_hz", frequencyHz.getAsDouble(), 3)
                    .number("confidence", found.confidence(), 3)
                    .text("note_name", note.name())
                    .number("amplitude_db", amplitudeDb, 2)
                    .number("harmonic_clarity", found.harmonicClarity(), 3)
                    .number("cents", note.cents(), 1)
                    .build();
        }
        return fields.none("frequency_hz")
                .number("confidence", heard ? found.confidence() : 0, 3)
                .none("note_name")
                .number("amplitude_db", amplitudeDb, 2)
                .number("harmonic_clarity", heard ? found.harmonicClarity() : 0, 3)
                .none("cents")
                .build();
    }

    @Override
    public void restart() {
        hops.restart();
    }
}
