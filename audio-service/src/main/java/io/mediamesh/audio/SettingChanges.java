package io.mediamesh.audio;

import io.mediamesh.contracts.StreamId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Settings that were changed while the product runs, the same at all members: for all streams and for single ones. */
final class SettingChanges {
    private static final String MAP = "mediamesh.audio.settings";
    private static final String CHANGED = "mediamesh.audio.settings.changed";
    /** No stream has this id. */
    private static final String ALL_STREAMS = "*";

    private final Vertx vertx;
    private final AsyncMap<String, String> map;

    private SettingChanges(Vertx vertx, AsyncMap<String, String> map) {
        this.vertx = vertx;
        this.map = map;
    }

    static Future<SettingChanges> open(Vertx vertx) {
        return vertx.sharedData().<String, String>getAsyncMap(MAP).map(map -> new SettingChanges(vertx, map));
    }

    private static String keyOf(Optional<StreamId> stream) {
        return stream.map(StreamId::value).orElse(ALL_STREAMS);
    }

    /** What was changed for this stream, or for all. */
    Future<Map<String, String>> of(Optional<StreamId> stream) {
        return map.get(keyOf(stream)).map(SettingChanges::read);
    }

    private static Map<String, String> read(@Nullable String text) {
        Map<String, String> values = new TreeMap<>();
        if (text != null) {
            new JsonObject(text).forEach(entry -> values.put(entry.getKey(), String.valueOf(entry.getValue())));
        }
        return values;
    }

    /** Puts changes over the earlier ones and tells all members; an empty text takes one back. */
    Future<Void> change(Optional<StreamId> stream, Map<String, String> values) {
        String key = keyOf(stream);
        return merge(key, values).onSuccess(done -> vertx.eventBus().publish(CHANGED, key));
    }

    /** Begins anew where somebody else, maybe at another member, changed something in the meantime: nothing is lost. */
    private Future<Void> merge(String key, Map<String, String> values) {
        return map.get(key).compose(present -> {
            Map<String, String> merged = new TreeMap<>(read(present));
            values.forEach((name, text) -> {
                if (text.isEmpty()) {
                    merged.remove(name);
                } else {
                    merged.put(name, text);
                }
            });
            return replace(key, present, merged)
                    .compose(replaced -> replaced ? Future.succeededFuture() : merge(key, values));
        });
    }

    private Future<Boolean> replace(String key, @Nullable String present, Map<String, String> merged) {
        JsonObject json = new JsonObject();
        merged.forEach(json::put);
        if (present == null) {
            return merged.isEmpty()
                    ? Future.succeededFuture(true)
                    : map.putIfAbsent(key, json.encode()).map(other -> other == null);
        }
        return merged.isEmpty() ? map.removeIfPresent(key, present) : map.replaceIfPresent(key, present, json.encode());
    }

    /** Calls the handler after each change anywhere; with no stream after one that is for all. */
    MessageConsumer<String> onChange(Consumer<Optional<StreamId>> handler) {
        return vertx.eventBus()
                .consumer(
                        CHANGED,
                        message -> handler.accept(
                                message.body().equals(ALL_STREAMS)
                                        ? Optional.empty()
                                        : Optional.of(new StreamId(message.body()))));
    }

    /** Forgets what was changed for a stream that is gone. */
    Future<Void> forget(StreamId stream) {
        return map.remove(stream.value()).mapEmpty();
    }
}
