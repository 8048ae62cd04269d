package io.mediamesh.recorder;

import io.mediamesh.recorder.RecorderConfig.Sync;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes the files of one recording on a thread of its own, so that a slow disk keeps nothing else waiting. What waits
 * for the disk is bounded in bytes: data beyond that is refused. After a fault no more data is written. Submitting is
 * safe from any thread.
 */
final class DiskWriter {
    private static final long MOST_WAITING_BYTES = 24L << 20;

    /** Something to do with files. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException;
    }

    private record Job(Task task, long bytes, List<DiskFile> files, boolean data) {}

    private final Sync sync;
    private final Lease lease;
    private final RecorderMeters meters;
    private final Consumer<IOException> failed;
    private final Thread thread;

    // Guarded by this.
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private long waitingBytes;
    private boolean closing;

    // Only touched by the thread.
    private final Set<DiskFile> unforced = new LinkedHashSet<>();
    private boolean broken;

    /**
     * Starts the thread.
     *
     * @param lease waited for before anything is written; when it is lost, nothing more is
     * @param failed told once, on the disk's thread
     */
    DiskWriter(String name, Sync sync, Lease lease, RecorderMeters meters, Consumer<IOException> failed) {
        this.sync = sync;
        this.lease = lease;
        this.meters = meters;
        this.failed = failed;
        this.thread = Thread.ofPlatform().daemon().name("recorder-disk-" + name).start(this::work);
    }

    /**
     * Writes data that has its place in these files.
     *
     * @return false where the disk is so far behind that it is refused
     */
    synchronized boolean write(List<DiskFile> files, long bytes, Task task) {
        if (waitingBytes > 0 && waitingBytes + bytes > MOST_WAITING_BYTES) {
            return false;
        }
        waitingBytes += bytes;
        add(new Job(task, bytes, files, true));
        return true;
    }

    /** Does something behind the data that waits, also after a fault. There are few of these, so they need no bound. */
    synchronized void then(Task task) {
        add(new Job(task, 0, List.of(), false));
    }

    private void add(Job job) {
        if (closing) {
            throw new IllegalStateException("the disk's thread has ended");
        }
        jobs.add(job);
        notifyAll();
    }

    /** Takes nothing more, and waits until everything is written. */
    void finish() throws InterruptedException {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        thread.join();
    }

    private void work() {
        List<Job> batch = new ArrayList<>();
        while (take(batch)) {
            batch.forEach(this::run);
            batch.clear();
            if (sync == Sync.FRAGMENT) {
                force();
            }
        }
    }

    private synchronized boolean take(List<Job> batch) {
        while (jobs.isEmpty()) {
            if (closing) {
                return false;
            }
            try {
                wait();
            } catch (InterruptedException unexpected) {
                return false;
            }
        }
        // All that waits, so that a disk that is slow to force is asked less often.
        batch.addAll(jobs);
        jobs.clear();
        return true;
    }

    private void run(Job job) {
        try {
            if ((!job.data || !broken) && lease.await()) {
                job.task.run();
                unforced.addAll(job.files);
                meters.written(job.bytes);
            }
        } catch (InterruptedException unexpected) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException fault) {
            broke(fault instanceof IOException io ? io : new IOException(fault));
        } finally {
            synchronized (this) {
                waitingBytes -= job.bytes;
            }
        }
    }

    private void force() {
        try {
            for (DiskFile file : unforced) {
                if (file.touched()) {
                    long begin = System.nanoTime();
                    file.force();
                    meters.forced(System.nanoTime() - begin);
                }
            }
        } catch (IOException fault) {
            broke(fault);
        } finally {
            unforced.clear();
        }
    }

    private void broke(IOException fault) {
        if (!broken) {
            broken = true;
            failed.accept(fault);
        }
    }
}
