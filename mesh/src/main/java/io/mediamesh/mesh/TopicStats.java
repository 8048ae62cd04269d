package io.mediamesh.mesh;

import io.mediamesh.contracts.Topic;
import io.vertx.core.json.JsonObject;

/**
 * How an active topic is doing at its producer.
 *
 * @param topic the topic
 * @param memberId the member that produces it
 * @param epoch the producer's epoch
 * @param subscribers subscriptions and links of other members
 * @param rateHz items a second over the last window
 * @param published items so far
 * @param dropped items dropped at slow subscribers so far
 * @param lastItemAgeSeconds since the last item was captured; negative while there was none
 * @param publishP50Millis from capture to publication, median of the last window
 * @param publishP95Millis likewise, 95th percentile
 * @param deliverP50Millis from capture to delivery at subscribers, median of the last window
 * @param deliverP95Millis likewise, 95th percentile
 */
public record TopicStats(
        Topic topic,
        String memberId,
        long epoch,
        int subscribers,
        double rateHz,
        long published,
        long dropped,
        double lastItemAgeSeconds,
        double publishP50Millis,
        double publishP95Millis,
        double deliverP50Millis,
        double deliverP95Millis) {
    /** The form that travels between members and that clients see. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("stream", topic.stream().value())
                .put("topic", topic.kind())
                .put("node", memberId)
                .put("epoch", epoch)
                .put("subscribers", subscribers)
                .put("rate", rateHz)
                .put("published", published)
                .put("dropped", dropped)
                .put("last_item_age_seconds", lastItemAgeSeconds)
                .put(
                        "latency_ms",
                        new JsonObject()
                                .put("publish_p50", publishP50Millis)
                                .put("publish_p95", publishP95Millis)
                                .put("deliver_p50", deliverP50Millis)
                                .put("deliver_p95", deliverP95Millis));
    }

    static TopicStats ofJson(JsonObject json) {
        JsonObject latency = json.getJsonObject("latency_ms");
        return new TopicStats(
                Topic.of(json.getString("stream"), json.getString("topic")),
                json.getString("node"),
                json.getLong("epoch"),
                json.getInteger("subscribers"),
                json.getDouble("rate"),
                json.getLong("published"),
                json.getLong("dropped"),
                json.getDouble("last_item_age_seconds"),
                latency.getDouble("publish_p50"),
                latency.getDouble("publish_p95"),
                latency.getDouble("deliver_p50"),
                latency.getDouble("deliver_p95"));
    }
}
