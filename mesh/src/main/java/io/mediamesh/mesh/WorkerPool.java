package io.mediamesh.mesh;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * A bounded executor for native and CPU work: so many threads, so many waiting tasks, and a task too many is refused
 * and counted. Threads end after half a minute without work.
 */
public final class WorkerPool implements Executor, AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    private final String name;
    private final ThreadPoolExecutor threads;
    private final LongAdder rejected = new LongAdder();

    private WorkerPool(String name, int threadCount, int queueCapacity) {
        this.name = name;
        ThreadFactory factory = Thread.ofPlatform().name(name + "-", 0).daemon().factory();
        this.threads = new ThreadPoolExecutor(
                threadCount,
                threadCount,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueCapacity),
                factory);
        threads.allowCoreThreadTimeOut(true);
    }

    /** A pool whose threads carry this name. */
    public static WorkerPool create(String name, int threadCount, int queueCapacity) {
        return new WorkerPool(name, threadCount, queueCapacity);
    }

    /**
     * Runs a task.
     *
     * @throws RejectedExecutionException when the queue is full or the pool is closed
     */
    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException full) {
            rejected.increment();
            throw new RejectedExecutionException(name + " has no room for more work", full);
        }
    }

    /** Runs a task and completes the future on the given context; a full queue fails it. */
    public <T> Future<T> submit(Context context, Callable<T> task) {
        Promise<T> promise = Promise.promise();
        try {
            execute(() -> {
                try {
                    T result = task.call();
                    context.runOnContext(done -> promise.complete(result));
                } catch (Exception | Error failure) {
                    context.runOnContext(done -> promise.fail(failure));
                }
            });
        } catch (RejectedExecutionException full) {
            promise.fail(full);
        }
        return promise.future();
    }

    /** How many threads it has when there is enough to do. */
    public int threads() {
        return threads.getMaximumPoolSize();
    }

    /** Counts its threads and tasks from now on, under its name. */
    public WorkerPool measuredBy(MeterRegistry meters) {
        gauge(meters, "mediamesh.pool.threads", "Threads that a pool may have", ThreadPoolExecutor::getMaximumPoolSize);
        gauge(meters, "mediamesh.pool.active", "Threads that work on a task now", ThreadPoolExecutor::getActiveCount);
        gauge(meters, "mediamesh.pool.queued", "Tasks that wait for a thread", all -> all.getQueue()
                .size());
        FunctionCounter.builder("mediamesh.pool.rejected", rejected, LongAdder::sum)
                .description("Tasks that were refused because too many waited")
                .tag("pool", name)
                .register(meters);
        return this;
    }

    private void gauge(
            MeterRegistry meters, String metric, String description, ToDoubleFunction<ThreadPoolExecutor> value) {
        Gauge.builder(metric, threads, value)
                .description(description)
                .tag("pool", name)
                .register(meters);
    }

    /** Tasks that wait for a thread. */
    public int queued() {
        return threads.getQueue().size();
    }

    /** Tasks refused so far. */
    public long rejected() {
        return rejected.sum();
    }

    /** Lets running tasks finish and drops waiting ones. */
    @Override
    public void close() {
        threads.getQueue().clear();
        threads.shutdown();
    }
}
