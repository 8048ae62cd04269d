package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A line in a stream's pictures that objects cross. Drawn as an arrow, what goes from its left to its right, as one sees it,
 * goes in; the other way is out.
 *
 * @param name unique among the zones and lines of the stream
 * @param from where the arrow begins
 * @param to where it ends
 * @param classes of objects that count; empty for all
 * @param anchor which point of an object has to cross it
 */
public record CountingLine(String name, PicturePoint from, PicturePoint to, List<String> classes, Anchor anchor) {
    private static final double LEAST_LENGTH = 0.001;

    /** Which way an object went. */
    public enum Direction {
        /** From the left of the arrow to its right. */
        IN,
        /** From its right to its left. */
        OUT
    }

    /** Copies the list. */
    public CountingLine {
        classes = List.copyOf(classes);
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("name", name)
                .put("from", from.toJson())
                .put("to", to.toJson())
                .put("classes", new JsonArray(classes))
                .put("anchor", RuleFields.word(anchor));
    }

    static CountingLine ofJson(RuleFields fields) {
        fields.allowOnly("name", "from", "to", "classes", "anchor");
        PicturePoint from = PicturePoint.ofJson(fields.required("from"), fields.path("from"));
        PicturePoint to = PicturePoint.ofJson(fields.required("to"), fields.path("to"));
        if (Math.hypot(to.x() - from.x(), to.y() - from.y()) < LEAST_LENGTH) {
            throw MeshException.invalid(
                    fields.path("to"), fields.path("to") + " must lie somewhere else than " + fields.path("from"));
        }
        return new CountingLine(
                fields.name(), from, to, fields.texts("classes"), fields.choice("anchor", Anchor.class, Anchor.BOTTOM));
    }
}
