package io.mediamesh.gateway;

import java.util.Optional;

/**
 * How many of the messages a consumer gets that cannot keep up: half of them when it lost some for two seconds in a row,
 * half of those again, and back by one step after ten seconds without a loss. What it gets is the newer for it. Not
 * thread-safe.
 */
final class AdaptiveRate {
    private static final int MOST_STRIDE = 64;
    private static final int BAD_SECONDS = 2;
    private static final int GOOD_SECONDS = 10;

    private int stride = 1;
    private long offered;
    private long offeredBefore;
    private boolean lost;
    private int bad;
    private int good;
    private long judgedNanos = System.nanoTime();

    /**
     * The consumer gets fewer or more from here on.
     *
     * @param rateHz messages a second, as they come now
     */
    record Change(double rateHz, String reason) {}

    int stride() {
        return stride;
    }

    /** Whether the message that comes now is one of those that the consumer gets. */
    boolean admits() {
        return offered++ % stride == 0;
    }

    /** The consumer lost messages. */
    void dropped() {
        lost = true;
    }

    /** To be called about once a second. */
    Optional<Change> judge(long nowNanos) {
        double seconds = Math.max(0.001, (nowNanos - judgedNanos) / 1e9);
        double comingHz = (offered - offeredBefore) / seconds;
        judgedNanos = nowNanos;
        offeredBefore = offered;
        bad = lost ? bad + 1 : 0;
        good = lost ? 0 : good + 1;
        lost = false;
        if (bad >= BAD_SECONDS && stride < MOST_STRIDE) {
            bad = 0;
            stride *= 2;
            return Optional.of(change(comingHz, "the messages are not taken as fast as they come"));
        }
        if (good >= GOOD_SECONDS && stride > 1) {
            good = 0;
            stride /= 2;
            return Optional.of(change(comingHz, "the messages are taken again as fast as they come"));
        }
        return Optional.empty();
    }

    private Change change(double comingHz, String reason) {
        return new Change(Math.round(comingHz / stride * 10) / 10.0, reason);
    }
}
