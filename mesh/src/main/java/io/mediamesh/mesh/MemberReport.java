package io.mediamesh.mesh;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * How one member does, as it says itself.
 *
 * @param member who it is
 * @param told what it said; empty where it did not answer in time
 */
public record MemberReport(Member member, Optional<Told> told) {
    /**
     * What a member said, and when.
     *
     * @param facts since when it is there, what it produces and holds, its load: as clients see them
     * @param roundTripMillis how long it took to answer
     * @param clockOffsetMillis how much its wall clock is ahead of ours, right to half of the round trip
     */
    public record Told(JsonObject facts, double roundTripMillis, double clockOffsetMillis) {}

    /** The form that clients see. */
    public JsonObject toJson() {
        JsonObject json = member.toJson().put("reachable", told.isPresent());
        told.ifPresent(said -> json.mergeIn(said.facts())
                .put("answered_in_ms", said.roundTripMillis())
                .put("clock_offset_ms", said.clockOffsetMillis()));
        return json;
    }
}
