package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of a stream's pictures that objects enter and leave.
 *
 * @param name unique among the zones and lines of the stream
 * @param polygon its corners; where its edges cross each other, what lies inside an even number of times lies outside
 * @param classes of objects that count; empty for all
 * @param loiter how long an object has to stay to be told as one that loiters; empty for never
 * @param anchor which point of an object has to be inside
 */
public record Zone(
        String name, List<PicturePoint> polygon, List<String> classes, Optional<Duration> loiter, Anchor anchor) {
    private static final int FEWEST_CORNERS = 3;
    private static final int MOST_CORNERS = 128;
    private static final double LEAST_AREA = 1e-6;
    private static final double MOST_LOITER_SECONDS = 86_400;

    /** Copies the lists. */
    public Zone {
        polygon = List.copyOf(polygon);
        classes = List.copyOf(classes);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("name", name)
                .put(
                        "polygon",
                        new JsonArray(polygon.stream().map(PicturePoint::toJson).toList()))
                .put("classes", new JsonArray(classes));
        loiter.ifPresent(time -> json.put("loiter_seconds", RuleFields.seconds(time)));
        return json.put("anchor", RuleFields.word(anchor));
    }

    static Zone ofJson(RuleFields fields) {
        fields.allowOnly("name", "polygon", "classes", "loiter_seconds", "anchor");
        List<Object> corners = fields.list("polygon", MOST_CORNERS);
        String field = fields.path("polygon");
        if (corners.size() < FEWEST_CORNERS) {
            throw MeshException.invalid(
                    field,
                    field + " needs " + FEWEST_CORNERS + " to " + MOST_CORNERS + " corners [x, y], not "
                            + corners.size());
        }
        List<PicturePoint> polygon = new ArrayList<>();
        for (int index = 0; index < corners.size(); index++) {
            polygon.add(PicturePoint.ofJson(corners.get(index), field + "." + index));
        }
        if (extent(polygon) < LEAST_AREA) {
            throw MeshException.invalid(field, field + " encloses nothing: its corners lie on one line");
        }
        return new Zone(
                fields.name(),
                polygon,
                fields.texts("classes"),
                fields.has("loiter_seconds")
                        ? Optional.of(RuleFields.duration(fields.number("loiter_seconds", 0, 0.1, MOST_LOITER_SECONDS)))
                        : Optional.empty(),
                fields.choice("anchor", Anchor.class, Anchor.BOTTOM));
    }

    /** Of the triangles between the first corner and each edge, the largest: a bow tie has an area of zero. */
    private static double extent(List<PicturePoint> polygon) {
        double most = 0;
        PicturePoint first = polygon.getFirst();
        for (int a = 1; a < polygon.size(); a++) {
            for (int b = a + 1; b < polygon.size(); b++) {
                PicturePoint from = polygon.get(a);
                PicturePoint to = polygon.get(b);
                most = Math.max(
                        most,
                        Math.abs((from.x() - first.x()) * (to.y() - first.y())
                                        - (from.y() - first.y()) * (to.x() - first.x()))
                                / 2);
            }
        }
        return most;
    }
}
