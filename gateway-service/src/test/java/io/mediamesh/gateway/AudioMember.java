package io.mediamesh.gateway;

import io.mediamesh.contracts.AudioProtocol;
import io.mediamesh.contracts.AudioProtocol.Change;
import io.mediamesh.contracts.AudioProtocol.Request;
import io.mediamesh.contracts.AudioProtocol.ShowSettings;
import io.mediamesh.contracts.AudioProtocol.ShowStatistics;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Replies;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Speaks for a member that analyses sound, by the protocol that gateways know; keeps what it is told in memory. */
final class AudioMember implements AutoCloseable {
    /** What was changed, by stream; an empty name stands for all. */
    final Map<String, Map<String, String>> changed = new ConcurrentHashMap<>();

    private final MessageConsumer<JsonObject> consumer;

    AudioMember(Mesh mesh) {
        consumer = mesh.vertx()
                .eventBus()
                .consumer(
                        AudioProtocol.addressOf(RunningGateway.SELF),
                        message -> Replies.answer(
                                message,
                                "requests about analyses",
                                () -> Future.succeededFuture(answer(Request.ofJson(message.body())))));
        Await.result(consumer.completion());
    }

    private JsonObject answer(Request request) {
        return switch (request) {
            case ShowSettings show -> show(show.stream().map(Object::toString));
            case Change change -> {
                change.values().forEach((key, value) -> {
                    if (!key.matches("audio\\.(levels|fft_spectrum)\\.(rate|size)")) {
                        throw MeshException.invalid(key, "there is no setting " + key);
                    }
                    if (key.endsWith(".size") && !value.isEmpty() && !value.matches("1024|4096|8192")) {
                        throw MeshException.invalid(key, key + " must be one of 1024, 4096, 8192, not " + value);
                    }
                });
                Map<String, String> values = changed.computeIfAbsent(
                        change.stream().map(Object::toString).orElse(""), first -> new TreeMap<>());
                change.values().forEach((key, value) -> {
                    if (value.isEmpty()) {
                        values.remove(key);
                    } else {
                        values.put(key, value);
                    }
                });
                yield show(change.stream().map(Object::toString));
            }
            case ShowStatistics show -> new JsonObject().put("streams", 1).put("analyses", new JsonArray());
        };
    }

    private JsonObject show(Optional<String> stream) {
        Map<String, String> values =
                new TreeMap<>(Map.of("audio.levels.rate", "50.0", "audio.fft_spectrum.rate", "15.0"));
        values.putAll(changed.getOrDefault("", Map.of()));
        stream.ifPresent(id -> values.putAll(changed.getOrDefault(id, Map.of())));
        JsonObject json = new JsonObject();
        values.forEach(json::put);
        JsonObject own = new JsonObject();
        changed.getOrDefault(stream.orElse(""), Map.of()).forEach(own::put);
        return new JsonObject().put("values", json).put("changed", own).put("known", new JsonArray());
    }

    @Override
    public void close() {
        Await.result(consumer.unregister());
    }
}
