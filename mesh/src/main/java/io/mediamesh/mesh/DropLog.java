package io.mediamesh.mesh;

import io.mediamesh.contracts.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Says that a subscriber is too slow: one line a second at most, with the number since the last line. That somebody who
 * wants the newest item only gets the newest is no news, so for those the line is a debug line.
 */
final class DropLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.mediamesh.drops");
    private static final long PERIOD_NANOS = 1_000_000_000L;

    private final String subscriber;
    private final Level level;
    private long pending;
    private long lastLineNanos = System.nanoTime() - PERIOD_NANOS;

    DropLog(SubscribeOptions options) {
        this.subscriber = options.subscriber();
        this.level = options.policy() instanceof Policy.Latest ? Level.DEBUG : Level.WARN;
    }

    synchronized void dropped(Topic topic, long items) {
        pending += items;
        if (due()) {
            LOG.atLevel(level).log("{} is slower than {}: dropped {} items", subscriber, topic, pending);
            pending = 0;
        }
    }

    synchronized void failed(Topic topic, Throwable failure) {
        pending++;
        if (due()) {
            LOG.warn(
                    "{} lost {} items of {} that could not be encoded: {}",
                    subscriber,
                    pending,
                    topic,
                    failure.getMessage());
            pending = 0;
        }
    }

    private boolean due() {
        long now = System.nanoTime();
        if (now - lastLineNanos < PERIOD_NANOS) {
            return false;
        }
        lastLineNanos = now;
        return true;
    }
}
