package io.mediamesh.vision;

import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.FollowedRules;
import io.mediamesh.mesh.ItemLoop;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.WorkerPool;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Makes {@code detections}: looks at the newest frame of one stream, as often as the settings and the threads allow. */
final class DetectionProducer {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Publisher publisher;
    private final PictureCodec pictures;
    private final DetectorSet detectors;
    private final FollowedRules rules;
    private final Timer timer;
    private long lastEpoch = Long.MIN_VALUE;

    private DetectionProducer(Publisher publisher, Mesh mesh, DetectorSet detectors, FollowedRules rules) {
        this.publisher = publisher;
        this.pictures = mesh.pictures();
        this.detectors = detectors;
        this.rules = rules;
        this.timer = mesh.meters().timer("mediamesh.vision.detection");
    }

    /** Starts; frames are taken from the moment on at which the models are loaded. */
    static Future<Producer> start(
            Mesh mesh, Publisher publisher, VisionConfig config, Models models, WorkerPool pool, FaultLog faults) {
        return FollowedRules.open(mesh.directory(), publisher.topic().stream()).compose(rules -> {
            DetectorSet detectors = new DetectorSet(publisher.topic().stream(), models.kinds(), faults);
            DetectionProducer producer = new DetectionProducer(publisher, mesh, detectors, rules);
            SubscribeOptions options = SubscribeOptions.latest(publisher.topic().toString())
                    .withMaxRateHz(config.rateHz())
                    .withDeliveryInPlace();
            return ItemLoop.open(mesh, publisher, Topic.VIDEO, options, pool, faults, producer::look)
                    .<Producer>map(loop -> {
                        models.loaded()
                                .onSuccess(loaded -> loop.begin())
                                .onFailure(broken -> publisher.end("no detector works here: " + broken.getMessage()));
                        return () -> loop.stop()
                                .onComplete(idle -> detectors.close())
                                .eventually(rules::close);
                    })
                    .onFailure(refused -> rules.close());
        });
    }

    private void look(Item item) {
        if (!(item.payload() instanceof VideoFrame frame)) {
            return;
        }
        Stamp stamp = item.stamp();
        if (stamp.epoch() != lastEpoch) {
            // The source was opened anew: what the detectors learnt is about other pictures.
            detectors.close();
            lastEpoch = stamp.epoch();
        }
        detectors.detect(frame.picture(pictures), rules.now()).ifPresent(found -> publish(stamp, found));
    }

    private void publish(Stamp stamp, Detections found) {
        timer.record((long) (found.inferenceMillis() * NANOS_PER_MILLI), TimeUnit.NANOSECONDS);
        publisher.publish(stamp, found);
    }
}
