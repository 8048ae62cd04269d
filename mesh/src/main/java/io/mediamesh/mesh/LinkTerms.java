package io.mediamesh.mesh;

import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * What a member wants of a topic that another member produces. Subscriptions with equal terms share one link, so
 * that an item crosses the network once.
 */
record LinkTerms(String producerId, Topic topic, Policy policy, double maxRateHz, Form form) {
    /** Quality of video for subscribers that want pixels: visually lossless, and detectors don't notice. */
    private static final JpegForm PIXELS = JpegForm.ofQuality(92);

    static LinkTerms of(String producerId, Topic topic, SubscribeOptions options) {
        Form form = options.form() instanceof Form.ByReference ? PIXELS : options.form();
        return new LinkTerms(producerId, topic, options.policy(), options.maxRateHz(), form);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("topic", topic.toString())
                .put("capacity", policy.capacity())
                .put(
                        "policy",
                        switch (policy) {
                            case Policy.Latest latest -> "latest";
                            case Policy.Buffer buffer -> "buffer";
                            case Policy.Lossless lossless -> "lossless";
                        });
        if (form instanceof JpegForm jpeg) {
            json.put("quality", jpeg.quality()).put("width", jpeg.maxWidthPx()).put("height", jpeg.maxHeightPx());
        }
        return Double.isInfinite(maxRateHz) ? json : json.put("rate", maxRateHz);
    }

    /** The options of the outlet that serves the link. */
    static SubscribeOptions optionsOf(JsonObject json, String subscriber) {
        int capacity = json.getInteger("capacity");
        Policy policy =
                switch (json.getString("policy")) {
                    case "latest" -> Policy.LATEST;
                    case "buffer" -> Policy.buffer(capacity);
                    case "lossless" -> Policy.lossless(capacity);
                    default -> throw MeshException.invalid("policy", "latest, buffer or lossless");
                };
        Form form = json.containsKey("quality")
                ? new JpegForm(json.getInteger("quality"), json.getInteger("width"), json.getInteger("height"))
                : Form.MEAN_LUMA;
        return new SubscribeOptions(
                subscriber, policy, json.getDouble("rate", Double.POSITIVE_INFINITY), form, false, Duration.ZERO);
    }
}
