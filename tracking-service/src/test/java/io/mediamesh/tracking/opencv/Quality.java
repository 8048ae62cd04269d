package io.mediamesh.tracking.opencv;

import java.util.ArrayList;
import java.util.List;

/**
 * How well a clip was tracked.
 *
 * @param meanIou intersection over union of mask and truth, over all frames and objects that show something
 * @param kept whether each object was where it belongs at the end, and never where another one was
 * @param regained frames with each object in view after it was away of which it was found, 0 to 1
 * @param falseFrames frames with a region of something that was not there
 * @param millis a frame
 */
record Quality(double meanIou, boolean kept, double regained, int falseFrames, double millis) {
    private static final int IN_VIEW_PX = 2500;

    static Quality of(Clip clip) {
        Clip.Shot shot = clip.shot(0);
        List<Double> overlaps = new ArrayList<>();
        int falseFrames = 0;
        int after = 0;
        int found = 0;
        long nanos = 0;
        boolean swapped = false;
        boolean[] away = new boolean[clip.tracked()];
        boolean[] last = new boolean[clip.tracked()];
        try (FeatureTracker tracker = FeatureTracker.begin(shot.picture(), clip.boxes(shot))) {
            for (int frame = 0; frame < clip.frames(); frame++) {
                if (frame > 0) {
                    shot = clip.shot(frame);
                    long start = System.nanoTime();
                    tracker.track(shot.picture());
                    nanos += System.nanoTime() - start;
                }
                for (int thing = 0; thing < clip.tracked(); thing++) {
                    boolean[] truth = shot.truth(thing);
                    boolean[] mask = mask(tracker, thing);
                    int inView = count(truth);
                    if (inView == 0) {
                        away[thing] = true;
                        falseFrames += count(mask) > 0 ? 1 : 0;
                        continue;
                    }
                    double iou = iou(truth, mask);
                    overlaps.add(iou);
                    last[thing] = iou > 0.5;
                    for (int other = 0; other < clip.tracked(); other++) {
                        swapped |= other != thing && iou(shot.truth(other), mask) > 0.5;
                    }
                    if (away[thing] && inView > IN_VIEW_PX) {
                        after++;
                        found += iou > 0.5 ? 1 : 0;
                    }
                }
            }
        }
        boolean kept = !swapped;
        for (boolean there : last) {
            kept &= there;
        }
        double mean =
                overlaps.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        return new Quality(
                mean, kept, after == 0 ? 1 : (double) found / after, falseFrames, nanos / 1e6 / (clip.frames() - 1));
    }

    static boolean[] mask(FeatureTracker tracker, int thing) {
        boolean[] pixels = new boolean[Clip.WIDTH * Clip.HEIGHT];
        tracker.mask(thing).ifPresent(mask -> {
            for (int index = 0; index < pixels.length; index++) {
                pixels[index] = mask.has(index % Clip.WIDTH, index / Clip.WIDTH);
            }
        });
        return pixels;
    }

    static double iou(boolean[] one, boolean[] two) {
        int both = 0;
        int any = 0;
        for (int index = 0; index < one.length; index++) {
            both += one[index] && two[index] ? 1 : 0;
            any += one[index] || two[index] ? 1 : 0;
        }
        return any == 0 ? 1 : (double) both / any;
    }

    private static int count(boolean[] mask) {
        int count = 0;
        for (boolean pixel : mask) {
            count += pixel ? 1 : 0;
        }
        return count;
    }
}
