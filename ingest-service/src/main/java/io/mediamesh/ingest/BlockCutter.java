package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;

/**
 * Cuts decoded sound, which comes in the codec's portions, into blocks of equal length. Time is counted in samples
 * from the last timestamp that was more than 40 ms off, because timestamps of many containers are rounded. Belongs to
 * one thread.
 */
final class BlockCutter {
    private static final long TOLERANCE_NANOS = 40_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final int rateHz;
    private final int channels;
    private final short[] block;
    private int filled;
    private long anchorNanos = PtsNanos.NONE;
    private long framesSinceAnchor;

    BlockCutter(int rateHz, int channels, int framesPerBlock) {
        this.rateHz = rateHz;
        this.channels = channels;
        this.block = new short[framesPerBlock * channels];
    }

    void add(long ptsNanos, short[] interleaved, AudioTrack.Sink sink) {
        if (ptsNanos != PtsNanos.NONE && !continues(ptsNanos)) {
            finish(sink);
            anchorNanos = ptsNanos;
            framesSinceAnchor = 0;
        }
        int from = 0;
        while (from < interleaved.length) {
            int count = Math.min(interleaved.length - from, block.length - filled);
            System.arraycopy(interleaved, from, block, filled, count);
            from += count;
            filled += count;
            if (filled == block.length) {
                finish(sink);
            }
        }
    }

    private boolean continues(long ptsNanos) {
        return anchorNanos != PtsNanos.NONE
                && Math.abs(ptsNanos - timeAt(framesSinceAnchor + filled / channels)) <= TOLERANCE_NANOS;
    }

    private long timeAt(long frames) {
        return anchorNanos == PtsNanos.NONE
                ? PtsNanos.NONE
                : anchorNanos + frames / rateHz * NANOS_PER_SECOND + frames % rateHz * NANOS_PER_SECOND / rateHz;
    }

    /** Gives away what has gathered, even if it is less than a block. */
    void finish(AudioTrack.Sink sink) {
        if (filled == 0) {
            return;
        }
        short[] part = new short[filled];
        System.arraycopy(block, 0, part, 0, filled);
        long pts = timeAt(framesSinceAnchor);
        framesSinceAnchor += filled / channels;
        filled = 0;
        sink.block(pts, AudioBlock.takeOver(rateHz, channels, part));
    }

    void clear() {
        filled = 0;
        anchorNanos = PtsNanos.NONE;
        framesSinceAnchor = 0;
    }
}
