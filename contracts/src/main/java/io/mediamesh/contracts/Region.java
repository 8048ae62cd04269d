package io.mediamesh.contracts;

import io.mediamesh.contracts.Track.Point;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Where a tracked object is in one frame, as its mask says.
 *
 * @param maskIndex which of the boxes given at the start it is; the same for the whole session
 * @param xMin left edge of the tight box of the mask, in pixels of the frame
 * @param yMin top edge
 * @param xMax right edge, exclusive
 * @param yMax bottom edge, exclusive
 * @param centroidX mean of the mask's pixels, rounded
 * @param centroidY mean of the mask's pixels, rounded
 * @param areaPixels number of the mask's pixels, at least 1
 * @param outline pixels of the mask that are the corners of a polygon around its largest part; empty where they are not known
 */
public record Region(
        int maskIndex,
        int xMin,
        int yMin,
        int xMax,
        int yMax,
        int centroidX,
        int centroidY,
        int areaPixels,
        List<Point> outline) {
    /** Copies the outline; checks its length, and that the box is one. */
    public Region {
        outline = Outline.checked(outline);
        if (xMax <= xMin || yMax <= yMin || areaPixels < 1) {
            throw new IllegalArgumentException("a region without pixels");
        }
    }

    /** A region of which no outline is known. */
    public Region(int maskIndex, int xMin, int yMin, int xMax, int yMax, int centroidX, int centroidY, int areaPixels) {
        this(maskIndex, xMin, yMin, xMax, yMax, centroidX, centroidY, areaPixels, List.of());
    }

    /** The form that clients see. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("mask_index", maskIndex)
                .put(
                        "bounding_box",
                        new JsonObject()
                                .put("x_min", xMin)
                                .put("y_min", yMin)
                                .put("x_max", xMax)
                                .put("y_max", yMax)
                                .put("width", xMax - xMin)
                                .put("height", yMax - yMin))
                .put("centroid", new JsonObject().put("x", centroidX).put("y", centroidY))
                .put("area_pixels", areaPixels);
        return Outline.put(json, outline);
    }

    /** Reads what {@link #toJson()} wrote. */
    public static Region ofJson(JsonObject json) {
        JsonObject box = json.getJsonObject("bounding_box");
        JsonObject centroid = json.getJsonObject("centroid");
        return new Region(
                json.getInteger("mask_index"),
                box.getInteger("x_min"),
                box.getInteger("y_min"),
                box.getInteger("x_max"),
                box.getInteger("y_max"),
                centroid.getInteger("x"),
                centroid.getInteger("y"),
                json.getInteger("area_pixels"),
                Outline.in(json));
    }
}
