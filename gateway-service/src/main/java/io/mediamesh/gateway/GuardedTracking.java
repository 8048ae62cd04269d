package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares a tracking that fails again and again, and those who wait for it: after some failures in a row it is not asked for
 * a while, and then by one request at first. A refusal is an answer, not a failure.
 */
final class GuardedTracking implements Tracking, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedTracking.class);
    private static final long WINDOW_MILLIS = 60_000;

    private final Tracking tracking;
    private final CircuitBreaker breaker;
    private final HubCounters counters;

    /**
     * Everything may be asked at first.
     *
     * @param failures after how many of them within a minute nothing is asked
     * @param pause for how long
     */
    GuardedTracking(Vertx vertx, Tracking tracking, int failures, Duration pause, HubCounters counters) {
        this.tracking = tracking;
        this.counters = counters;
        this.breaker = CircuitBreaker.create(
                        "mediamesh-tracking",
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(failures)
                                .setFailuresRollingWindow(WINDOW_MILLIS)
                                // Whoever is asked has a limit of its own, and a late answer is still of use.
                                .setTimeout(-1)
                                .setResetTimeout(pause.toMillis()))
                .openHandler(opened -> {
                    LOG.warn(
                            "the tracking failed {} times; it is not asked for {} s, and frames go out without regions",
                            failures,
                            pause.toSeconds());
                    counters.breaker(HubCounters.Breaker.OPEN);
                })
                .halfOpenHandler(trying -> counters.breaker(HubCounters.Breaker.HALF_OPEN))
                .closeHandler(closed -> {
                    LOG.info("the tracking answers again");
                    counters.breaker(HubCounters.Breaker.CLOSED);
                });
    }

    @Override
    public Future<Started> start(List<Box> boxes, Bytes picture) {
        return guarded(() -> tracking.start(boxes, picture));
    }

    @Override
    public Future<JsonObject> frame(String session, Bytes picture) {
        return guarded(() -> tracking.frame(session, picture));
    }

    @Override
    public Future<Void> end(String session) {
        return tracking.end(session);
    }

    private sealed interface Outcome<T> {
        record Answer<T>(T value) implements Outcome<T> {}

        record Refusal<T>(MeshException why) implements Outcome<T> {}
    }

    private <T> Future<T> guarded(Supplier<Future<T>> question) {
        return breaker.<Outcome<T>>execute(promise -> {
                    long askedNanos = System.nanoTime();
                    question.get().onComplete(done -> {
                        counters.answered(System.nanoTime() - askedNanos);
                        if (done.succeeded()) {
                            promise.tryComplete(new Outcome.Answer<>(done.result()));
                            return;
                        }
                        MeshException why = MeshException.ofReply(done.cause());
                        if (isRefusal(why.code())) {
                            promise.tryComplete(new Outcome.Refusal<>(why));
                        } else {
                            counters.failed();
                            promise.tryFail(why);
                        }
                    });
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof OpenCircuitException
                                ? new MeshException(
                                        FailureCode.UNAVAILABLE, "the tracking failed too often to be asked just now")
                                : failure))
                .compose(outcome -> switch (outcome) {
                    case Outcome.Answer<T> answer -> Future.succeededFuture(answer.value());
                    case Outcome.Refusal<T> refusal -> Future.failedFuture(refusal.why());
                });
    }

    private static boolean isRefusal(FailureCode code) {
        return switch (code) {
            case INVALID, NOT_FOUND, CONFLICT, TOO_LARGE -> true;
            case FORBIDDEN,
                    MOVED,
                    UNAVAILABLE,
                    UPSTREAM,
                    UPSTREAM_TIMEOUT,
                    INTERNAL,
                    FATAL,
                    UNAUTHORIZED,
                    STALE,
                    UNPROCESSABLE,
                    BUSY -> false;
        };
    }

    @Override
    public void close() {
        breaker.close();
    }
}
