package io.mediamesh.ingest;

import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import java.util.Optional;

/**
 * The synthetic source: frames and blocks at absolute times, so that it neither drifts nor catches up in bursts. The
 * lamp, the tick and the clock belong to the capture time of their frame.
 */
final class TestSource implements Source {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int BLOCK_FRAMES = Tone.RATE_HZ / 50;
    private static final long MOST_LATE_NANOS = 500_000_000;

    private final TestParameters parameters;
    private final ReadGuard guard = new ReadGuard();

    TestSource(TestParameters parameters) {
        this.parameters = parameters;
    }

    @Override
    public void stop() {
        guard.stop();
    }

    @Override
    public void play(SourceListener listener) {
        TestCard card = new TestCard(parameters);
        boolean sound = parameters.toneHz() > 0;
        Tone tone = new Tone(parameters.toneHz(), parameters.channels());
        listener.live(
                Optional.of(new StreamStatus.Video(parameters.widthPx(), parameters.heightPx(), parameters.fps())),
                sound ? Optional.of(new StreamStatus.Audio(Tone.RATE_HZ, parameters.channels())) : Optional.empty());
        long start = System.nanoTime();
        long frame = 0;
        long block = 0;
        while (true) {
            long frameAt = start + frame * NANOS_PER_SECOND / parameters.fps();
            long blockAt = sound ? start + block * BLOCK_FRAMES * NANOS_PER_SECOND / Tone.RATE_HZ : Long.MAX_VALUE;
            long next = sound ? Math.min(frameAt, blockAt) : frameAt;
            if (!guard.sleepUntil(next)) {
                return;
            }
            boolean late = System.nanoTime() - next > MOST_LATE_NANOS;
            if (sound && blockAt <= frameAt) {
                if (listener.audioSubscribed() && !late) {
                    listener.audio(CaptureClock.at(blockAt), tone.block(block * BLOCK_FRAMES, BLOCK_FRAMES));
                }
                block++;
            } else {
                if (listener.videoSubscribed() && listener.videoWanted() && !late) {
                    var capture = CaptureClock.at(frameAt);
                    listener.video(capture, VideoFrame.of(card.draw(capture, frameAt - start, frame)));
                }
                frame++;
            }
        }
    }
}
