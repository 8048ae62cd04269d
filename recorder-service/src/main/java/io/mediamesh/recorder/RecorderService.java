package io.mediamesh.recorder;

import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.OnContext;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps streams in files: takes the requests of {@link RecorderProtocol}, goes on with what an earlier process left
 * unfinished, and deletes what is too old or takes too much room. It offers no topics; it only subscribes.
 */
public final class RecorderService implements Service {
    private volatile @Nullable Running running;

    @Override
    public String name() {
        return RecorderProtocol.SERVICE;
    }

    @Override
    public Set<String> kinds() {
        return Set.of();
    }

    @Override
    public List<Setting<?>> settings() {
        return RecorderConfig.all();
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        Running started = new Running(mesh, RecorderConfig.of(settings));
        running = started;
        return mesh.vertx().deployVerticle(started).mapEmpty();
    }

    @Override
    public Future<Void> drain() {
        Running draining = running;
        return draining == null ? Future.succeededFuture() : draining.drain();
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
        return current == null ? new Health(false, "not started") : current.recordings.health();
    }

    /** The service between start and stop: its context and its recordings. */
    private static final class Running extends VerticleBase {
        private final Mesh mesh;
        private final Recordings recordings;

        Running(Mesh mesh, RecorderConfig config) {
            this.mesh = mesh;
            this.recordings = new Recordings(mesh, config);
        }

        @Override
        public Future<?> start() {
            Requests requests = new Requests(recordings);
            return recordings.start(context).compose(ready -> vertx.eventBus()
                    .consumer(RecorderProtocol.addressOf(mesh.memberId()), requests::answer)
                    .completion());
        }

        @Override
        public Future<?> stop() {
            return recordings.stop();
        }

        Future<Void> drain() {
            return OnContext.call(vertx, context, recordings::handOver);
        }

        Future<Void> undeploy() {
            return vertx.undeploy(context.deploymentID());
        }
    }
}
