package io.mediamesh.audio;

import io.mediamesh.contracts.AudioProtocol.Change;
import io.mediamesh.contracts.AudioProtocol.Request;
import io.mediamesh.contracts.AudioProtocol.ShowSettings;
import io.mediamesh.contracts.AudioProtocol.ShowStatistics;
import io.mediamesh.mesh.Replies;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/** Answers what gateways ask; on the service's context. */
final class AudioRequests {
    private final EffectiveSettings settings;
    private final Supplier<JsonObject> statistics;

    AudioRequests(EffectiveSettings settings, Supplier<JsonObject> statistics) {
        this.settings = settings;
        this.statistics = statistics;
    }

    void answer(Message<JsonObject> message) {
        Replies.answer(message, "requests about analyses", () -> answerTo(Request.ofJson(message.body())));
    }

    private Future<JsonObject> answerTo(Request request) {
        return switch (request) {
            case ShowSettings show -> settings.show(show.stream());
            case Change change ->
                settings.change(change.stream(), change.values()).compose(done -> settings.show(change.stream()));
            case ShowStatistics show -> Future.succeededFuture(statistics.get());
        };
    }
}
