package io.mediamesh.mesh;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;

/**
 * One process of the mesh, as it advertises itself.
 *
 * @param id unique, new at every start
 * @param name for people
 * @param version of the product
 * @param services what runs in it
 * @param kinds the topic kinds that it offers
 * @param draining whether it is about to leave and takes no new work
 */
public record Member(
        String id, String name, String version, Set<String> services, Set<String> kinds, boolean draining) {
    /** Copies the sets. */
    public Member {
        services = Set.copyOf(services);
        kinds = Set.copyOf(kinds);
    }

    /** The same, draining or not. */
    Member draining(boolean now) {
        return new Member(id, name, version, services, kinds, now);
    }

    /** The form that clients see. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("id", id)
                .put("name", name)
                .put("version", version)
                .put("services", new JsonArray(new TreeSet<>(services).stream().toList()))
                .put("topics", new JsonArray(new TreeSet<>(kinds).stream().toList()))
                .put("draining", draining);
    }
}
