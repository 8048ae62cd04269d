package io.mediamesh.ingest;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import java.util.Optional;

/**
 * The synthetic source: frames and blocks at absolute times, so that it neither drifts nor catches up in bursts. The
 * lamp, the tick and the clock belong to the capture time of their frame.
 */
final class TestSource implements Source {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int BLOCKS_A_SECOND = 50;
    private static final int BLOCK_FRAMES = Tone.RATE_HZ / BLOCKS_A_SECOND;
    private static final long MOST_LATE_NANOS = 500_000_000;
    /** How long it takes at most until somebody is noticed who wants the other of the two. */
    private static final long LOOK_AGAIN_NANOS = 100_000_000;

    private final TestParameters parameters;
    private final ReadGuard guard = new ReadGuard();

    TestSource(TestParameters parameters) {
        this.parameters = parameters;
    }

    @Override
    public void stop() {
        guard.stop();
    }

    /** Moments at a rate since a beginning; those that nobody wants are left out. */
    private static final class Beat {
        private final long beginNanos;
        private final int perSecond;
        private long number;
        private boolean wanted = true;

        Beat(long beginNanos, int perSecond) {
            this.beginNanos = beginNanos;
            this.perSecond = perSecond;
        }

        /** When the next one is; never, as long as nobody wants it. */
        long next(boolean wantedNow) {
            if (wantedNow && !wanted) {
                goOn();
            }
            wanted = wantedNow;
            return wanted ? beginNanos + number * NANOS_PER_SECOND / perSecond : Long.MAX_VALUE;
        }

        /** Leaves out what is over. */
        void goOn() {
            long elapsed = System.nanoTime() - beginNanos;
            number = Math.max(number, Math.ceilDiv(elapsed * perSecond, NANOS_PER_SECOND));
        }
    }

    @Override
    public void play(SourceListener listener) {
        boolean sound = parameters.toneHz() > 0;
        Tone tone = new Tone(parameters.toneHz(), parameters.channels());
        // It is large, and many a test source is only listened to.
        Optional<TestCard> card = Optional.empty();
        if (listener.videoSubscribed()) {
            card = Optional.of(new TestCard(parameters));
        }
        listener.live(
                Optional.of(new StreamStatus.Video(parameters.widthPx(), parameters.heightPx(), parameters.fps())),
                sound ? Optional.of(new StreamStatus.Audio(Tone.RATE_HZ, parameters.channels())) : Optional.empty());
        long start = System.nanoTime();
        Beat frames = new Beat(start, parameters.fps());
        Beat blocks = new Beat(start, BLOCKS_A_SECOND);
        while (true) {
            long frameAt = frames.next(listener.videoSubscribed());
            long blockAt = blocks.next(sound && listener.audioSubscribed());
            long next = Math.min(frameAt, blockAt);
            long soon = System.nanoTime() + LOOK_AGAIN_NANOS;
            if (!guard.sleepUntil(Math.min(next, soon))) {
                return;
            }
            if (next > soon) {
                continue;
            }
            boolean late = System.nanoTime() - next > MOST_LATE_NANOS;
            if (blockAt <= frameAt) {
                if (!late) {
                    listener.audio(CaptureClock.at(blockAt), tone.block(blocks.number * BLOCK_FRAMES, BLOCK_FRAMES));
                }
                blocks.number++;
            } else if (card.isEmpty()) {
                card = Optional.of(new TestCard(parameters));
                frames.goOn();
            } else {
                if (listener.videoWanted() && !late) {
                    CaptureTime capture = CaptureClock.at(frameAt);
                    listener.video(capture, VideoFrame.of(card.get().draw(capture, frameAt - start, frames.number)));
                }
                frames.number++;
            }
        }
    }
}
