package io.mediamesh.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what the server says over a connection for sound, and counts what is not understood. For one thread. */
final class AudioMessages {
    private static final Logger LOG = LoggerFactory.getLogger(AudioMessages.class);
    private static final int NO_STATUS = 400;

    private final ErrorListeners errors;
    private final FaultLog faults = new FaultLog(LOG, "a result of an analysis of sound is not understood");
    private long malformed;

    AudioMessages(ErrorListeners errors) {
        this.errors = errors;
    }

    /** What may come. */
    sealed interface Message {}

    record Result(AudioData data) implements Message {}

    /** Something that was asked for is refused. */
    record Refusal(MediameshException failure) implements Message {}

    /** The server has changed the rate by itself. */
    record Rate(String text) implements Message {}

    /** The server says how the analysis or its stream does. */
    record State(String reason) implements Message {}

    /** Whatever a newer server may say. */
    record Other(String text) implements Message {}

    long malformed() {
        return malformed;
    }

    /** The messages in a text: one, or several where the server was asked to batch them. */
    List<Message> read(String text) {
        List<Message> messages = new ArrayList<>(1);
        try {
            switch (Json.decodeValue(text)) {
                case JsonObject one -> messages.add(message(one, text));
                case JsonArray batch -> {
                    for (int index = 0; index < batch.size(); index++) {
                        JsonObject one = batch.getJsonObject(index);
                        messages.add(message(one, one.encode()));
                    }
                }
                default -> throw new DecodeException("it is neither an object nor a list of them");
            }
        } catch (DecodeException | ClassCastException | NullPointerException | IllegalArgumentException fault) {
            malformed++;
            faults.add(fault);
            errors.tell(AudioError.of(
                    AudioError.Kind.MESSAGE, "a message is not understood: " + fault.getMessage(), fault));
        }
        return messages;
    }

    private static Message message(JsonObject json, String text) {
        if (json.containsKey("metadata")) {
            return new Result(AudioData.ofJson(json, text));
        }
        if (json.containsKey("error")) {
            return new Refusal(Failures.ofAnswer(NO_STATUS, json.toBuffer()));
        }
        if ("notice".equals(json.getValue("type")) && json.getValue("rate") instanceof Number rate) {
            return new Rate("the server sends up to " + rate + " results a second now");
        }
        if ("state".equals(json.getValue("type")) && json.getValue("reason") instanceof String reason) {
            return new State(reason);
        }
        return new Other(text);
    }
}
