package io.mediamesh.mesh;

import io.vertx.core.json.JsonObject;

/**
 * Where other members reach a member.
 *
 * @param cluster the name of the cluster
 * @param membership host and port of the membership protocol
 * @param bus host and port of the event bus
 * @param encrypted whether members prove who they are on the event bus, and nobody else can read it (mutual TLS)
 */
public record MemberAddress(String cluster, String membership, String bus, boolean encrypted) {
    /** The form that clients see. */
    JsonObject toJson() {
        return new JsonObject()
                .put("cluster", cluster)
                .put("membership", membership)
                .put("bus", bus)
                .put("encrypted", encrypted);
    }
}
