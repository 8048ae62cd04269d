package io.mediamesh.vision;

import io.mediamesh.contracts.DetectorsProtocol;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Capacity;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.OnContext;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Replies;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.WorkerPool;
import io.mediamesh.vision.onnx.ModelSource;
import io.mediamesh.vision.onnx.ModelStore;
import io.mediamesh.vision.onnx.NamedModel;
import io.mediamesh.vision.opencv.OpenCvDetectors;
import io.mediamesh.vision.roboflow.HostedDetector;
import io.mediamesh.vision.roboflow.HostedModel;
import io.mediamesh.vision.roboflow.InferenceServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Offers {@code intensity}, {@code detections} and {@code annotated}, each made from the stream's {@code video} as long
 * as somebody is subscribed to it. Its models are loaded after the start; until then detection waits, and
 * {@link #health()} says so.
 */
public final class VisionService implements Service {
    private static final int MAX_WAITING_FRAMES = 256;
    private static final int MAX_WAITING_EXCHANGES = 4;
    /** So many frames that wait for a thread are too many for another stream, where others have fewer. */
    private static final int STRAINED_FRAMES_PER_THREAD = 4;

    private static final Setting<Integer> MOST_STREAMS =
            Capacity.setting("vision", "Streams that one member looks at at the same time");

    private final BiFunction<VisionConfig, Mesh, List<DetectorKind>> detectors;
    private volatile @Nullable Running running;

    /** With the detectors that the settings name. */
    public VisionService() {
        this(VisionService::chosen);
    }

    VisionService(BiFunction<VisionConfig, Mesh, List<DetectorKind>> detectors) {
        this.detectors = detectors;
    }

    private static List<DetectorKind> chosen(VisionConfig config, Mesh mesh) {
        ModelStore store = new ModelStore(
                config.models().folder(),
                config.models().hosts(),
                config.models().limits().maxBytes());
        if (!config.asksServer()) {
            return config.detectors().stream()
                    .map(name -> here(name, config, store))
                    .toList();
        }
        InferenceServer server =
                new InferenceServer(mesh.vertx(), config.hosted().access());
        return config.detectors().stream()
                .map(name -> {
                    HostedModel model = config.hosted().models().get(name);
                    return model == null
                            ? here(name, config, store)
                            : HostedDetector.kind(name, server, model, mesh.pictures());
                })
                .toList();
    }

    private static DetectorKind here(String name, VisionConfig config, ModelStore store) {
        ModelSource source = config.models().files().get(name);
        return source == null
                ? OpenCvDetectors.kind(name, config.thresholds())
                : new NamedModel(name, source, store, config.models().limits()).kind();
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
        return Stream.concat(VisionConfig.all().stream(), Stream.of(MOST_STREAMS))
                .toList();
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        VisionConfig config = VisionConfig.of(settings);
        Running started = new Running(mesh, config, detectors.apply(config, mesh));
        running = started;
        return mesh.vertx()
                .deployVerticle(started)
                .compose(id -> mesh.offer(
                        kinds(),
                        started::produce,
                        Capacity.of(MOST_STREAMS, settings.get(MOST_STREAMS), started::strain)));
    }

    @Override
    public Future<Void> stop() {
        Running stopping = running;
        running = null;
        return stopping == null ? Future.succeededFuture() : stopping.undeploy();
    }

    /** Completes when the detectors can be used, and fails when they never can; after the start. */
    public Future<Void> loaded() {
        Running current = running;
        return current == null ? Future.failedFuture(starting()) : current.loaded();
    }

    private static MeshException starting() {
        return new MeshException(FailureCode.UNAVAILABLE, "vision is starting");
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
        private final WorkerPool exchange;
        /** Its own, because it may be a download that lasts. */
        private final WorkerPool requests;

        private volatile @Nullable Models models;

        Running(Mesh mesh, VisionConfig config, List<DetectorKind> kinds) {
            this.mesh = mesh;
            this.config = config;
            this.kinds = kinds;
            this.faults = new FaultLog(mesh.meters(), "vision");
            // Those that wait for an answer may be more than those that work.
            this.detection = config.asksServer()
                    ? pool("vision-hosted", config.hosted().access().connections())
                    : pool("vision-detection", config.threads());
            this.frames = pool("vision-frames", Runtime.getRuntime().availableProcessors());
            this.exchange =
                    WorkerPool.create("vision-models", 1, MAX_WAITING_EXCHANGES).measuredBy(mesh.meters());
            this.requests = WorkerPool.create("vision-requests", 2, MAX_WAITING_EXCHANGES)
                    .measuredBy(mesh.meters());
        }

        private WorkerPool pool(String name, int threads) {
            return WorkerPool.create(name, threads, MAX_WAITING_FRAMES).measuredBy(mesh.meters());
        }

        @Override
        public Future<?> start() {
            Models loading = Models.load(kinds, context, detection);
            models = loading;
            long intervalMillis = config.models().checkInterval().toMillis();
            if (intervalMillis > 0
                    && kinds.stream().anyMatch(kind -> kind.shared().isPresent())) {
                vertx.setPeriodic(intervalMillis, now -> renew(loading));
            }
            Future<Void> requested = vertx.eventBus()
                    .<JsonObject>consumer(
                            DetectorsProtocol.ADDRESS,
                            message -> Replies.answer(message, "questions about detectors", () -> loading.loaded()
                                    .otherwiseEmpty()
                                    .map(loaded -> known())))
                    .completion();
            Map<String, NamedModel> used = new LinkedHashMap<>();
            for (DetectorKind kind : kinds) {
                if (kind.shared().orElse(null) instanceof NamedModel model) {
                    used.put(kind.name(), model);
                }
            }
            ModelRequests exchanges =
                    new ModelRequests(mesh, used, config.models().files(), loading, requests, context);
            return requested.compose(ready -> exchanges.listen());
        }

        private JsonObject known() {
            return new DetectorsProtocol.Known(kinds.stream()
                            .map(kind -> new DetectorsProtocol.Detector(
                                    kind.name(), kind.classes().get()))
                            .toList())
                    .toJson();
        }

        @Override
        public Future<?> stop() {
            requests.close();
            detection.close();
            frames.close();
            Models closing = models;
            Future<Void> closed = closing == null
                    ? Future.succeededFuture()
                    : exchange.submit(context, () -> {
                        closing.close();
                        return null;
                    });
            return closed.eventually(() -> {
                exchange.close();
                return Future.succeededFuture();
            });
        }

        /** A look that still lasts makes another one needless. */
        private void renew(Models loaded) {
            if (exchange.queued() == 0) {
                exchange.execute(loaded::renew);
            }
        }

        Future<Void> undeploy() {
            return vertx.undeploy(context.deploymentID());
        }

        /** Why another stream had better be looked at elsewhere. */
        Optional<String> strain() {
            boolean behind = detection.queued() >= STRAINED_FRAMES_PER_THREAD * detection.threads();
            return behind
                    ? Optional.of("its detection is behind: " + detection.queued() + " frames wait for a thread")
                    : Optional.empty();
        }

        Health health() {
            Models current = models;
            return current == null ? new Health(false, "starting") : current.health();
        }

        Future<Void> loaded() {
            Models current = models;
            return current == null ? Future.failedFuture(starting()) : current.loaded();
        }

        /** Starts a producer on this service's own context, so that its work keeps the mesh's context free. */
        Future<Producer> produce(Publisher publisher) {
            return OnContext.call(vertx, context, () -> open(publisher))
                    .map(producer -> () -> OnContext.call(vertx, context, producer::stop));
        }

        private Future<Producer> open(Publisher publisher) {
            Models current = models;
            if (current == null) {
                return Future.failedFuture(starting());
            }
            return switch (publisher.topic().kind()) {
                case Topic.INTENSITY -> IntensityProducer.start(mesh, publisher, config, frames, faults);
                case Topic.DETECTIONS -> DetectionProducer.start(mesh, publisher, config, current, detection, faults);
                case Topic.ANNOTATED ->
                    AnnotationProducer.start(mesh, publisher, config.drawTracks(), current, frames, faults);
                default ->
                    Future.failedFuture(
                            new MeshException(FailureCode.NOT_FOUND, "vision does not make " + publisher.topic()));
            };
        }
    }
}
