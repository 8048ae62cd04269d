package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.SubscriptionState;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who watches a topic. At most one packet is being written to it; a few more wait, the oldest of which gives
 * way to a new one and is counted. Everything happens on the hub's event loop.
 */
abstract class Viewer {
    private record Waiting(Packet packet, long sinceNanos) {}

    private final ArrayDeque<Waiting> waiting;
    private final ViewOptions options;
    private final BufferRule usualRule;
    private final ViewerCounters counters;
    private @Nullable ViewerHub hub;
    private boolean writing;
    private boolean flushing;
    private boolean closed;
    private long writingSinceNanos;
    private long lastWriteNanos = System.nanoTime();
    private long dropped;
    private @Nullable Change pendingChange;

    /** A change of the topic's state that a viewer is told of. */
    record Change(StreamId stream, SubscriptionState state, String reason) {}

    Viewer(ViewOptions options, ViewerCounters counters) {
        this.options = options;
        this.usualRule = options.rule();
        this.counters = counters;
        this.waiting = new ArrayDeque<>(Math.min(16, options.queueCapacity()));
    }

    /**
     * Starts writing a packet; {@link #written} must follow, maybe before this returns.
     *
     * @param dropped packets that this viewer lost since the one before
     */
    abstract void write(Packet packet, long dropped);

    /** Tells a change of state other than the end. */
    abstract void tell(Change change);

    /** Tells that the topic is over and closes in good order. */
    abstract void finish(String reason);

    /** Closes in good order because the server stops: there is more of the topic to be had, elsewhere. */
    void dismiss(String reason) {
        finish(reason);
    }

    /** Tells that the topic cannot be shown and closes. */
    abstract void fail(MeshException failure);

    /** Closes at once, without waiting for what was not read. */
    abstract void cut();

    /** Called about once a second, for signs of life. */
    void beat(long nowNanos, long quietNanos) {}

    /** What becomes of packets that wait now. */
    BufferRule rule() {
        return usualRule;
    }

    /** So many packets waited too long; they are among those that were missed. */
    void expired(int count) {}

    /** Called about once a second as long as the viewer is there. */
    void adapt(long nowNanos) {}

    final void attachTo(ViewerHub newHub) {
        hub = newHub;
        counters.joined();
    }

    final boolean isClosed() {
        return closed;
    }

    /** Whether a packet made now would be of use. */
    boolean hungry() {
        return !closed && (!writing || (options.buffered() && waiting.size() < options.queueCapacity()));
    }

    void offer(Packet packet) {
        if (closed) {
            return;
        }
        if (!writing && waiting.isEmpty()) {
            begin(packet);
            return;
        }
        BufferRule rule = rule();
        if (rule.strategy() == BufferRule.Strategy.DROP_NEWEST && waiting.size() >= rule.size()) {
            missed(1);
            return;
        }
        while (waiting.size() >= rule.size()) {
            drop(waiting.removeFirst().packet());
        }
        waiting.addLast(new Waiting(packet.retain(), System.nanoTime()));
    }

    /** Packets that were lost before they reached this viewer. */
    void missed(long count) {
        dropped += count;
        counters.dropped(count);
    }

    final void change(Change change) {
        if (closed) {
            return;
        }
        if (writing) {
            pendingChange = change;
        } else {
            tell(change);
        }
    }

    /** The packet has left for the client, or the connection broke. */
    final void written(boolean succeeded) {
        writing = false;
        if (!succeeded) {
            left();
            return;
        }
        if (!flushing) {
            flush();
        }
    }

    /** The client is gone, or was sent away. */
    final void left() {
        if (closed) {
            return;
        }
        closed = true;
        waiting.forEach(entry -> entry.packet().release());
        waiting.clear();
        counters.left();
        ViewerHub last = hub;
        if (last != null) {
            last.remove(this);
        }
    }

    /** Looks after a viewer that takes nothing, and gives the others a sign of life. */
    final void check(long nowNanos, long stallNanos) {
        if (closed) {
            return;
        }
        adapt(nowNanos);
        expire(nowNanos);
        if (writing) {
            if (nowNanos - writingSinceNanos > stallNanos) {
                counters.stalled();
                cut();
                left();
            }
        } else {
            beat(nowNanos, nowNanos - lastWriteNanos);
        }
    }

    private void flush() {
        flushing = true;
        try {
            while (!writing && !closed) {
                Change change = pendingChange;
                if (change != null) {
                    pendingChange = null;
                    tell(change);
                }
                expire(System.nanoTime());
                Waiting next = rule().strategy() == BufferRule.Strategy.LIFO ? waiting.pollLast() : waiting.pollFirst();
                if (next == null) {
                    break;
                }
                begin(next.packet());
                next.packet().release();
            }
        } finally {
            flushing = false;
        }
        ViewerHub present = hub;
        if (present != null && !closed) {
            present.wantMore();
        }
    }

    /** The first is the oldest, whichever goes first. */
    private void expire(long nowNanos) {
        long ttlNanos = rule().ttlNanos();
        int count = 0;
        for (Waiting oldest = waiting.peekFirst();
                oldest != null && nowNanos - oldest.sinceNanos() > ttlNanos;
                oldest = waiting.peekFirst()) {
            drop(waiting.removeFirst().packet());
            count++;
        }
        if (count > 0) {
            expired(count);
        }
    }

    /** How many packets wait. */
    final int waiting() {
        return waiting.size();
    }

    private void begin(Packet packet) {
        long lost = dropped;
        dropped = 0;
        writing = true;
        writingSinceNanos = System.nanoTime();
        lastWriteNanos = writingSinceNanos;
        counters.sent();
        write(packet, lost);
    }

    private void drop(Packet packet) {
        packet.release();
        missed(1);
    }
}
