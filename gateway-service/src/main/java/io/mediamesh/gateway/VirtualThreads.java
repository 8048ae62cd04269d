package io.mediamesh.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs what blocks (the database, files) off the event loop. What runs there has its own bounds. */
final class VirtualThreads implements AutoCloseable {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("gateway-", 0).factory());
    private final Context context;

    /** Results come back on this context. */
    VirtualThreads(Context context) {
        this.context = context;
    }

    <T> Future<T> call(Callable<T> task) {
        Promise<T> promise = Promise.promise();
        threads.execute(() -> {
            try {
                T result = task.call();
                context.runOnContext(done -> promise.complete(result));
            } catch (Exception | Error failure) {
                context.runOnContext(done -> promise.fail(failure));
            }
        });
        return promise.future();
    }

    /** Waits for nothing: what still runs ends by itself. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
