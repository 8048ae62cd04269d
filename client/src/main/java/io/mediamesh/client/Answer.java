package io.mediamesh.client;

import io.vertx.core.json.JsonObject;

/**
 * What the server answers to a WebRTC offer.
 *
 * @param sdp to be set as the remote description of the peer
 * @param type "answer"
 * @param connectionId the id under which the connection is known from here on
 */
public record Answer(String sdp, String type, String connectionId) {
    /**
     * @param askedId the id in the offer, which is the connection's where the answer has none
     */
    static Answer ofJson(JsonObject json, String askedId) {
        String connectionId = json.containsKey("connection_id") ? JsonFields.text(json, "connection_id") : askedId;
        return new Answer(JsonFields.text(json, "sdp"), JsonFields.text(json, "type"), connectionId);
    }
}
