package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.I420;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Between libwebrtc's threads, which must not wait, and the one that takes what a peer sends: the newest picture and
 * half a second of sound wait here, older ones give way.
 */
public final class MediaTap {
    private static final int MOST_SOUNDS = 50;

    private final BooleanSupplier videoWanted;
    private final BooleanSupplier audioWanted;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Sound> sounds = new ArrayDeque<>();
    private @Nullable Picture newest;
    private @Nullable String endReason;

    /** What a peer has sent. */
    public sealed interface Piece permits Picture, Sound, End {}

    /**
     * A picture.
     *
     * @param ptsNanos on libwebrtc's clock
     * @param arrivedNanos on {@link System#nanoTime()}
     */
    public record Picture(I420 picture, long ptsNanos, long arrivedNanos) implements Piece {}

    /**
     * Ten milliseconds of sound.
     *
     * @param interleaved the samples of all channels
     * @param arrivedNanos of the last sample, on {@link System#nanoTime()}
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) implements Piece {}

    /** Nothing more comes. */
    public record End(String reason) implements Piece {}

    /**
     * A tap; the suppliers are asked for each picture and sound, on libwebrtc's threads.
     *
     * @param videoWanted whether a picture would reach anybody now
     * @param audioWanted whether anybody listens
     */
    public MediaTap(BooleanSupplier videoWanted, BooleanSupplier audioWanted) {
        this.videoWanted = videoWanted;
        this.audioWanted = audioWanted;
    }

    boolean wantsVideo() {
        return videoWanted.getAsBoolean();
    }

    boolean wantsAudio() {
        return audioWanted.getAsBoolean();
    }

    /** Returns whether an older picture gave way. */
    boolean put(Picture picture) {
        lock.lock();
        try {
            boolean replaced = newest != null;
            newest = picture;
            changed.signal();
            return replaced;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether an older sound gave way. */
    boolean put(Sound sound) {
        lock.lock();
        try {
            boolean full = sounds.size() >= MOST_SOUNDS;
            if (full) {
                sounds.removeFirst();
            }
            sounds.addLast(sound);
            changed.signal();
            return full;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more comes; also wakes the taker up. */
    public void end(String reason) {
        lock.lock();
        try {
            if (endReason == null) {
                endReason = reason;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next piece; empty when nothing came for so long. */
    public Optional<Piece> take(long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (endReason == null && sounds.isEmpty() && newest == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            String over = endReason;
            if (over != null) {
                return Optional.of(new End(over));
            }
            Sound sound = sounds.pollFirst();
            if (sound != null) {
                return Optional.of(sound);
            }
            Picture picture = newest;
            newest = null;
            return Optional.ofNullable(picture);
        } finally {
            lock.unlock();
        }
    }
}
