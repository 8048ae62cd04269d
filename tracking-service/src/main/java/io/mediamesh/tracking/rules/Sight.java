package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.Anchor;
import io.mediamesh.contracts.Track;

/**
 * An object as one frame shows it.
 *
 * @param track where it is
 * @param label what it is
 * @param widthPx of the frame
 * @param heightPx of the frame
 * @param nowNanos when, by a clock that goes with the frames
 */
record Sight(Track track, String label, int widthPx, int heightPx, long nowNanos) {
    /** Least part of the shorter side of a frame that an object has to go beyond a border to have left. */
    private static final double MARGIN_OF_FRAME = 0.01;
    /** The same of the height of its box: the larger a box, the more its edges jump about. */
    private static final double MARGIN_OF_BOX = 0.05;

    double x(Anchor anchor) {
        return anchor.x(track);
    }

    double y(Anchor anchor) {
        return anchor.y(track);
    }

    /** How far beyond a border it has to be to have left for certain, in pixels. */
    double marginPx() {
        return Math.max(MARGIN_OF_FRAME * Math.min(widthPx, heightPx), MARGIN_OF_BOX * (track.y2() - track.y1()));
    }
}
