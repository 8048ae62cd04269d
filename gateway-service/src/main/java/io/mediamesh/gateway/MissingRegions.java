package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the frames of a broadcast that go out without the regions that were asked for, and tells the operator when that
 * begins, when the reason changes and when it is over: one line in ten seconds at most. Lives on one event loop.
 */
final class MissingRegions {
    private static final Logger LOG = LoggerFactory.getLogger(MissingRegions.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String broadcast;
    private final HubCounters counters;
    private final LongSupplier nanoTime;
    /** What the log says last. */
    private Optional<Reason> told = Optional.empty();

    private long quietUntilNanos;
    /** Frames without regions since then. */
    private long frames;

    MissingRegions(String broadcast, HubCounters counters, LongSupplier nanoTime) {
        this.broadcast = broadcast;
        this.counters = counters;
        this.nanoTime = nanoTime;
        this.quietUntilNanos = nanoTime.getAsLong();
    }

    /** Why a frame has no regions. */
    enum Reason {
        PENDING("nothing is known yet of what the rectangle encloses"),
        NO_RECTANGLE("the broadcaster asks for regions and never said of what; it has to send a rectangle"),
        EMPTY_RECTANGLE("the broadcaster's rectangle encloses nothing; it has to send another one"),
        NO_BASE64("the frame is no base64; the broadcaster has to send JPEG or PNG files in base64"),
        REFUSED("the tracking refuses the frame or its rectangle"),
        UNAVAILABLE("the tracking is not available; /health and mediamesh_hub_ai_breaker tell more"),
        TIMEOUT("the tracking takes too long; larger frames may need a longer hub.ai_request_timeout"),
        FAILED("the tracking fails; its log tells more"),
        OVERDUE("the tracking takes longer than hub.max_hold; smaller frames, hub.skip or hub.mode: async help");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }

        static Reason of(FailureCode code) {
            return switch (code) {
                case INVALID, TOO_LARGE -> REFUSED;
                case UNAVAILABLE, MOVED, BUSY -> UNAVAILABLE;
                case UPSTREAM_TIMEOUT -> TIMEOUT;
                case NOT_FOUND, CONFLICT, FORBIDDEN, UNAUTHORIZED, STALE, UNPROCESSABLE, UPSTREAM, INTERNAL, FATAL ->
                    FAILED;
            };
        }
    }

    /**
     * A frame goes out without regions.
     *
     * @param detail what the tracking said, or nothing
     */
    void without(Reason reason, String detail) {
        counters.withoutRegions(reason);
        frames++;
        // A frame that is not answered yet says nothing of how the tracking is.
        if (reason != Reason.PENDING && !told.equals(Optional.of(reason)) && mayTell()) {
            told = Optional.of(reason);
            LOG.warn(
                    "broadcast {}: frames go out without regions: {}{}",
                    broadcast,
                    reason.sentence,
                    detail.isEmpty() ? "" : " (" + detail + ")");
        }
    }

    /** A frame goes out with regions, or with the word that there are none. */
    void with() {
        if (told.isPresent() && mayTell()) {
            told = Optional.empty();
            LOG.info("broadcast {}: frames have regions again; {} went out without", broadcast, frames);
            frames = 0;
        }
    }

    private boolean mayTell() {
        long now = nanoTime.getAsLong();
        boolean may = now - quietUntilNanos >= 0;
        quietUntilNanos = may ? now + QUIET_NANOS : quietUntilNanos;
        return may;
    }
}
