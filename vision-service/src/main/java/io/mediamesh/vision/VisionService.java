package io.mediamesh.vision;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.WorkerPool;
import io.mediamesh.vision.opencv.OpenCvDetectors;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Offers {@code intensity}, {@code detections} and {@code annotated}, each made from the stream's {@code video} as long
 * as somebody is subscribed to it. Its models are loaded after the start; until then detection waits, and
 * {@link #health()} says so.
 */
public final class VisionService implements Service {
    private static final int MAX_WAITING_FRAMES = 256;

    private final Function<VisionConfig, List<DetectorKind>> detectors;
    private volatile @Nullable Running running;

    /** With the detectors that the settings name. */
    public VisionService() {
        this(VisionService::chosen);
    }

    VisionService(Function<VisionConfig, List<DetectorKind>> detectors) {
        this.detectors = detectors;
    }

    private static List<DetectorKind> chosen(VisionConfig config) {
        return config.detectors().stream()
                .map(name -> OpenCvDetectors.kind(name, config.thresholds()))
                .toList();
    }

    @Override
    public String name() {
        return "vision";
    }

    @Override
    public Set<String> kinds() {
        return Set.of(Topic.INTENSITY, Topic.DETECTIONS, Topic.ANNOTATED);
    }

    @Override
    public List<Setting<?>> settings() {
        return VisionConfig.all();
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        VisionConfig config = VisionConfig.of(settings);
        Running started = new Running(mesh, config, detectors.apply(config));
        running = started;
        return mesh.vertx().deployVerticle(started).compose(id -> mesh.offer(kinds(), started::produce));
    }

    @Override
    public Future<Void> stop() {
        Running stopping = running;
        running = null;
        return stopping == null ? Future.succeededFuture() : stopping.undeploy();
    }

    @Override
    public Health health() {
        Running current = running;
        return current == null ? new Health(false, "not started") : current.health();
    }

    /** The service between start and stop: its context, its threads and its models. */
    private static final class Running extends VerticleBase {
        private final Mesh mesh;
        private final VisionConfig config;
        private final List<DetectorKind> kinds;
        private final FaultLog faults;
        private final WorkerPool detection;
        private final WorkerPool frames;
        private volatile @Nullable Models models;

        Running(Mesh mesh, VisionConfig config, List<DetectorKind> kinds) {
            this.mesh = mesh;
            this.config = config;
            this.kinds = kinds;
            this.faults = new FaultLog(mesh.meters());
            this.detection = pool("vision-detection", config.threads());
            this.frames = pool("vision-frames", Runtime.getRuntime().availableProcessors());
        }

        private WorkerPool pool(String name, int threads) {
            WorkerPool pool = WorkerPool.create(name, threads, MAX_WAITING_FRAMES);
            Gauge.builder("mediamesh.pool.queued", pool, WorkerPool::queued)
                    .tag("pool", name)
                    .register(mesh.meters());
            Gauge.builder("mediamesh.pool.rejected", pool, WorkerPool::rejected)
                    .tag("pool", name)
                    .register(mesh.meters());
            return pool;
        }

        @Override
        public Future<?> start() {
            models = Models.load(kinds, context, detection);
            return Future.succeededFuture();
        }

        @Override
        public Future<?> stop() {
            detection.close();
            frames.close();
            return Future.succeededFuture();
        }

        Future<Void> undeploy() {
            return vertx.undeploy(context.deploymentID());
        }

        Health health() {
            Models current = models;
            return current == null ? new Health(false, "starting") : current.health();
        }

        /** Starts a producer on this service's own context, so that its work keeps the mesh's context free. */
        Future<Producer> produce(Publisher publisher) {
            return OnContext.call(vertx, context, () -> open(publisher))
                    .map(producer -> () -> OnContext.call(vertx, context, producer::stop));
        }

        private Future<Producer> open(Publisher publisher) {
            Models current = models;
            if (current == null) {
                return Future.failedFuture(new MeshException(FailureCode.UNAVAILABLE, "vision is starting"));
            }
            return switch (publisher.topic().kind()) {
                case Topic.INTENSITY -> IntensityProducer.start(mesh, publisher, config, frames, faults);
                case Topic.DETECTIONS -> DetectionProducer.start(mesh, publisher, config, current, detection, faults);
                case Topic.ANNOTATED -> AnnotationProducer.start(mesh, publisher, current, frames, faults);
                default ->
                    Future.failedFuture(
                            new MeshException(FailureCode.NOT_FOUND, "vision does not make " + publisher.topic()));
            };
        }
    }
}
