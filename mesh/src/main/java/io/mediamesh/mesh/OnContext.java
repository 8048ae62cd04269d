package io.mediamesh.mesh;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Runs a step on a context of its own and gives the result back on the caller's. */
public final class OnContext {
    private OnContext() {}

    /** What the step gives, on the context of the caller; a step that throws fails. */
    public static <T> Future<T> call(Vertx vertx, Context target, Supplier<Future<T>> step) {
        Context caller = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        target.runOnContext(there -> start(step)
                .onComplete(done -> caller.runOnContext(back -> {
                    if (done.succeeded()) {
                        promise.complete(done.result());
                    } else {
                        promise.fail(done.cause());
                    }
                })));
        return promise.future();
    }

    private static <T> Future<T> start(Supplier<Future<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException fault) {
            return Future.failedFuture(fault);
        }
    }
}
