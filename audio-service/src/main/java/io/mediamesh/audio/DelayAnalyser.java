package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Delays between the first two channels of a stream, or between two streams. */
final class DelayAnalyser implements Comparing {
    /** In dry air of 20 °C. */
    private static final double METRES_PER_SECOND = 343;

    private static final double SHORTEST_SECONDS = 0.05;
    private static final List<String> TWO_CHANNELS = List.of("L", "R");
    private static final List<String> TWO_STREAMS = List.of("reference", "stream");

    private final double maxDelaySeconds;
    private final double maxRateHz;
    private final boolean ofTwoStreams;
    private int sampleRateHz = 48_000;
    private DelayEstimator estimator;
    private Hops hops;
    private @Nullable Sound reference;
    private long leadFrames;

    DelayAnalyser(AnalyserSettings settings, boolean ofTwoStreams) {
        this.ofTwoStreams = ofTwoStreams;
        this.maxDelaySeconds = settings.get(DelayEstimatorKind.MAX_DELAY_MS) / 1000;
        this.maxRateHz = settings.maxRateHz();
        this.estimator = new DelayEstimator(sampleRateHz, maxDelaySeconds);
        this.hops = hops();
    }

    private Hops hops() {
        int least = (int) Math.ceil(SHORTEST_SECONDS * sampleRateHz);
        return new Hops(Hops.frames(sampleRateHz, maxRateHz, least), estimator.size());
    }

    @Override
    public void compareWith(Sound other, long lead) {
        reference = other;
        leadFrames = lead;
    }

    @Override
    public void listen(Sound sound, Results results) {
        tuneTo(sound.sampleRateHz());
        int size = estimator.size();
        while (hops.due(sound)) {
            long end = hops.peek();
            Optional<Fields> found = ofTwoStreams ? besideReference(sound, end) : besideEachOther(sound, end);
            if (found.isEmpty()) {
                return;
            }
            hops.take();
            results.give(end - size / 2, found.get());
        }
    }

    private Optional<Fields> besideEachOther(Sound sound, long end) {
        if (sound.channels() < 2) {
            return Optional.of(nothing("mono", TWO_CHANNELS));
        }
        int size = estimator.size();
        double[] first = scratch(0);
        double[] second = scratch(1);
        sound.channel(0, end - size, size, first, 0);
        sound.channel(1, end - size, size, second, 0);
        return Optional.of(estimate(first, second, TWO_CHANNELS));
    }

    /** Nothing yet where the other stream has not come as far. */
    private Optional<Fields> besideReference(Sound sound, long end) {
        Sound other = reference;
        if (other == null || other.end() < end + leadFrames) {
            return Optional.empty();
        }
        long begin = end + leadFrames - estimator.size();
        boolean kept = begin >= Math.max(0, other.end() - Sound.KEPT_FRAMES);
        return Optional.of(
                kept ? between(other, end + leadFrames, sound, end) : nothing("reference_is_missing", TWO_STREAMS));
    }

    /**
     * By how much the sound of one stream comes later than that of another.
     *
     * @param referenceEnd the frame behind the last that is looked at
     * @param end the frame that was captured at the same time in the other
     */
    Fields between(Sound reference, long referenceEnd, Sound sound, long end) {
        if (reference.sampleRateHz() != sound.sampleRateHz()) {
            return nothing("rates_differ", TWO_STREAMS);
        }
        tuneTo(sound.sampleRateHz());
        int size = estimator.size();
        double[] first = scratch(0);
        double[] second = scratch(1);
        reference.mono(referenceEnd - size, size, first, 0);
        sound.mono(end - size, size, second, 0);
        return estimate(first, second, TWO_STREAMS);
    }

    private double[] scratch(int index) {
        return Transforms.ofThisThread().scratch(index, estimator.size());
    }

    private void tuneTo(int rateHz) {
        if (rateHz != sampleRateHz) {
            sampleRateHz = rateHz;
            estimator = new DelayEstimator(rateHz, maxDelaySeconds);
            hops = hops();
        }
    }

    private Fields estimate(double[] first, double[] second, List<String> names) {
        return estimator
                .estimate(first, second)
                .map(delay -> fieldsOf(delay, names))
                .orElseGet(() -> nothing("silent", names));
    }

    private Fields fieldsOf(DelayEstimator.Delay delay, List<String> names) {
        double seconds = delay.samples() / sampleRateHz;
        return Fields.builder()
                .number("delay_ms", 1000 * seconds, 4)
                .number("delay_samples", delay.samples(), 3)
                .number("distance_m", METRES_PER_SECOND * seconds, 4)
                .number("confidence", delay.confidence(), 3)
                .text("polarity", delay.inverted() ? "inverted" : "normal")
                .texts("channel_labels", names)
                .text("status", "measured")
                .build();
    }

    private static Fields nothing(String status, List<String> names) {
        return Fields.builder()
                .none("delay_ms")
                .none("delay_samples")
                .none("distance_m")
                .number("confidence", 0, 3)
                .none("polarity")
                .texts("channel_labels", names)
                .text("status", status)
                .build();
    }

    @Override
    public void restart() {
        hops.restart();
    }
}
