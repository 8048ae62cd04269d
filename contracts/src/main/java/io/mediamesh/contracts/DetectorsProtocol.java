package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What gateways ask members that detect: an empty object sent to {@link #ADDRESS} is answered with {@link Known} once the
 * detectors are loaded.
 */
public final class DetectorsProtocol {
    /** Where any of the members answers. */
    public static final String ADDRESS = "mediamesh.vision.detectors";

    private DetectorsProtocol() {}

    /**
     * A detector.
     *
     * @param name by which settings choose it
     * @param classes the labels that it gives; empty where that is not known here
     */
    public record Detector(String name, Optional<List<String>> classes) {}

    /**
     * The detectors that look at every stream.
     *
     * @param detectors in the order of the settings
     */
    public record Known(List<Detector> detectors) {
        /** Copies the list. */
        public Known {
            detectors = List.copyOf(detectors);
        }

        /** The form on the bus. */
        public JsonObject toJson() {
            JsonArray all = new JsonArray();
            for (Detector detector : detectors) {
                JsonObject json = new JsonObject().put("name", detector.name);
                detector.classes.ifPresent(classes -> json.put("classes", new JsonArray(classes)));
                all.add(json);
            }
            return new JsonObject().put("detectors", all);
        }

        /** Reads what {@link #toJson()} wrote. */
        public static Known ofJson(JsonObject json) {
            return new Known(json.getJsonArray("detectors").stream()
                    .map(JsonObject.class::cast)
                    .map(each -> new Detector(
                            each.getString("name"),
                            Optional.ofNullable(each.getJsonArray("classes")).map(classes -> classes.stream()
                                    .map(String.class::cast)
                                    .toList())))
                    .toList());
        }
    }
}
