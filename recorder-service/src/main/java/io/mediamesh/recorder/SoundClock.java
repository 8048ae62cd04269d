package io.mediamesh.recorder;

import java.util.Arrays;

/**
 * Decides where blocks of sound go. Sound is laid out by counting samples, which makes it even, and put right against
 * the times of its capture, because the clock of a sound card is never quite that of the pictures. What stays a little
 * off is stretched or pressed together, too little for a hole or a click; holes become silence, and what is much too
 * much is left out. Belongs to one thread.
 */
final class SoundClock {
    /** A deviation above this is put right at once: it is a hole, and no drift. */
    static final long JUMP_NANOS = 40_000_000;

    private static final int BLOCKS_OF_EVIDENCE = 10;

    /** Part of its length that a block is made longer or shorter by: two cents of its pitch, which nobody hears. */
    private static final double BENT_UNHEARD = 0.001;

    /** The same where a hole would be the next thing to hear; between the two it grows with the deviation. */
    private static final double MOST_BENT = 0.02;

    /** Blocks over which a deviation is spread. */
    private static final int SPREAD_BLOCKS = 32;

    private static final long BEND_ABOVE_NANOS = 5_000_000;
    private static final long BEND_UNTIL_NANOS = 1_000_000;
    private static final long BEND_MORE_ABOVE_NANOS = 25_000_000;
    private static final long BEND_MOST_ABOVE_NANOS = 30_000_000;

    private final int sampleRateHz;
    private final long[] recent = new long[BLOCKS_OF_EVIDENCE];
    private long position;
    private boolean fresh = true;
    private int next;
    private int known;
    private boolean bending;

    SoundClock(int sampleRateHz, long position) {
        this.sampleRateHz = sampleRateHz;
        this.position = position;
    }

    /**
     * Where a block goes.
     *
     * @param silenceFrames to be put before it
     * @param skippedFrames of its own to be left out; at most all of them
     * @param frames that the rest of it has to have
     */
    record Place(long silenceFrames, int skippedFrames, int frames) {}

    /** Index of the sample that comes next. */
    long position() {
        return position;
    }

    /**
     * Places a block and goes on behind it.
     *
     * @param index that its first sample has by the time of its capture
     * @param joint whether something may be missing before it
     */
    Place place(long index, int frames, boolean joint) {
        long off = index - position;
        if (isHole(off, joint)) {
            forget();
            long silence = Math.max(0, off);
            int skipped = (int) Math.min(frames, Math.max(0, -off));
            position += silence + frames - skipped;
            fresh = skipped == frames;
            return new Place(silence, skipped, frames - skipped);
        }
        int bent = frames + bend(steady(off), frames);
        position += bent;
        return new Place(0, 0, bent);
    }

    /**
     * Places a block that can't be cut and goes on behind it; where half of it or more is too much, it is to be left
     * out.
     *
     * @param index that its first sample has by the time of its capture
     * @param joint whether something may be missing before it
     * @param driftNanos a deviation that stays above this is put right
     * @return false where it is to be left out
     */
    boolean placeWhole(long index, int frames, boolean joint, long driftNanos) {
        long off = index - position;
        long correction = off;
        if (!isHole(off, joint)) {
            long steady = steady(off);
            correction = Math.abs(steady) > framesIn(driftNanos) ? steady : 0;
        }
        if (correction != 0) {
            forget();
        }
        if (-correction >= frames / 2) {
            return false;
        }
        position += Math.max(0, correction) + frames;
        return true;
    }

    /** Goes on elsewhere. */
    void moveTo(long index) {
        position = index;
        fresh = true;
    }

    private boolean isHole(long off, boolean joint) {
        boolean hole = fresh || joint || Math.abs(off) > framesIn(JUMP_NANOS);
        fresh = false;
        return hole;
    }

    private void forget() {
        known = 0;
        bending = false;
    }

    /** What the last blocks were all off by; 0 where they were not, or are too few to tell. */
    private long steady(long off) {
        recent[next] = off;
        next = (next + 1) % BLOCKS_OF_EVIDENCE;
        known = Math.min(known + 1, BLOCKS_OF_EVIDENCE);
        if (known < BLOCKS_OF_EVIDENCE) {
            return 0;
        }
        long least = Arrays.stream(recent).min().orElseThrow();
        long most = Arrays.stream(recent).max().orElseThrow();
        return least > 0 ? least : Math.min(most, 0);
    }

    private int bend(long steady, int frames) {
        bending = Math.abs(steady) > framesIn(bending ? BEND_UNTIL_NANOS : BEND_ABOVE_NANOS);
        if (!bending) {
            return 0;
        }
        double urgency = (double) (Math.abs(steady) - framesIn(BEND_MORE_ABOVE_NANOS))
                / framesIn(BEND_MOST_ABOVE_NANOS - BEND_MORE_ABOVE_NANOS);
        double part = BENT_UNHEARD + Math.clamp(urgency, 0, 1) * (MOST_BENT - BENT_UNHEARD);
        long most = Math.max(1, Math.round(frames * part));
        long wanted = steady / SPREAD_BLOCKS;
        int bent = (int) Math.clamp(wanted == 0 ? Long.signum(steady) : wanted, -most, most);
        for (int index = 0; index < BLOCKS_OF_EVIDENCE; index++) {
            recent[index] -= bent;
        }
        return bent;
    }

    private long framesIn(long nanos) {
        return nanos * sampleRateHz / 1_000_000_000L;
    }
}
