package io.mediamesh.gateway;

import io.mediamesh.contracts.AudioProtocol.Change;
import io.mediamesh.contracts.AudioProtocol.ShowSettings;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of analyses of sound while the product runs: those of the members that make them, and the buffers of this
 * gateway. What is changed is kept, and told to the members again after a restart. On the gateway's event loop.
 */
final class AudioSettings {
    private static final Logger LOG = LoggerFactory.getLogger(AudioSettings.class);
    private static final String BUFFER = "buffer.";

    private final AudioMembers members;
    private final AudioConsumers consumers;
    private final AudioSettingsStore store;
    private final VirtualThreads blocking;
    private final Deque<Change> untold = new ArrayDeque<>();
    private boolean telling;

    AudioSettings(AudioMembers members, AudioConsumers consumers, AudioSettingsStore store, VirtualThreads blocking) {
        this.members = members;
        this.consumers = consumers;
        this.store = store;
        this.blocking = blocking;
    }

    /** Reads what was kept: the buffers hold at once, the members are told as soon as there are any. */
    Future<Void> resume() {
        return blocking.call(store::all).map(kept -> {
            kept.forEach((stream, values) -> {
                Map<String, String> theirs = new TreeMap<>();
                values.forEach((name, content) -> {
                    if (name.startsWith(BUFFER)) {
                        restoreBuffer(name.substring(BUFFER.length()), content);
                    } else {
                        theirs.put(name, content);
                    }
                });
                if (!theirs.isEmpty()) {
                    untold.add(new Change(
                            stream.equals(AudioSettingsStore.ALL_STREAMS)
                                    ? Optional.empty()
                                    : Optional.of(new StreamId(stream)),
                            theirs));
                }
            });
            return null;
        });
    }

    private void restoreBuffer(String type, String content) {
        try {
            AudioBuffers buffers = consumers.buffers();
            buffers.change(type, AudioBuffers.of(new JsonObject(content), buffers.rule(type), BUFFER + type));
        } catch (RuntimeException unreadable) {
            LOG.warn("the kept buffer of {} is left aside: {}", type, unreadable.getMessage());
        }
    }

    /** Tells members what they don't know yet; to be called every second. */
    void check() {
        Change next = untold.peekFirst();
        if (next == null || telling || !members.present()) {
            return;
        }
        telling = true;
        members.ask(next).onComplete(told -> {
            telling = false;
            if (told.succeeded()) {
                untold.remove(next);
            } else if (told.cause() instanceof MeshException refusal
                    && refusal.code().remedy() == FailureCode.Remedy.REJECT) {
                LOG.warn("kept settings of analyses of sound hold no more: {}", refusal.getMessage());
                untold.remove(next);
            }
        });
    }

    /** Forgets what was changed for a stream that is gone. */
    void forget(StreamId stream) {
        untold.removeIf(change -> change.stream().equals(Optional.of(stream)));
        blocking.call(() -> {
                    store.forget(stream.value());
                    return stream;
                })
                .onFailure(failure -> LOG.warn(
                        "the settings of analyses of {} could not be forgotten: {}", stream, failure.getMessage()));
    }

    /** {@code {"rates":{…},"buffers":{…},"values":{…},"changed":{…},"known":[…]}}; buffers are the same for all streams. */
    Future<JsonObject> show(Optional<StreamId> stream) {
        return members.ask(new ShowSettings(stream)).map(told -> shown(stream, told));
    }

    private JsonObject shown(Optional<StreamId> stream, JsonObject told) {
        JsonObject values = told.getJsonObject("values", new JsonObject());
        JsonObject rates = new JsonObject();
        for (String type : consumers.types().known()) {
            String rate = values.getString(rateKey(type));
            if (rate != null) {
                rates.put(type, Double.valueOf(rate));
            }
        }
        JsonObject json = new JsonObject().put("rates", rates);
        if (stream.isEmpty()) {
            json.put("buffers", buffers());
        }
        return json.put("values", values)
                .put("changed", told.getJsonObject("changed", new JsonObject()))
                .put("known", told.getJsonArray("known", new JsonArray()));
    }

    /** The rules of all types. */
    JsonObject buffers() {
        JsonObject buffers = new JsonObject();
        for (String type : consumers.types().known()) {
            buffers.put(type, AudioBuffers.toJson(consumers.buffers().rule(type)));
        }
        return buffers;
    }

    /**
     * Changes what {@code rates}, {@code buffers} and {@code values} of the body name; null takes a change back.
     *
     * @throws MeshException naming the field; nothing is changed then
     */
    Future<JsonObject> change(Optional<StreamId> stream, JsonObject body) {
        Map<String, String> values = new TreeMap<>();
        body.getJsonObject("values", new JsonObject())
                .forEach(entry -> values.put(entry.getKey(), entry.getValue() == null ? "" : "" + entry.getValue()));
        body.getJsonObject("rates", new JsonObject()).forEach(entry -> {
            String field = "rates." + entry.getKey();
            consumers.types().checked(entry.getKey(), field);
            values.put(rateKey(entry.getKey()), rate(entry.getValue(), field));
        });
        Map<String, Optional<BufferRule>> rules = rules(body.getJsonObject("buffers", new JsonObject()));
        if (stream.isPresent() && !rules.isEmpty()) {
            throw MeshException.invalid(
                    "buffers", "buffers are the same for all streams: put them at /api/v1/audio/settings");
        }
        Future<JsonObject> told =
                values.isEmpty() ? members.ask(new ShowSettings(stream)) : members.ask(new Change(stream, values));
        return told.compose(answer -> keep(stream, values, rules).map(kept -> {
            rules.forEach((type, rule) -> rule.ifPresentOrElse(
                    some -> consumers.buffers().change(type, some),
                    () -> consumers.buffers().reset(type)));
            return shown(stream, answer);
        }));
    }

    private Future<Void> keep(
            Optional<StreamId> stream, Map<String, String> values, Map<String, Optional<BufferRule>> rules) {
        Map<String, String> kept = new TreeMap<>(values);
        rules.forEach((type, rule) -> kept.put(
                BUFFER + type,
                rule.map(some -> AudioBuffers.toJson(some).encode()).orElse("")));
        return blocking.call(() -> {
                    store.put(stream.map(StreamId::value).orElse(AudioSettingsStore.ALL_STREAMS), kept);
                    return kept;
                })
                .mapEmpty();
    }

    private Map<String, Optional<BufferRule>> rules(JsonObject json) {
        Map<String, Optional<BufferRule>> rules = new TreeMap<>();
        json.forEach(entry -> {
            String type = entry.getKey();
            String field = "buffers." + type;
            consumers.types().checked(type, field);
            rules.put(
                    type,
                    entry.getValue() instanceof JsonObject rule
                            ? Optional.of(
                                    AudioBuffers.of(rule, consumers.buffers().rule(type), field))
                            : Optional.empty());
        });
        return rules;
    }

    private static String rate(Object value, String field) {
        if (value == null) {
            return "";
        }
        if (value instanceof Number number
                && number.doubleValue() >= 0
                && number.doubleValue() <= ViewOptions.MAX_RATE_HZ) {
            return String.valueOf(number.doubleValue());
        }
        throw MeshException.invalid(
                field, field + " must be a number from 0 (no limit) to 1000 Hz, not " + Quoted.of("" + value));
    }

    private static String rateKey(String type) {
        return "audio." + type + ".rate";
    }
}
