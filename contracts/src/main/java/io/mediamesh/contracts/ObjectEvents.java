package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What objects did between one frame and the next; there is none for a frame in which nothing happened.
 *
 * @param frame number of the frame since its source was opened, from 0
 * @param widthPx width of the frame that the boxes refer to
 * @param heightPx height of that frame
 * @param events in the order in which they happened, 1 at least
 */
public record ObjectEvents(long frame, int widthPx, int heightPx, List<ObjectEvent> events) implements Event {
    static final String TYPE = "events";

    /** Copies the list. */
    public ObjectEvents {
        events = List.copyOf(events);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public JsonObject toJson() {
        return new JsonObject()
                .put("frame", frame)
                .put("width", widthPx)
                .put("height", heightPx)
                .put(
                        "events",
                        new JsonArray(events.stream().map(ObjectEvent::toJson).toList()));
    }

    static ObjectEvents ofJson(JsonObject json) {
        return new ObjectEvents(
                json.getLong("frame"),
                json.getInteger("width"),
                json.getInteger("height"),
                json.getJsonArray("events").stream()
                        .map(event -> ObjectEvent.ofJson((JsonObject) event))
                        .toList());
    }
}
