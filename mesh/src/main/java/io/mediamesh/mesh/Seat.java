package io.mediamesh.mesh;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;

/**
 * A member as the others count it, also when it is missing.
 *
 * @param id of the member
 * @param name for people
 * @param address {@code host:port} of its membership protocol, where somebody may look whether its process still runs
 * @param sinceUnixMillis when it started; decides between two halves
 */
public record Seat(String id, String name, String address, long sinceUnixMillis) {
    /** The oldest first; the same order at every member. */
    static final Comparator<Seat> BY_AGE =
            Comparator.comparingLong(Seat::sinceUnixMillis).thenComparing(Seat::id);

    /** The form that travels between members. */
    JsonObject toJson() {
        return new JsonObject()
                .put("id", id)
                .put("name", name)
                .put("address", address)
                .put("since", sinceUnixMillis);
    }

    static Seat ofJson(JsonObject json) {
        return new Seat(json.getString("id"), json.getString("name"), json.getString("address"), json.getLong("since"));
    }
}
