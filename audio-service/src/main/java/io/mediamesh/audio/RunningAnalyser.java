package io.mediamesh.audio;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.Publisher;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An analysis of a stream that somebody wants: its machine, the topic that its results go to, and what it cost. */
final class RunningAnalyser {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Publisher publisher;
    private final AnalyserKind kind;
    private final FaultLog faults;
    private final long begunNanos = System.nanoTime();

    // Only touched by whoever analyses the stream.
    private final List<Finding> found = new ArrayList<>();

    // Only touched by whoever analyses the stream, but read for statistics.
    private volatile Machine machine;
    private volatile long results;
    private volatile long faulty;
    private volatile long spentNanos;

    RunningAnalyser(Publisher publisher, AnalyserKind kind, Machine machine, FaultLog faults) {
        this.publisher = publisher;
        this.kind = kind;
        this.machine = machine;
        this.faults = faults;
    }

    AnalyserKind kind() {
        return kind;
    }

    Publisher publisher() {
        return publisher;
    }

    private record Finding(Stamp origin, Analysis analysis) {}

    /**
     * What analyses.
     *
     * @param analyser the analysis
     * @param reference what it compares with, where it does
     */
    record Machine(Analyser analyser, Optional<ReferenceSound> reference) {
        void restart() {
            analyser.restart();
            reference.ifPresent(ReferenceSound::restart);
        }

        void listen(Sound sound, long newestFrame, CaptureTime captured, Analyser.Results results) {
            if (analyser instanceof Comparing comparing && reference.isPresent()) {
                reference.get().compare(comparing, newestFrame, captured, () -> analyser.listen(sound, results));
            } else {
                analyser.listen(sound, results);
            }
        }

        Future<Void> close() {
            return reference.map(ReferenceSound::close).orElseGet(Future::succeededFuture);
        }
    }

    /** Goes on with another machine, because its settings have changed. */
    void replace(Machine other) {
        Machine before = machine;
        machine = other;
        before.close();
    }

    /** What comes next follows on nothing. */
    void restart() {
        machine.restart();
    }

    /** Lets go of what it holds. */
    Future<Void> close() {
        return machine.close();
    }

    /**
     * Analyses what is new; {@link #publish} gives away what was found.
     *
     * @param newest stamp of the newest block
     * @param newestFrame the frame with which that block began
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    void listen(Sound sound, Stamp newest, long newestFrame) {
        long before = System.nanoTime();
        try {
            machine.listen(sound, newestFrame, newest.capture(), (frame, fields) -> {
                double nanos = (frame - newestFrame) * NANOS_PER_SECOND / sound.sampleRateHz();
                CaptureTime middle = newest.capture().plusNanos(Math.round(nanos));
                Stamp origin = new Stamp(
                        newest.epoch(), newest.sequence(), middle, newest.originEpoch(), newest.originSequence());
                found.add(new Finding(origin, new Analysis(sound.sampleRateHz(), fields)));
            });
        } catch (RuntimeException | Error fault) {
            faulty++;
            faults.fault(
                    kind.type(),
                    "the sound of " + publisher.topic().stream() + " could not be analysed for " + kind.type()
                            + "; it goes on with what comes next",
                    fault);
            restart();
        }
        spentNanos += System.nanoTime() - before;
    }

    /** Gives away what was found. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    void publish() {
        for (Finding finding : found) {
            publisher.publish(finding.origin, finding.analysis);
            results++;
        }
        found.clear();
    }

    JsonObject report() {
        double seconds = Math.max(1e-3, (System.nanoTime() - begunNanos) / NANOS_PER_SECOND);
        return new JsonObject()
                .put("stream", publisher.topic().stream().value())
                .put("type", kind.type())
                .put("results", results)
                .put("rate_hz", Math.round(100 * results / seconds) / 100.0)
                .put("faults", faulty)
                .put("cpu_seconds", spentNanos / NANOS_PER_SECOND);
    }
}
