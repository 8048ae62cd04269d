package io.mediamesh.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts faults of a service that goes on, and logs them, at most one line in ten seconds for each cause. Thread-safe. */
public final class FaultLog {
    private static final long PERIOD_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MAX_CAUSES = 1000;

    private final MeterRegistry meters;
    private final String metric;
    private final Logger log;
    private final ConcurrentHashMap<String, Line> lines = new ConcurrentHashMap<>();

    /**
     * Without faults so far.
     *
     * @param service the name of the service, for the metric {@code mediamesh.<service>.faults} and the log
     */
    public FaultLog(MeterRegistry meters, String service) {
        this.meters = meters;
        this.metric = "mediamesh." + service + ".faults";
        this.log = LoggerFactory.getLogger("io.mediamesh." + service);
    }

    private record Line(long loggedNanos, long unsaid) {}

    /**
     * Something failed and the stream goes on.
     *
     * @param part what failed, for the metric, for example {@code faces}
     * @param what the sentence for the operator; the same sentence is the same cause
     */
    public void fault(String part, String what, Throwable fault) {
        meters.counter(metric, "part", part).increment();
        if (lines.size() >= MAX_CAUSES) {
            lines.clear();
        }
        long now = System.nanoTime();
        lines.compute(what, (cause, last) -> {
            if (last != null && now - last.loggedNanos < PERIOD_NANOS) {
                return new Line(last.loggedNanos, last.unsaid + 1);
            }
            log.warn("{}{}", what, last == null || last.unsaid == 0 ? "" : " (" + last.unsaid + " times more)", fault);
            return new Line(now, 0);
        });
    }
}
