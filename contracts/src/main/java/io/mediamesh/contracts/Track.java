package io.mediamesh.contracts;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One object that is followed through the frames of a stream, as one frame shows it.
 *
 * @param id of the object; never given to another one of the stream
 * @param state whether the frame shows it
 * @param found what the detectors said of it; empty where it was marked by hand
 * @param x1 left edge in pixels of the frame; of a lost object where it was last, or where it ought to be by now
 * @param y1 top edge
 * @param x2 right edge, exclusive
 * @param y2 bottom edge, exclusive
 * @param centroidX mean of its pixels, or of the box where its pixels are not known
 * @param centroidY mean of its pixels, or of the box where its pixels are not known
 * @param areaPixels its pixels, or those of the box
 * @param outline corners of a polygon around its pixels; empty where they are not known
 */
public record Track(
        long id,
        State state,
        Optional<Found> found,
        double x1,
        double y1,
        double x2,
        double y2,
        double centroidX,
        double centroidY,
        long areaPixels,
        List<Point> outline) {
    /** Most corners of an outline. */
    public static final int MOST_POINTS = 256;

    /** Whether an object is seen. */
    public enum State {
        /** It is in the frame. */
        TRACKED,
        /** It is covered, outside, or was not recognised. */
        LOST;

        static State of(String word) {
            for (State state : values()) {
                if (state.word().equals(word)) {
                    return state;
                }
            }
            throw MeshException.invalid("state", "a track is tracked or lost, not " + Quoted.of(word));
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What the detectors said of an object when they saw it last.
     *
     * @param label what it is, for example {@code face}
     * @param confidence 0 to 1
     */
    public record Found(String label, double confidence) {}

    /** A place in a frame, in pixels. */
    public record Point(int x, int y) {}

    /** Copies the outline and checks its length. */
    public Track {
        outline = Outline.checked(outline);
    }

    /** An object of which the pixels are known. */
    public static Track of(long id, Region region) {
        return new Track(
                id,
                State.TRACKED,
                Optional.empty(),
                region.xMin(),
                region.yMin(),
                region.xMax(),
                region.yMax(),
                region.centroidX(),
                region.centroidY(),
                region.areaPixels(),
                region.outline());
    }

    /** An object that detectors found. */
    public static Track of(long id, State state, Found found, double x1, double y1, double x2, double y2) {
        return ofBox(id, state, Optional.of(found), x1, y1, x2, y2);
    }

    /** An object of which a box is known. */
    public static Track ofBox(long id, State state, Optional<Found> found, double x1, double y1, double x2, double y2) {
        return new Track(
                id,
                state,
                found,
                x1,
                y1,
                x2,
                y2,
                (x1 + x2) / 2,
                (y1 + y2) / 2,
                Math.round((x2 - x1) * (y2 - y1)),
                List.of());
    }

    /** The same object while it is not seen. */
    public Track lost() {
        return new Track(id, State.LOST, found, x1, y1, x2, y2, centroidX, centroidY, areaPixels, List.of());
    }

    /** The form that clients see. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("id", id).put("state", state.word());
        found.ifPresent(said -> json.put("label", said.label).put("confidence", said.confidence));
        json.put("x1", x1)
                .put("y1", y1)
                .put("x2", x2)
                .put("y2", y2)
                .put("centroid", new JsonObject().put("x", centroidX).put("y", centroidY))
                .put("area_pixels", areaPixels);
        return Outline.put(json, outline);
    }

    /** Reads what {@link #toJson()} wrote. */
    public static Track ofJson(JsonObject json) {
        JsonObject centroid = json.getJsonObject("centroid");
        return new Track(
                json.getLong("id"),
                State.of(json.getString("state")),
                Optional.ofNullable(json.getString("label"))
                        .map(label -> new Found(label, json.getDouble("confidence"))),
                json.getDouble("x1"),
                json.getDouble("y1"),
                json.getDouble("x2"),
                json.getDouble("y2"),
                centroid.getDouble("x"),
                centroid.getDouble("y"),
                json.getLong("area_pixels"),
                Outline.in(json));
    }
}
