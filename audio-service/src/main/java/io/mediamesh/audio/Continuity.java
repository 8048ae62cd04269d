package io.mediamesh.audio;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.Stamp;
import org.jspecify.annotations.Nullable;

/** Whether a block of sound follows on the one before. */
final class Continuity {
    /** Capture times of live sound tremble; what is missing is at least a block or two. */
    private static final long TREMBLE_NANOS = 60_000_000;

    private @Nullable Stamp last;
    private @Nullable AudioBlock lastBlock;

    /** Whether the block follows on the last one that was asked about. */
    boolean follows(Stamp stamp, AudioBlock block, long droppedBefore) {
        Stamp before = last;
        AudioBlock blockBefore = lastBlock;
        last = stamp;
        lastBlock = block;
        if (before == null || blockBefore == null || droppedBefore > 0 || stamp.epoch() != before.epoch()) {
            return false;
        }
        long due = before.capture().monotonicNanos() + blockBefore.durationNanos();
        return isSameForm(block, blockBefore) && Math.abs(stamp.capture().monotonicNanos() - due) <= TREMBLE_NANOS;
    }

    private static boolean isSameForm(AudioBlock one, AudioBlock other) {
        return one.sampleRateHz() == other.sampleRateHz() && one.channels() == other.channels();
    }
}
