package io.mediamesh.vision;

import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.ItemLoop;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.WorkerPool;
import io.mediamesh.vision.VisionConfig.DrawTracks;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes {@code annotated}: every frame of one stream with the most recent detections and tracks drawn in, once for all
 * viewers. A frame with nothing to draw is passed on as it came, and so is every frame while there is nothing to be had.
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
    private final Drawn drawn;
    private long publishedNanos = System.nanoTime() - IDLE_PERIOD_NANOS;

    private AnnotationProducer(Publisher publisher, Mesh mesh, DrawTracks when, Models models, FaultLog faults) {
        this.publisher = publisher;
        this.pictures = mesh.pictures();
        this.models = models;
        this.faults = faults;
        this.drawn = new Drawn(mesh, publisher.topic(), when);
    }

    static Future<Producer> start(
            Mesh mesh, Publisher publisher, DrawTracks when, Models models, WorkerPool pool, FaultLog faults) {
        AnnotationProducer producer = new AnnotationProducer(publisher, mesh, when, models, faults);
        SubscribeOptions options =
                SubscribeOptions.latest(publisher.topic().toString()).withPolicy(Policy.buffer(BUFFERED_FRAMES));
        return ItemLoop.open(mesh, publisher, Topic.VIDEO, options, pool, faults, producer::annotate)
                .map(loop -> {
                    producer.drawn.start();
                    loop.begin();
                    return () -> Future.join(loop.stop(), producer.drawn.stop()).mapEmpty();
                });
    }

    private void annotate(Item item) {
        long now = System.nanoTime();
        if (!(item.payload() instanceof VideoFrame frame)
                || (!publisher.wanted() && now - publishedNanos < IDLE_PERIOD_NANOS)) {
            return;
        }
        publishedNanos = now;
        Optional<Detections> found = drawn.detections().of(item.stamp()).filter(boxes -> !boxes.objects()
                .isEmpty());
        Optional<Tracks> followed =
                drawn.tracks().of(item.stamp()).filter(all -> !all.tracks().isEmpty());
        publisher.publish(
                item.stamp(), found.isEmpty() && followed.isEmpty() ? frame : painted(frame, found, followed));
    }

    private VideoFrame painted(VideoFrame frame, Optional<Detections> found, Optional<Tracks> followed) {
        try {
            return models.painter()
                    .map(painter -> VideoFrame.of(painter.paint(frame.picture(pictures), found, followed)))
                    .orElse(frame);
        } catch (RuntimeException fault) {
            faults.fault("drawing", "boxes could not be drawn on " + publisher.topic() + "; it goes on without", fault);
            return frame;
        }
    }
}
