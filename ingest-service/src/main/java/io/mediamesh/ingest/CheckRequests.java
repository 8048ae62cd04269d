package io.mediamesh.ingest;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.mesh.Replies;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Answers on the event bus whether a source may be opened, so that a stream with a bad one is refused when it is added:
 * {@code {"url": …}} is answered with {@code {"ok": true}} or with the failure of {@link SourceRules#check}.
 */
final class CheckRequests {
    static final String ADDRESS = "mediamesh.ingest.check";
    private static final int THREADS = 4;
    private static final int QUEUE = 256;

    private final IngestConfig config;
    // Name servers and network disks can take seconds.
    private final WorkerPool workers = WorkerPool.create("ingest-check", THREADS, QUEUE);
    private @Nullable MessageConsumer<JsonObject> consumer;

    CheckRequests(IngestConfig config) {
        this.config = config;
    }

    Future<Void> start(Vertx vertx) {
        Context context = vertx.getOrCreateContext();
        MessageConsumer<JsonObject> made = vertx.eventBus().consumer(ADDRESS, message -> answer(context, message));
        consumer = made;
        return made.completion();
    }

    private void answer(Context context, Message<JsonObject> message) {
        Replies.answer(
                message,
                "sources to be checked",
                () -> workers.submit(context, () -> {
                    check(message.body());
                    return new JsonObject().put("ok", true);
                }));
    }

    private void check(JsonObject request) {
        if (!(request.getValue("url") instanceof String url)) {
            throw MeshException.invalid("source.url", "the source needs a url");
        }
        SourceRules.check(SourceUrl.parse(url), config);
    }

    Future<Void> stop() {
        workers.close();
        MessageConsumer<JsonObject> present = consumer;
        return present == null ? Future.succeededFuture() : present.unregister();
    }
}
