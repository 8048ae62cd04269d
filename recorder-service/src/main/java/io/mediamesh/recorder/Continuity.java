package io.mediamesh.recorder;

import io.mediamesh.contracts.Stamp;

/** Notices where items of a topic are missing. Belongs to one thread. */
final class Continuity {
    private boolean begun;
    private boolean joint;
    private long epoch;
    private long nextSequence;
    private long lastTicks = -1;

    /** What lies between an item and the one before it: whether the source may have begun anew, and what was lost. */
    record Seam(boolean joint, long missing) {}

    /** Takes note of an item. */
    Seam next(Stamp stamp) {
        boolean reopened = begun && stamp.epoch() != epoch;
        long missing = begun && !reopened ? Math.max(0, stamp.sequence() - nextSequence) : 0;
        Seam seam = new Seam(joint || reopened || missing > 0, missing);
        begun = true;
        joint = false;
        epoch = stamp.epoch();
        nextSequence = stamp.sequence() + 1;
        return seam;
    }

    /** These are missing, and are known to be. */
    void skip(long items) {
        nextSequence += items;
        joint = true;
    }

    /** What comes next may come from another source. */
    void interrupted() {
        joint = true;
    }

    /** What comes next is counted by somebody else. */
    void restart() {
        begun = false;
        joint = true;
    }

    long lastTicks() {
        return lastTicks;
    }

    void at(long ticks) {
        lastTicks = ticks;
    }
}
