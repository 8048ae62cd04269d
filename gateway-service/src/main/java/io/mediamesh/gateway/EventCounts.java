package io.mediamesh.gateway;

import io.mediamesh.contracts.CountingLine;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvent.AtLine;
import io.mediamesh.contracts.ObjectEvents;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.gateway.EventCountStore.Cell;
import io.mediamesh.gateway.EventCountStore.Count;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what objects do, in memory until it is written every other second. On the gateway's event loop. */
final class EventCounts {
    private static final Logger LOG = LoggerFactory.getLogger(EventCounts.class);
    /** While the store does not answer. */
    private static final int MOST_UNWRITTEN = 100_000;

    private final EventCountStore store;
    private final VirtualThreads blocking;
    private final Duration keep;
    private Map<Cell, Long> unwritten = new HashMap<>();
    private Future<Void> writes = Future.succeededFuture();
    private boolean writing;

    EventCounts(EventCountStore store, VirtualThreads blocking, Duration keep) {
        this.store = store;
        this.blocking = blocking;
        this.keep = keep;
    }

    void count(Item item, ObjectEvents events) {
        long minute = TimeUnit.NANOSECONDS.toMinutes(item.stamp().capture().unixNanos());
        for (ObjectEvent event : events.events()) {
            happening(event).ifPresent(word -> {
                Cell cell = new Cell(
                        item.topic().stream(), minute, word, event.place().orElse(""), event.label());
                if (unwritten.size() < MOST_UNWRITTEN || unwritten.containsKey(cell)) {
                    unwritten.merge(cell, 1L, Long::sum);
                }
            });
        }
    }

    private static Optional<String> happening(ObjectEvent event) {
        return switch (event.kind()) {
            case NEW, ENTER, LEAVE, LOITER -> Optional.of(event.kind().name().toLowerCase(Locale.ROOT));
            case CROSS ->
                Optional.of(
                        event.detail() instanceof AtLine at && at.direction() == CountingLine.Direction.OUT
                                ? "out"
                                : "in");
            case UPDATE, END -> Optional.empty();
        };
    }

    /** Writes what was counted; to be called every second. */
    void check() {
        if (!unwritten.isEmpty() && !writing) {
            flush();
        }
    }

    /** Writes everything that was counted. */
    Future<Void> flush() {
        writing = true;
        writes = writes.transform(before -> write());
        return writes.onComplete(written -> writing = false);
    }

    private Future<Void> write() {
        Map<Cell, Long> taken = unwritten;
        unwritten = new HashMap<>();
        if (taken.isEmpty()) {
            return Future.succeededFuture();
        }
        return blocking.call(() -> {
                    store.add(taken);
                    return taken;
                })
                .<Void>mapEmpty()
                .onFailure(failure -> {
                    LOG.warn("counts of events wait to be written: {}", failure.getMessage());
                    taken.forEach((cell, amount) -> unwritten.merge(cell, amount, Long::sum));
                });
    }

    /** What was counted, that of this moment included. */
    Future<List<Count>> read(StreamId stream, long fromMinute, long toMinute, long bucketMinutes) {
        return flush().transform(
                        written -> blocking.call(() -> store.read(stream, fromMinute, toMinute, bucketMinutes)));
    }

    /** Forgets what is too old; to be called every hour. */
    void forgetOld() {
        long before = TimeUnit.MILLISECONDS.toMinutes(System.currentTimeMillis()) - keep.toMinutes();
        blocking.call(() -> store.removeBefore(before))
                .onFailure(failure -> LOG.warn("old counts of events stay for now: {}", failure.getMessage()));
    }
}
