package io.mediamesh.vision.opencv;

import io.mediamesh.contracts.Detection;

/** Intersection over union, as the PASCAL VOC challenge defines it. */
public final class Overlapping {
    private Overlapping() {}

    /** 0 where the boxes don't touch, 1 where they are the same. */
    public static double iou(Detection found, double x1, double y1, double x2, double y2) {
        double width = Math.min(found.x2(), x2) - Math.max(found.x1(), x1);
        double height = Math.min(found.y2(), y2) - Math.max(found.y1(), y1);
        double shared = width <= 0 || height <= 0 ? 0 : width * height;
        double both = (found.x2() - found.x1()) * (found.y2() - found.y1()) + (x2 - x1) * (y2 - y1);
        return shared / (both - shared);
    }
}
