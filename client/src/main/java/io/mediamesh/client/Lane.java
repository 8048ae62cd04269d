package io.mediamesh.client;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Works on one item after the other, on a virtual thread that is there only while something waits. The oldest is left
 * out and counted where work does not keep up.
 */
final class Lane<T> {
    private final String name;
    private final BoundedQueue<T> queue;
    private final Consumer<T> work;
    private final AtomicBoolean running = new AtomicBoolean();

    /**
     * @param work may block; must not throw
     */
    Lane(String name, int limit, Consumer<T> work) {
        this.name = name;
        this.queue = new BoundedQueue<>(limit, OverflowStrategy.DROP_OLDEST);
        this.work = work;
    }

    /** Never blocks. */
    void add(T item) {
        queue.add(item);
        wake();
    }

    int waiting() {
        return queue.size();
    }

    long dropped() {
        return queue.dropped();
    }

    private void wake() {
        if (running.compareAndSet(false, true)) {
            Thread.ofVirtual().name(name).start(this::drain);
        }
    }

    private void drain() {
        try {
            Optional<T> next = queue.poll();
            while (next.isPresent()) {
                work.accept(next.get());
                next = queue.poll();
            }
        } finally {
            running.set(false);
        }
        // One may have come between the last look and the end.
        if (queue.size() > 0) {
            wake();
        }
    }
}
