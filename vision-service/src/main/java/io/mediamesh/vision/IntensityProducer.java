package io.mediamesh.vision;

import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.ItemLoop;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes {@code intensity}: the brightness of every frame of one stream. */
final class IntensityProducer {
    private static final Logger LOG = LoggerFactory.getLogger(IntensityProducer.class);
    private static final int BUFFERED_FRAMES = 8;

    private final Publisher publisher;
    private final PictureCodec pictures;
    private final RunningMean average;
    private final long logIntervalNanos;
    private long loggedNanos = System.nanoTime();

    private IntensityProducer(Publisher publisher, PictureCodec pictures, VisionConfig config) {
        this.publisher = publisher;
        this.pictures = pictures;
        this.average = new RunningMean(config.intensitySamples());
        this.logIntervalNanos = config.intensityLogInterval().toNanos();
    }

    static Future<Producer> start(
            Mesh mesh, Publisher publisher, VisionConfig config, WorkerPool pool, FaultLog faults) {
        SubscribeOptions options = SubscribeOptions.latest(publisher.topic().toString())
                .withPolicy(Policy.buffer(BUFFERED_FRAMES))
                .withForm(Form.MEAN_LUMA)
                .withDeliveryInPlace();
        return mesh.directory()
                .get(publisher.topic().stream())
                .map(stream ->
                        stream.map(known -> config.with(known.settings())).orElse(config))
                .map(own -> new IntensityProducer(publisher, mesh.pictures(), own))
                .compose(producer ->
                        ItemLoop.open(mesh, publisher, Topic.VIDEO, options, pool, faults, producer::measure))
                .map(loop -> {
                    loop.begin();
                    return loop::stop;
                });
    }

    private void measure(Item item) {
        if (!(item.payload() instanceof VideoFrame frame)) {
            return;
        }
        double current = frame.meanLuma(pictures);
        average.add(current);
        publisher.publish(item.stamp(), new Intensity(current, average.mean(), average.count()));
        if (LOG.isDebugEnabled() && System.nanoTime() - loggedNanos >= logIntervalNanos) {
            loggedNanos = System.nanoTime();
            LOG.debug("{}: {} now, {} on average", publisher.topic(), current, average.mean());
        }
    }
}
