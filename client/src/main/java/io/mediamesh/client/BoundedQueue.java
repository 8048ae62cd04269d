package io.mediamesh.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A queue that never grows beyond its limit and counts what it leaves out. Safe to use from any thread. */
final class BoundedQueue<T> {
    private static final int LARGEST = 1_000_000;

    private final int limit;
    private final OverflowStrategy overflow;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private long dropped;

    BoundedQueue(int limit, OverflowStrategy overflow) {
        if (limit < 1 || limit > LARGEST) {
            throw new IllegalArgumentException(
                    "the size of a queue must be between 1 and " + LARGEST + ", not " + limit);
        }
        this.limit = limit;
        this.overflow = overflow;
    }

    void add(T item) {
        lock.lock();
        try {
            if (waiting.size() == limit) {
                dropped++;
                if (overflow == OverflowStrategy.DROP_NEWEST) {
                    return;
                }
                waiting.removeFirst();
            }
            waiting.addLast(item);
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next one, where there is one. */
    Optional<T> poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    /** The next one; nothing where none comes within the time. */
    Optional<T> poll(Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = limit.toNanos();
            while (waiting.isEmpty() && leftNanos > 0) {
                leftNanos = filled.awaitNanos(leftNanos);
            }
            return next();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private Optional<T> next() {
        return Optional.ofNullable(overflow == OverflowStrategy.LIFO ? waiting.pollLast() : waiting.pollFirst());
    }
}
