package io.mediamesh.audio;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sound of a stream with which another is compared. Takes blocks on the thread that brings them; thread-safe. */
final class ReferenceSound {
    private static final int BUFFERED_BLOCKS = 64;
    private static final double NANOS_PER_SECOND = 1e9;
    /** Capture times of live sound tremble, and with them the lead; only more than this is a new one. */
    private static final double TREMBLE_SECONDS = 0.02;

    private final StreamId stream;
    private final Continuity continuity = new Continuity();
    private @Nullable Subscription subscription;

    // Guarded by this.
    private @Nullable SoundHistory sound;
    private long newestFrame;
    private CaptureTime newestCapture = new CaptureTime(0, 0);
    private long lead = Long.MIN_VALUE;

    private ReferenceSound(StreamId stream) {
        this.stream = stream;
    }

    /** Begins to listen; fails where there is no such stream or it has no sound. */
    static Future<ReferenceSound> open(Mesh mesh, StreamId stream, String subscriber) {
        ReferenceSound reference = new ReferenceSound(stream);
        SubscribeOptions options = SubscribeOptions.latest(subscriber)
                .withPolicy(Policy.buffer(BUFFERED_BLOCKS))
                .withDeliveryInPlace();
        return mesh.subscribe(new Topic(stream, Topic.AUDIO), options).map(opened -> {
            reference.subscription = opened;
            opened.handler(reference::on);
            return reference;
        });
    }

    StreamId stream() {
        return stream;
    }

    Future<Void> close() {
        Subscription present = subscription;
        return present == null ? Future.succeededFuture() : present.close();
    }

    private synchronized void on(Delivery delivery) {
        if (!(delivery instanceof Delivery.Data data) || !(data.item().payload() instanceof AudioBlock block)) {
            return;
        }
        SoundHistory history = sound;
        if (!continuity.follows(data.item().stamp(), block, data.droppedBefore()) || history == null) {
            history = new SoundHistory(block.sampleRateHz(), block.channels());
            sound = history;
            lead = Long.MIN_VALUE;
        }
        newestFrame = history.end();
        newestCapture = data.item().stamp().capture();
        for (int from = 0; from < block.frames(); from += SoundHistory.MAX_APPENDED_FRAMES) {
            history.append(block, from, Math.min(SoundHistory.MAX_APPENDED_FRAMES, block.frames() - from));
        }
    }

    /**
     * Shows an analysis what there is now and lets it work with that.
     *
     * @param frame a frame of the sound that is compared
     * @param capture when that was captured
     */
    synchronized void compare(Comparing analyser, long frame, CaptureTime capture, Runnable work) {
        Optional.ofNullable(sound).ifPresent(history -> {
            double seconds = (capture.monotonicNanos() - newestCapture.monotonicNanos()) / NANOS_PER_SECOND;
            long now = newestFrame - frame + Math.round(seconds * history.sampleRateHz());
            if (Math.abs((double) now - lead) > TREMBLE_SECONDS * history.sampleRateHz()) {
                lead = now;
            }
            analyser.compareWith(history, lead);
        });
        work.run();
    }

    /** The sound that is compared began anew, and its frames are counted from 0. */
    synchronized void restart() {
        lead = Long.MIN_VALUE;
    }
}
