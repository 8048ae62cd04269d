package io.mediamesh.vision.opencv;

import io.mediamesh.contracts.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How much boxes cover each other. */
final class Overlap {
    private Overlap() {}

    /** Keeps the most confident of boxes that mean the same object: those that overlap by more than the limit. */
    static List<Detection> suppress(List<Detection> candidates, double limit) {
        List<Detection> kept = new ArrayList<>();
        candidates.stream()
                .sorted(Comparator.comparingDouble(Detection::confidence).reversed())
                .filter(candidate -> kept.stream().noneMatch(better -> ofSmaller(better, candidate) > limit))
                .forEach(kept::add);
        return kept;
    }

    /** Shared area over the area of the smaller box, so that a box within another counts as the same. */
    private static double ofSmaller(Detection a, Detection b) {
        double width = Math.min(a.x2(), b.x2()) - Math.max(a.x1(), b.x1());
        double height = Math.min(a.y2(), b.y2()) - Math.max(a.y1(), b.y1());
        return width <= 0 || height <= 0 ? 0 : width * height / Math.min(area(a), area(b));
    }

    private static double area(Detection box) {
        return (box.x2() - box.x1()) * (box.y2() - box.y1());
    }
}
