package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Something that an object did.
 *
 * @param kind what it did
 * @param object the id of its track
 * @param label what it is; {@link #MARKED} where it was marked by hand
 * @param confidence 0 to 1, of the detection that it was last seen by
 * @param x1 left edge of its box in pixels of the frame
 * @param y1 top edge
 * @param x2 right edge, exclusive
 * @param y2 bottom edge, exclusive
 * @param muted whether the same happened within the cooldown before, so that nobody is notified
 * @param detail what else there is to say, by the kind
 */
public record ObjectEvent(
        Kind kind,
        long object,
        String label,
        double confidence,
        double x1,
        double y1,
        double x2,
        double y2,
        boolean muted,
        Detail detail) {
    /** The label of objects that were marked by hand. */
    public static final String MARKED = "marked";

    private static final int MICROS_SCALE = 6;
    private static final double MICROS_PER_SECOND = 1e6;

    /** What objects do. */
    public enum Kind {
        /** It is followed from now on. */
        NEW,
        /** There is a better picture of it, or it is in other zones. */
        UPDATE,
        /** It is gone. */
        END,
        /** It is in a zone now. */
        ENTER,
        /** It is in a zone no more. */
        LEAVE,
        /** It has been in a zone for long. */
        LOITER,
        /** It crossed a line. */
        CROSS
    }

    /** What is only said of some kinds of events. */
    public sealed interface Detail {
        /** The name of the zone or line, if it happened at one. */
        Optional<String> place();
    }

    /**
     * That of an object as a whole.
     *
     * @param seconds for how long it has been followed
     * @param zones that it is in; at its end those that it was in
     * @param snapshot the best picture of it, where there is one that was not told yet
     */
    public record Life(double seconds, List<String> zones, Optional<Snapshot> snapshot) implements Detail {
        /** Copies the list. */
        public Life {
            zones = List.copyOf(zones);
        }

        @Override
        public Optional<String> place() {
            return Optional.empty();
        }
    }

    /**
     * At a zone.
     *
     * @param zone its name
     * @param seconds for how long the object has been in it
     * @param inside objects that are in it now
     */
    public record AtZone(String zone, double seconds, int inside) implements Detail {
        @Override
        public Optional<String> place() {
            return Optional.of(zone);
        }
    }

    /**
     * At a line.
     *
     * @param line its name
     * @param direction in which it was crossed
     * @param in how often it was crossed inwards since the topic has been running
     * @param out how often outwards
     */
    public record AtLine(String line, CountingLine.Direction direction, long in, long out) implements Detail {
        @Override
        public Optional<String> place() {
            return Optional.of(line);
        }
    }

    /**
     * The part of a picture that shows an object.
     *
     * @param jpeg the picture
     * @param unixMicros when it was captured, since 1970-01-01T00:00Z
     * @param confidence of the detection
     */
    public record Snapshot(Jpeg jpeg, long unixMicros, double confidence) {}

    /** The name of the zone or line, if it happened at one. */
    public Optional<String> place() {
        return detail.place();
    }

    /** The form that clients see. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("event", RuleFields.word(kind))
                .put("object", object)
                .put("label", label)
                .put("confidence", confidence)
                .put("x1", x1)
                .put("y1", y1)
                .put("x2", x2)
                .put("y2", y2);
        if (muted) {
            json.put("muted", true);
        }
        switch (detail) {
            case Life life -> {
                json.put("seconds", life.seconds).put("zones", new JsonArray(life.zones));
                life.snapshot.ifPresent(snapshot -> json.put("snapshot", toJson(snapshot)));
            }
            case AtZone at ->
                json.put("zone", at.zone).put("seconds", at.seconds).put("inside", at.inside);
            case AtLine at ->
                json.put("line", at.line)
                        .put("direction", RuleFields.word(at.direction))
                        .put("in", at.in)
                        .put("out", at.out);
        }
        return json;
    }

    private static JsonObject toJson(Snapshot snapshot) {
        return new JsonObject()
                .put(
                        "jpeg",
                        Base64.getEncoder().encodeToString(snapshot.jpeg.bytes().toArray()))
                .put("width", snapshot.jpeg.widthPx())
                .put("height", snapshot.jpeg.heightPx())
                .put("timestamp", BigDecimal.valueOf(snapshot.unixMicros, MICROS_SCALE))
                .put("confidence", snapshot.confidence);
    }

    static ObjectEvent ofJson(JsonObject json) {
        RuleFields fields = new RuleFields(json, "");
        Kind kind = fields.choice("event", Kind.class, Kind.NEW);
        Detail detail =
                switch (kind) {
                    case NEW, UPDATE, END ->
                        new Life(
                                json.getDouble("seconds"),
                                fields.texts("zones"),
                                Optional.ofNullable(json.getJsonObject("snapshot"))
                                        .map(ObjectEvent::snapshot));
                    case ENTER, LEAVE, LOITER ->
                        new AtZone(json.getString("zone"), json.getDouble("seconds"), json.getInteger("inside"));
                    case CROSS ->
                        new AtLine(
                                json.getString("line"),
                                fields.choice("direction", CountingLine.Direction.class, CountingLine.Direction.IN),
                                json.getLong("in"),
                                json.getLong("out"));
                };
        return new ObjectEvent(
                kind,
                json.getLong("object"),
                json.getString("label"),
                json.getDouble("confidence"),
                json.getDouble("x1"),
                json.getDouble("y1"),
                json.getDouble("x2"),
                json.getDouble("y2"),
                json.getBoolean("muted", false),
                detail);
    }

    private static Snapshot snapshot(JsonObject json) {
        byte[] jpeg;
        try {
            jpeg = Base64.getDecoder().decode(json.getString("jpeg"));
        } catch (IllegalArgumentException noBase64) {
            throw MeshException.invalid("jpeg", "a snapshot that is not base64");
        }
        return new Snapshot(
                new Jpeg(json.getInteger("width"), json.getInteger("height"), Bytes.takeOver(jpeg)),
                Math.round(json.getDouble("timestamp") * MICROS_PER_SECOND),
                json.getDouble("confidence"));
    }
}
