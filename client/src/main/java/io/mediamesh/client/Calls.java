package io.mediamesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the calls of a client's users to the context on which the client was created, and what comes of them back to
 * the caller's; until the client is shut down. Safe to use from any thread.
 */
final class Calls {
    private final Vertx vertx;
    private final Context context;

    // Only touched on the context.
    private @Nullable Future<Void> shutdown;

    Calls(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    /** The context of the client. */
    Context context() {
        return context;
    }

    /** Does something on the client's context; fails with {@link IllegalStateException} after the shutdown. */
    <T> Future<T> call(Supplier<Future<T>> work) {
        return run(() -> shutdown == null
                ? work.get()
                : Future.failedFuture(new IllegalStateException("this client was shut down")));
    }

    /** Does this once, on the client's context; from then on there are no calls. */
    Future<Void> shutdown(Supplier<Future<Void>> work) {
        return run(() -> {
            Future<Void> begun = shutdown;
            if (begun == null) {
                begun = work.get();
                shutdown = begun;
            }
            return begun;
        });
    }

    /** The same, also after the shutdown. */
    <T> Future<T> run(Supplier<Future<T>> work) {
        Context caller = vertx.getOrCreateContext();
        Promise<T> result = Promise.promise();
        context.runOnContext(now -> {
            Future<T> begun;
            try {
                begun = work.get();
            } catch (RuntimeException defect) {
                begun = Future.failedFuture(defect);
            }
            begun.onComplete(done -> caller.runOnContext(then -> result.handle(done)));
        });
        return result.future();
    }
}
