package io.mediamesh.vision;

import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes {@code annotated}: every frame of one stream with the most recent detections drawn in, once for all viewers.
 * A frame with nothing to draw is passed on as it came, and so is every frame while detection does not work.
 */
final class AnnotationProducer {
    /** A viewer that was busy gets a picture no older than this more than it would have to be. */
    private static final long IDLE_PERIOD_NANOS = Duration.ofMillis(100).toNanos();

    /** A hiccup of a tenth of a second costs no frame; frames that are later than that are of no use. */
    private static final int BUFFERED_FRAMES = 4;

    private final Publisher publisher;
    private final PictureCodec pictures;
    private final Models models;
    private final FaultLog faults;
    private final BoxMemory memory = new BoxMemory();
    private long publishedNanos = System.nanoTime() - IDLE_PERIOD_NANOS;

    private AnnotationProducer(Publisher publisher, Mesh mesh, Models models, FaultLog faults) {
        this.publisher = publisher;
        this.pictures = mesh.pictures();
        this.models = models;
        this.faults = faults;
    }

    static Future<Producer> start(Mesh mesh, Publisher publisher, Models models, WorkerPool pool, FaultLog faults) {
        AnnotationProducer producer = new AnnotationProducer(publisher, mesh, models, faults);
        SubscribeOptions options =
                SubscribeOptions.latest(publisher.topic().toString()).withPolicy(Policy.buffer(BUFFERED_FRAMES));
        return FrameLoop.open(mesh, publisher, options, pool, faults, producer::annotate)
                .map(loop -> {
                    DetectionFollower follower = DetectionFollower.start(mesh, publisher.topic(), producer.memory);
                    loop.begin();
                    return () -> Future.join(loop.stop(), follower.stop()).mapEmpty();
                });
    }

    private void annotate(Stamp stamp, VideoFrame frame) {
        long now = System.nanoTime();
        if (!publisher.wanted() && now - publishedNanos < IDLE_PERIOD_NANOS) {
            return;
        }
        publishedNanos = now;
        Optional<Detections> boxes = memory.boxesFor(stamp);
        publisher.publish(stamp, boxes.map(found -> drawn(frame, found)).orElse(frame));
    }

    private VideoFrame drawn(VideoFrame frame, Detections found) {
        try {
            return models.painter()
                    .map(painter -> VideoFrame.of(painter.paint(frame.picture(pictures), found)))
                    .orElse(frame);
        } catch (RuntimeException fault) {
            faults.fault("drawing", "boxes could not be drawn on " + publisher.topic() + "; it goes on without", fault);
            return frame;
        }
    }
}
