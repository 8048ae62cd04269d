package io.mediamesh.recorder;

/**
 * Decides where blocks of sound go. Sound is laid out by counting samples, which makes it even, and put right against
 * the times of its capture, because the clock of a sound card is never quite that of the pictures: what is lacking
 * becomes silence, what is too much is left out. Belongs to one thread.
 */
final class SoundClock {
    /** A deviation that stays above this is put right: pictures and sound keep within 40 ms. */
    static final long DRIFT_NANOS = 20_000_000;

    /** A deviation above this is put right at once: it is a hole, and no drift. */
    static final long JUMP_NANOS = 40_000_000;

    private static final int BLOCKS_OF_EVIDENCE = 10;

    private final TrackFormats.Pcm format;
    private final long driftFrames;
    private final long jumpFrames;
    private long position;
    private boolean fresh = true;
    private int blocksOff;
    private long leastOff;

    SoundClock(TrackFormats.Pcm format, long position) {
        this.format = format;
        this.position = position;
        this.driftFrames = DRIFT_NANOS * format.sampleRateHz() / 1_000_000_000L;
        this.jumpFrames = JUMP_NANOS * format.sampleRateHz() / 1_000_000_000L;
    }

    /**
     * Where a block goes.
     *
     * @param silenceFrames to be put before it
     * @param skippedFrames of its own to be left out; at most all of them
     */
    record Place(long silenceFrames, int skippedFrames) {}

    /** Index of the sample that comes next. */
    long position() {
        return position;
    }

    /**
     * Places a block and goes on behind it.
     *
     * @param ticks when it was captured, from the beginning of the recording
     * @param joint whether something may be missing before it
     */
    Place place(long ticks, int frames, boolean joint) {
        long off = correction(format.indexAt(ticks) - position, joint);
        long silence = Math.max(0, off);
        int skipped = (int) Math.min(frames, Math.max(0, -off));
        position += silence + frames - skipped;
        return new Place(silence, skipped);
    }

    /** Goes on elsewhere. */
    void moveTo(long index) {
        position = index;
        fresh = true;
    }

    private long correction(long off, boolean joint) {
        if (fresh || joint || Math.abs(off) > jumpFrames) {
            fresh = false;
            blocksOff = 0;
            return off;
        }
        boolean sameSide = blocksOff == 0 || Long.signum(off) == Long.signum(leastOff);
        if (Math.abs(off) <= driftFrames || !sameSide) {
            blocksOff = 0;
            return 0;
        }
        leastOff = blocksOff == 0 || Math.abs(off) < Math.abs(leastOff) ? off : leastOff;
        blocksOff++;
        if (blocksOff < BLOCKS_OF_EVIDENCE) {
            return 0;
        }
        blocksOff = 0;
        return leastOff;
    }
}
