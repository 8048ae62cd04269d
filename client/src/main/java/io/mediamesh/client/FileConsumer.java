package io.mediamesh.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Writes each result as a line of JSON, as it came, on a virtual thread. A file that has its size is set aside as {@code
 * NAME.1}, the one before it as {@code NAME.2}, and so on. Where nothing can be written, because the disk is full for
 * example, that is reported and counted, no half of a line is left, and the next results are tried again. Results that
 * come faster than they can be written wait, up to 10,000, of which the oldest is left out. Safe to use from any thread.
 */
public final class FileConsumer implements AudioConsumer, AutoCloseable {
    private static final int MOST_WAITING = 10_000;
    private static final long MEGABYTE = 1_000_000;

    private final Path path;
    private final FileConsumerOptions options;
    private final Lane<Entry> lane = new Lane<>("mediamesh-file", MOST_WAITING, this::work);
    private final ErrorListeners errors = new ErrorListeners();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final LineFile file;
    private boolean flushPlanned;
    private volatile boolean closing;

    /** What the lane works on. */
    private sealed interface Entry {
        record Line(String json) implements Entry {}

        record End() implements Entry {}
    }

    /** One with {@link FileConsumerOptions#DEFAULT}. */
    public FileConsumer(Path path) {
        this(path, FileConsumerOptions.DEFAULT);
    }

    /**
     * One that writes at the end of a file, which it makes with its first line.
     *
     * @param path in a folder that exists
     */
    public FileConsumer(Path path, FileConsumerOptions options) {
        this.path = path;
        this.options = options;
        this.file = new LineFile(path, options.maxFileMegabytes() * MEGABYTE, options.maxFiles());
    }

    @Override
    public void accept(AudioData data) {
        if (!closing) {
            received.incrementAndGet();
            lane.add(new Entry.Line(data.json()));
        }
    }

    @Override
    public void addErrorListener(Consumer<AudioError> listener) {
        errors.add(listener);
    }

    /** How it does; {@code handled} are the lines that are written. */
    public ConsumerStatistics statistics() {
        return new ConsumerStatistics(received.get(), written.get(), failed.get(), 0, lane.dropped(), lane.waiting());
    }

    /**
     * Writes what waits and closes the file. Waits for that: not for event loops. What comes afterwards is left out. Safe
     * to call twice.
     */
    @Override
    public void close() {
        if (!closing) {
            closing = true;
            lane.add(new Entry.End());
        }
        closed.join();
    }

    private void work(Entry entry) {
        lock.lock();
        try {
            switch (entry) {
                case Entry.Line line when closed.isDone() -> failed.incrementAndGet();
                case Entry.Line line -> add(line.json);
                case Entry.End end -> end();
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(String line) {
        boolean full = file.add(line);
        if (full || options.flushEvery().isZero()) {
            flush();
        } else if (!flushPlanned) {
            flushPlanned = true;
            CompletableFuture.delayedExecutor(
                            options.flushEvery().toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
                    .execute(this::flushPlanned);
        }
    }

    private void flushPlanned() {
        lock.lock();
        try {
            flushPlanned = false;
            flush();
        } finally {
            lock.unlock();
        }
    }

    private void flush() {
        int lines = file.pendingLines();
        try {
            written.addAndGet(file.flush());
        } catch (IOException failure) {
            failed.addAndGet(lines);
            errors.tell(AudioError.of(
                    AudioError.Kind.CONSUMER,
                    lines + " lines could not be written to " + path + ": " + failure.getMessage(),
                    failure));
        }
    }

    private void end() {
        flush();
        try {
            file.close();
        } catch (IOException failure) {
            errors.tell(AudioError.of(AudioError.Kind.CONSUMER, path + " could not be closed", failure));
        } finally {
            closed.complete(null);
        }
    }
}
