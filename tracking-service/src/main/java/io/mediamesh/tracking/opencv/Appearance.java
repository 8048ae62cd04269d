package io.mediamesh.tracking.opencv;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** What an object looked like in one frame, and how to find it again near a place. */
final class Appearance {
    private final Patch patch;
    private final Patch mask;
    private final float[] corners;

    /** The object in a patch, of which the mask has the pixels. */
    Appearance(Patch patch, Patch mask) {
        this.patch = patch;
        this.mask = mask;
        this.corners = Flow.corners(patch, mask);
    }

    Patch patch() {
        return patch;
    }

    Patch mask() {
        return mask;
    }

    /** The object as a frame shows it. */
    record Sighting(Pose pose, Patch patch, Visibility seen) {
        static final Comparator<Sighting> BY_SHARE =
                Comparator.comparingDouble(sighting -> sighting.seen.share() + 0.2 * sighting.seen.correlation());
    }

    /** Looks at the place, and at where the points have moved to from there; the better of the two. */
    Sighting near(FrameLuma frame, Pose place) {
        Patch there = frame.sample(place, patch.width(), patch.height());
        Optional<Sighting> moved = Flow.between(patch, corners, there.litAs(patch, mask), true)
                .map(flow -> place.after(flow.map()))
                .filter(pose -> isSound(pose, frame))
                .map(pose -> at(frame, pose, frame.sample(pose, patch.width(), patch.height())));
        if (moved.isPresent() && moved.get().seen.share() > 0.8) {
            return moved.get();
        }
        return Stream.concat(moved.stream(), Stream.of(at(frame, place, there)))
                .max(Sighting.BY_SHARE)
                .orElseThrow();
    }

    private Sighting at(FrameLuma frame, Pose pose, Patch now) {
        Patch inside = frame.inside(pose, patch.width(), patch.height());
        return new Sighting(pose, now, Visibility.of(patch, now, mask, inside));
    }

    /** Whether an object can be there: seen from the front, neither tiny nor huge, and not folded. */
    private boolean isSound(Pose pose, FrameLuma frame) {
        double scale = pose.scaleNear(patch.width() / 2.0, patch.height() / 2.0);
        double longest = Math.max(patch.width(), patch.height());
        if (!pose.isFinite()
                || scale * longest < 6
                || scale * longest > 3.0 * Math.max(frame.widthPx(), frame.heightPx())) {
            return false;
        }
        double[] corners = {0, 0, patch.width(), 0, 0, patch.height(), patch.width(), patch.height()};
        for (int corner = 0; corner < corners.length; corner += 2) {
            double near = pose.scaleNear(corners[corner], corners[corner + 1]);
            if (!(near > scale / 2.5 && near < scale * 2.5)) {
                return false;
            }
        }
        return true;
    }
}
