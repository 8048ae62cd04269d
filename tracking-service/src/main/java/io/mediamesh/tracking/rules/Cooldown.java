package io.mediamesh.tracking.rules;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** For how long what happened is not to be told again. Not thread-safe. */
final class Cooldown {
    /** Far more than there are classes and places; what is forgotten is told again. */
    private static final int MOST_CAUSES = 10_000;

    private final Map<String, Long> told = new HashMap<>();

    /** Whether this has happened within the time before; if not, it begins now. */
    boolean mutes(String cause, long nowNanos, Duration time) {
        Long last = told.get(cause);
        if (last != null && nowNanos - last < time.toNanos()) {
            return true;
        }
        if (told.size() >= MOST_CAUSES) {
            told.clear();
        }
        told.put(cause, nowNanos);
        return false;
    }
}
