package io.mediamesh.mesh;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the event loops of a process turn. A thread of its own gives each of them a task now and then; one that does
 * not run it for two seconds is blocked, which is said in the log with its stack. So a process that hangs is known
 * within three seconds, by probes that do not depend on the loop that hangs.
 */
final class EventLoopWatch implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(EventLoopWatch.class);
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final List<Loop> loops = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    private EventLoopWatch(Vertx vertx) {
        ((VertxInternal) vertx)
                .eventLoopGroup()
                .forEach(executor -> loops.add(new Loop((SingleThreadEventExecutor) executor)));
        this.thread = Thread.ofPlatform().daemon().name("event-loop-watch").unstarted(this::run);
    }

    /** Watches all event loops of this instance until it is closed. */
    static EventLoopWatch of(Vertx vertx, MeterRegistry meters) {
        EventLoopWatch watch = new EventLoopWatch(vertx);
        Gauge.builder("mediamesh.eventloop.delay", watch, EventLoopWatch::delaySeconds)
                .description("How long the slowest event loop takes, or took last, to get to a new task")
                .baseUnit("seconds")
                .register(meters);
        watch.thread.start();
        return watch;
    }

    /** What is blocked and for how long, for people; empty while everything turns. Any thread. */
    Optional<String> blocked() {
        long now = System.nanoTime();
        String all = loops.stream()
                .filter(loop -> loop.told)
                .map(loop -> "the event loop " + loop.name() + " has been blocked for "
                        + TimeUnit.NANOSECONDS.toSeconds(loop.waitedNanos(now)) + " s")
                .collect(Collectors.joining("; "));
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private double delaySeconds() {
        long now = System.nanoTime();
        return loops.stream().mapToLong(loop -> loop.delayNanos(now)).max().orElse(0) / 1e9;
    }

    private void run() {
        long last = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(PERIOD_NANOS);
            long now = System.nanoTime();
            // A process that was stopped and goes on, or gets no processor, is not one with a blocked loop.
            boolean onTime = now - last < 2 * PERIOD_NANOS;
            last = now;
            for (Loop loop : loops) {
                loop.check(now, onTime);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** One event loop, and the task that it was given last. Written by the watching thread, but for {@link #ran}. */
    private static final class Loop {
        private final SingleThreadEventExecutor executor;
        private volatile long askedNanos;
        private volatile boolean waiting;
        private volatile long lastDelayNanos;
        private volatile boolean told;

        Loop(SingleThreadEventExecutor executor) {
            this.executor = executor;
        }

        void check(long now, boolean onTime) {
            if (!waiting) {
                if (told) {
                    told = false;
                    LOG.warn("the event loop {} turns again, after {} ms", name(), lastDelayNanos / 1_000_000);
                }
                ask(now);
            } else if (!onTime) {
                // What was asked before the pause does not count.
                askedNanos = now;
            } else if (!told && waitedNanos(now) > LIMIT.toNanos()) {
                told = true;
                LOG.warn(
                        "the event loop {} has been blocked for more than {} s, so this process is not ready; it is"
                                + " at\n{}",
                        name(),
                        LIMIT.toSeconds(),
                        stack());
            }
        }

        private void ask(long now) {
            askedNanos = now;
            waiting = true;
            try {
                executor.execute(this::ran);
            } catch (RejectedExecutionException shuttingDown) {
                waiting = false;
            }
        }

        private void ran() {
            lastDelayNanos = System.nanoTime() - askedNanos;
            waiting = false;
        }

        long waitedNanos(long now) {
            return waiting ? now - askedNanos : 0;
        }

        long delayNanos(long now) {
            return Math.max(lastDelayNanos, waitedNanos(now));
        }

        /** It has a thread, because it has been given a task. */
        String name() {
            return executor.threadProperties().name();
        }

        private String stack() {
            return Arrays.stream(executor.threadProperties().stackTrace())
                    .map(frame -> "    at " + frame)
                    .collect(Collectors.joining("\n"));
        }
    }
}
