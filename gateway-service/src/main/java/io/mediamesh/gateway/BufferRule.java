package io.mediamesh.gateway;

import java.util.Locale;

/**
 * What happens to packets that wait behind a slow reader.
 *
 * @param size how many may wait behind the one being written
 * @param strategy which gives way when one more comes, and which goes first
 * @param ttlNanos what waited longer is not sent any more; {@link #FOR_EVER} for whatever it takes
 */
record BufferRule(int size, Strategy strategy, long ttlNanos) {
    /** Waiting packets never become too old. */
    static final long FOR_EVER = Long.MAX_VALUE;

    /** Who gives way in a full buffer. */
    enum Strategy {
        /** The oldest; what waits is sent in order. */
        DROP_OLDEST,
        /** The one that comes; what waits is sent in order. */
        DROP_NEWEST,
        /** The oldest; the newest is sent first. */
        LIFO;

        /** As it is written in settings and JSON. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
