package io.mediamesh.tracking;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a box that lies in the picture, in whole pixels.
 *
 * @param x left edge
 * @param y top edge
 * @param width at least {@link #LEAST_SIDE_PX}
 * @param height at least {@link #LEAST_SIDE_PX}
 */
public record ClippedBox(int x, int y, int width, int height) {
    /** Anything smaller has nothing by which it could be known again. */
    public static final int LEAST_SIDE_PX = 4;

    /** Checks all boxes of a session, before anything is done with one of them. */
    public static List<ClippedBox> all(List<Box> boxes, int widthPx, int heightPx) {
        if (boxes.isEmpty() || boxes.size() > TrackingProtocol.MOST_BOXES) {
            throw MeshException.invalid(
                    "bboxes",
                    "a session begins with 1 to " + TrackingProtocol.MOST_BOXES + " boxes, not with " + boxes.size());
        }
        List<ClippedBox> clipped = new ArrayList<>();
        for (int index = 0; index < boxes.size(); index++) {
            clipped.add(of(index, boxes.get(index), widthPx, heightPx));
        }
        return clipped;
    }

    private static ClippedBox of(int index, Box box, int widthPx, int heightPx) {
        if (!box.isFinite()) {
            throw MeshException.invalid("bboxes", "box " + index + " has a corner that is no number");
        }
        int left = (int) Math.round(Math.clamp(Math.min(box.x1(), box.x2()), 0, widthPx));
        int top = (int) Math.round(Math.clamp(Math.min(box.y1(), box.y2()), 0, heightPx));
        int right = (int) Math.round(Math.clamp(Math.max(box.x1(), box.x2()), 0, widthPx));
        int bottom = (int) Math.round(Math.clamp(Math.max(box.y1(), box.y2()), 0, heightPx));
        if (right - left < LEAST_SIDE_PX || bottom - top < LEAST_SIDE_PX) {
            throw MeshException.invalid(
                    "bboxes",
                    "box " + index + " encloses less than " + LEAST_SIDE_PX + "×" + LEAST_SIDE_PX + " pixels of the "
                            + widthPx + "×" + heightPx + " picture");
        }
        return new ClippedBox(left, top, right - left, bottom - top);
    }
}
