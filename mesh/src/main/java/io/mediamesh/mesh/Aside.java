package io.mediamesh.mesh;

import io.vertx.core.Future;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What blocks for a moment, and happens seldom: on a virtual thread of its own, where there may be no Vert.x yet. */
final class Aside {
    private Aside() {}

    /** The future completes on that thread. */
    static <T> Future<T> call(String threadName, Supplier<T> blocking) {
        return Future.fromCompletionStage(CompletableFuture.supplyAsync(
                blocking, task -> Thread.ofVirtual().name(threadName).start(task)));
    }
}
