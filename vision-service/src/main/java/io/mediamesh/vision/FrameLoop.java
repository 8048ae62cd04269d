package io.mediamesh.vision;

import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes the video of a stream one frame at a time: each frame is worked on in a pool, and the next one is asked for
 * when that is done, so that no more than one task of a stream waits for a thread. When the video ends, so does the
 * topic made from it; when it is lost, the loop waits. Used on the context that opened it.
 */
final class FrameLoop {
    /** What to do with a frame, on a thread of the pool, one frame after the other. */
    @FunctionalInterface
    interface Work {
        void on(Stamp stamp, VideoFrame frame);
    }

    private final Context context;
    private final Publisher publisher;
    private final WorkerPool pool;
    private final Work work;
    private final FaultLog faults;
    private final Subscription video;
    private final Promise<Void> stopped = Promise.promise();
    private final AtomicBoolean working = new AtomicBoolean();
    private volatile boolean stopping;

    private FrameLoop(Parts parts, Context context, Subscription video) {
        this.context = context;
        this.publisher = parts.publisher;
        this.pool = parts.pool;
        this.work = parts.work;
        this.faults = parts.faults;
        this.video = video;
    }

    private record Parts(Publisher publisher, WorkerPool pool, Work work, FaultLog faults) {}

    /** Subscribes to the video of the publisher's stream; frames come after {@link #begin()}. */
    static Future<FrameLoop> open(
            Mesh mesh, Publisher publisher, SubscribeOptions options, WorkerPool pool, FaultLog faults, Work work) {
        Parts parts = new Parts(publisher, pool, work, faults);
        Context context = mesh.vertx().getOrCreateContext();
        return mesh.subscribe(publisher.topic().sibling(Topic.VIDEO), options)
                .map(video -> new FrameLoop(parts, context, video));
    }

    /** Asks for the first frame. */
    void begin() {
        if (stopping) {
            return;
        }
        video.pause();
        video.handler(this::on);
        video.fetch(1);
    }

    /** Lets go of the video; completes when no thread works on a frame any more. */
    Future<Void> stop() {
        stopping = true;
        return video.close().transform(closed -> {
            finishIfIdle();
            return stopped.future();
        });
    }

    private void on(Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                if (data.item().payload() instanceof VideoFrame frame) {
                    begin(data.item().stamp(), frame);
                }
            }
            case Delivery.Gap gap -> {}
            case Delivery.Changed changed -> {
                if (changed.state() == SubscriptionState.ENDED && !stopping) {
                    publisher.end(changed.reason());
                }
            }
        }
    }

    private void begin(Stamp stamp, VideoFrame frame) {
        if (!frame.hasPicture()) {
            // Its light is known, so there is nothing to do that would be worth a thread.
            work(stamp, frame);
            video.fetch(1);
            return;
        }
        working.set(true);
        try {
            pool.execute(() -> {
                work(stamp, frame);
                finished();
            });
        } catch (RejectedExecutionException full) {
            finished();
        }
    }

    private void work(Stamp stamp, VideoFrame frame) {
        try {
            work.on(stamp, frame);
        } catch (RuntimeException | Error fault) {
            faults.fault(publisher.topic().kind(), "a frame for " + publisher.topic() + " could not be used", fault);
        }
    }

    /** On any thread: the event loop need not be woken up to ask for the next frame. */
    private void finished() {
        working.set(false);
        if (stopping) {
            context.runOnContext(last -> finishIfIdle());
        } else {
            video.fetch(1);
        }
    }

    private void finishIfIdle() {
        if (!working.get()) {
            stopped.tryComplete();
        }
    }
}
