package io.mediamesh.tracking;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.contracts.TrackingProtocol.Request;
import io.mediamesh.media.OpenCvPictureCodec;
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
import io.mediamesh.tracking.onnx.OnnxTrackerKind;
import io.mediamesh.tracking.opencv.FeatureTrackerKind;
import io.mediamesh.tracking.rules.StreamEvents;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Follows what was marked in a first picture through the pictures after it: takes the requests of
 * {@link TrackingProtocol}. Offers {@code tracks}: objects that are followed through a stream, and {@code events}: what
 * they do. Its libraries are loaded after the start; until then {@link #health()} says so, and sessions wait.
 */
public final class TrackingService implements Service {
    private static final long LEAST_SWEEP_MILLIS = 100;
    private static final long MOST_SWEEP_MILLIS = 30_000;
    private static final long LOAD_AGAIN_MILLIS = 1_000;

    private final Function<TrackingConfig, TrackerKind> kinds;
    private volatile @Nullable Running running;

    /** With the tracker that the settings name. */
    public TrackingService() {
        this(TrackingService::kind);
    }

    TrackingService(TrackerKind kind) {
        this(config -> kind);
    }

    private TrackingService(Function<TrackingConfig, TrackerKind> kinds) {
        this.kinds = kinds;
    }

    private static TrackerKind kind(TrackingConfig config) {
        TrackerKind features = new FeatureTrackerKind();
        return config.models()
                .<TrackerKind>map(
                        models -> new OnnxTrackerKind(features, models.encoder(), models.decoder(), models.threads()))
                .orElse(features);
    }

    @Override
    public String name() {
        return TrackingProtocol.SERVICE;
    }

    @Override
    public Set<String> kinds() {
        return Set.of(Topic.TRACKS, Topic.EVENTS);
    }

    @Override
    public List<Setting<?>> settings() {
        return TrackingConfig.all();
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        TrackingConfig config = TrackingConfig.of(settings);
        Running started = new Running(mesh, config, kinds.apply(config));
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
        return current == null ? new Health(false, "not started") : current.health;
    }

    /** The service between start and stop: its context, its threads and its sessions. */
    private static final class Running extends VerticleBase {
        private final Mesh mesh;
        private final TrackingConfig config;
        private final TrackerKind kind;
        private final WorkerPool pool;
        private final FaultLog faults;
        private volatile Health health = new Health(false, "loading the tracker");
        private @Nullable Sessions sessions;
        private @Nullable StreamTracks tracks;
        private @Nullable StreamEvents events;

        Running(Mesh mesh, TrackingConfig config, TrackerKind kind) {
            this.mesh = mesh;
            this.config = config;
            this.kind = kind;
            this.pool = WorkerPool.create("tracking", config.threads(), config.queue());
            this.faults = new FaultLog(mesh.meters(), TrackingProtocol.SERVICE);
        }

        @Override
        public Future<?> start() {
            load();
            events = new StreamEvents(mesh, pool, faults);
            return startSessions().compose(started -> startTracks());
        }

        /** Until it succeeds: what is missing may be put right. */
        private void load() {
            pool.submit(context, () -> {
                        kind.load();
                        return kind.name();
                    })
                    .onSuccess(name -> health = new Health(true, name))
                    .onFailure(fault -> {
                        Health told = new Health(false, "the tracker cannot be used: " + fault.getMessage());
                        if (!told.equals(health)) {
                            faults.fault(kind.name(), "the tracker cannot be used", fault);
                        }
                        health = told;
                        vertx.setTimer(LOAD_AGAIN_MILLIS, due -> load());
                    });
        }

        private Future<Void> startSessions() {
            long sweepMillis = Math.clamp(config.idleTimeout().toMillis() / 4, LEAST_SWEEP_MILLIS, MOST_SWEEP_MILLIS);
            return ClusterSessionStore.open(vertx, config.idleTimeout()).compose(store -> {
                Sessions opened = new Sessions(
                        new Sessions.Parts(config, kind, new OpenCvPictureCodec()::decodeFile, store, pool, faults),
                        context,
                        mesh.meters());
                sessions = opened;
                vertx.setPeriodic(sweepMillis, now -> opened.endIdle());
                return vertx.eventBus()
                        .consumer(TrackingProtocol.addressOf(mesh.memberId()), this::answer)
                        .completion();
            });
        }

        private Future<Void> startTracks() {
            Map<StreamId, TracksProducer> running = new ConcurrentHashMap<>();
            return ClusterSessionStore.openTracks(vertx)
                    .compose(store -> StreamTracks.start(
                            new TracksProducer.Parts(
                                    mesh,
                                    config,
                                    kind,
                                    store,
                                    pool,
                                    faults,
                                    new TracksMeters(mesh.meters(), running::size)),
                            running))
                    .map(started -> {
                        tracks = started;
                        return null;
                    });
        }

        /** Starts a producer on this service's own context, so that its work keeps the mesh's context free. */
        Future<Producer> produce(Publisher publisher) {
            return OnContext.call(vertx, context, () -> open(publisher))
                    .map(producer -> () -> OnContext.call(vertx, context, producer::stop));
        }

        private Future<Producer> open(Publisher publisher) {
            StreamTracks following = tracks;
            StreamEvents watching = events;
            if (following == null || watching == null) {
                return Future.failedFuture(new MeshException(FailureCode.UNAVAILABLE, "tracking is starting"));
            }
            return publisher.topic().kind().equals(Topic.EVENTS)
                    ? watching.produce(publisher)
                    : following.produce(publisher);
        }

        private void answer(Message<Buffer> message) {
            Replies.answer(message, "tracking requests", () -> answerTo(Request.ofBuffer(message.body())));
        }

        private Future<JsonObject> answerTo(Request request) {
            Sessions open = sessions;
            if (open == null) {
                return Future.failedFuture(new MeshException(FailureCode.UNAVAILABLE, "tracking is starting"));
            }
            return switch (request) {
                // A session goes on at one member only: not at one that is cut off from most of the others.
                case TrackingProtocol.Start start ->
                    mesh.mayOwn().compose(may -> open.start(start)).map(FrameData::toJson);
                case TrackingProtocol.Frame frame ->
                    mesh.mayOwn().compose(may -> next(open, frame)).map(FrameData::toJson);
                case TrackingProtocol.End end -> open.end(end).map(ended -> new JsonObject());
            };
        }

        /** A session that is not to be found may be at members that are only just back. */
        private Future<FrameData> next(Sessions open, TrackingProtocol.Frame frame) {
            return open.frame(frame).recover(failure -> {
                if (!(failure instanceof MeshException told) || told.code() != FailureCode.NOT_FOUND) {
                    return Future.failedFuture(failure);
                }
                return mesh.settled().compose(waited -> waited ? open.frame(frame) : Future.failedFuture(failure));
            });
        }

        @Override
        public Future<?> stop() {
            pool.close();
            Sessions open = sessions;
            if (open != null) {
                open.close();
            }
            StreamTracks asked = tracks;
            Future<Void> stopped = asked == null ? Future.succeededFuture() : asked.stop();
            StreamEvents watching = events;
            if (watching != null) {
                stopped = stopped.eventually(watching::stop);
            }
            return stopped.eventually(() -> vertx.executeBlocking(() -> {
                kind.close();
                return kind.name();
            }));
        }

        Future<Void> undeploy() {
            return vertx.undeploy(context.deploymentID());
        }
    }
}
