package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import io.mediamesh.vision.onnx.InputForm.Placement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Something that a model found, in pixels of its input.
 *
 * @param label number of the class
 * @param score 0 to 1
 */
record Box(int label, double score, double x1, double y1, double x2, double y2) {
    /** So many of the most certain boxes are compared with each other. */
    private static final int MOST_COMPARED = 3_000;

    private static final int MOST_KEPT = 300;

    /**
     * Leaves out what means the same object: boxes of a class of which a more certain one covers more than this share of
     * what both cover together. The most certain come first, and there are not more than 300.
     */
    static List<Box> distinct(List<Box> candidates, double maxOverlap) {
        List<Box> sorted = candidates.stream()
                .sorted(Comparator.comparingDouble(Box::score).reversed())
                .limit(MOST_COMPARED)
                .toList();
        List<Box> kept = new ArrayList<>();
        for (Box candidate : sorted) {
            if (kept.size() == MOST_KEPT) {
                break;
            }
            if (maxOverlap >= 1
                    || kept.stream()
                            .noneMatch(better ->
                                    better.label == candidate.label && better.overlap(candidate) > maxOverlap)) {
                kept.add(candidate);
            }
        }
        return kept;
    }

    private double overlap(Box other) {
        double width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
        double height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double shared = width * height;
        return shared / (area() + other.area() - shared);
    }

    private double area() {
        return (x2 - x1) * (y2 - y1);
    }

    /** In pixels of the picture, clipped at its edges: nothing where none of it is in the picture. */
    List<Detection> in(I420 picture, Placement place, Labels labels) {
        double left = Math.clamp((x1 - place.left()) / place.scaleX(), 0, picture.widthPx());
        double top = Math.clamp((y1 - place.top()) / place.scaleY(), 0, picture.heightPx());
        double right = Math.clamp((x2 - place.left()) / place.scaleX(), 0, picture.widthPx());
        double bottom = Math.clamp((y2 - place.top()) / place.scaleY(), 0, picture.heightPx());
        return left < right && top < bottom
                ? List.of(new Detection(labels.of(label), Math.min(score, 1), left, top, right, bottom))
                : List.of();
    }
}
