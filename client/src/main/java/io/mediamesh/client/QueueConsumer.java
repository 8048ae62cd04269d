package io.mediamesh.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps results until somebody takes them. Safe to use from any thread; only {@link #get(Duration)} blocks. */
public final class QueueConsumer implements AudioConsumer {
    /** Results that wait at most unless told otherwise. */
    public static final int DEFAULT_MAX_SIZE = 1000;

    private final BoundedQueue<AudioData> queue;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    /** One of {@link #DEFAULT_MAX_SIZE}, whose oldest result makes room for a new one. */
    public QueueConsumer() {
        this(DEFAULT_MAX_SIZE, OverflowStrategy.DROP_OLDEST);
    }

    /**
     * One with a size of its own.
     *
     * @param maxSize 1 to 1,000,000
     * @throws IllegalArgumentException for another size
     */
    public QueueConsumer(int maxSize, OverflowStrategy overflow) {
        this.queue = new BoundedQueue<>(maxSize, overflow);
    }

    @Override
    public void accept(AudioData data) {
        received.incrementAndGet();
        queue.add(data);
    }

    /**
     * Takes the next result, and waits for it where there is none. Not for event loops.
     *
     * @param timeout how long to wait
     * @return nothing where none came in that time
     */
    public Optional<AudioData> get(Duration timeout) throws InterruptedException {
        return counted(queue.poll(timeout));
    }

    /** Takes the next result where there is one; never waits. */
    public Optional<AudioData> poll() {
        return counted(queue.poll());
    }

    /** How it does. */
    public ConsumerStatistics statistics() {
        return new ConsumerStatistics(received.get(), taken.get(), 0, 0, queue.dropped(), queue.size());
    }

    private Optional<AudioData> counted(Optional<AudioData> next) {
        next.ifPresent(data -> taken.incrementAndGet());
        return next;
    }
}
