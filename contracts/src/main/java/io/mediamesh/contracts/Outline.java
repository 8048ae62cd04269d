package io.mediamesh.contracts;

import io.mediamesh.contracts.Track.Point;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The key {@code outline} of objects in frames: the corners of a polygon, {@code [[x, y], …]}. */
final class Outline {
    private static final String KEY = "outline";

    private Outline() {}

    /** A copy, of a length that is allowed. */
    static List<Point> checked(List<Point> corners) {
        if (corners.size() > Track.MOST_POINTS) {
            throw MeshException.invalid(
                    KEY, "an outline of " + corners.size() + " points; the limit is " + Track.MOST_POINTS);
        }
        return List.copyOf(corners);
    }

    /** Adds the key, where there is an outline. */
    static JsonObject put(JsonObject json, List<Point> corners) {
        if (!corners.isEmpty()) {
            JsonArray all = new JsonArray();
            corners.forEach(corner -> all.add(JsonArray.of(corner.x(), corner.y())));
            json.put(KEY, all);
        }
        return json;
    }

    /** What {@link #put} added; empty where it added nothing. */
    static List<Point> in(JsonObject json) {
        return json.getJsonArray(KEY, new JsonArray()).stream()
                .map(Outline::corner)
                .toList();
    }

    private static Point corner(Object corner) {
        JsonArray both = (JsonArray) corner;
        if (both.size() != 2) {
            throw MeshException.invalid(KEY, "a corner of an outline has x and y");
        }
        return new Point(both.getInteger(0), both.getInteger(1));
    }
}
