package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/**
 * How a connection does.
 *
 * @param connectionId its id
 * @param uptimeSeconds since the offer
 * @param framesReceived pictures that came from the peer
 * @param messagesSent messages on its data channels
 * @param lastActivityUnixSeconds when the last picture came, or the offer while there was none
 */
public record ConnectionInfo(
        String connectionId,
        double uptimeSeconds,
        long framesReceived,
        long messagesSent,
        double lastActivityUnixSeconds) {
    static ConnectionInfo ofJson(JsonObject json) {
        return new ConnectionInfo(
                JsonFields.text(json, "connection_id"),
                JsonFields.number(json, "uptime"),
                JsonFields.whole(json, "frames_received"),
                JsonFields.whole(json, "messages_sent"),
                JsonFields.number(json, "last_activity"));
    }
}
