package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a detector found in one frame; an empty list says that it looked and found nothing.
 *
 * @param detector which detectors looked, for example {@code motion+faces}
 * @param widthPx width of the frame that the boxes refer to
 * @param heightPx height of that frame
 * @param inferenceMillis how long the detectors took
 * @param objects what they found, most confident first
 */
public record Detections(String detector, int widthPx, int heightPx, double inferenceMillis, List<Detection> objects)
        implements Event {
    static final String TYPE = "detections";
    private static final int MAX_OBJECTS = 10_000;

    /** Copies the list and checks its length. */
    public Detections {
        objects = List.copyOf(objects);
        if (objects.size() > MAX_OBJECTS) {
            throw MeshException.invalid("objects", objects.size() + " objects in a frame; the limit is " + MAX_OBJECTS);
        }
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public JsonObject toJson() {
        JsonArray boxes = new JsonArray();
        objects.forEach(object -> boxes.add(object.toJson()));
        return new JsonObject()
                .put("detector", detector)
                .put("width", widthPx)
                .put("height", heightPx)
                .put("inference_ms", inferenceMillis)
                .put("objects", boxes);
    }

    static Detections ofJson(JsonObject json) {
        return new Detections(
                json.getString("detector"),
                json.getInteger("width"),
                json.getInteger("height"),
                json.getDouble("inference_ms"),
                json.getJsonArray("objects").stream()
                        .map(box -> Detection.ofJson((JsonObject) box))
                        .toList());
    }
}
