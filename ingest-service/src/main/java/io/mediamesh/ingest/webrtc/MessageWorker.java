package io.mediamesh.ingest.webrtc;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which messages on data channels are sent, one for all peers: each message waits a moment for libwebrtc's
 * network thread, which is one for all peers too.
 */
final class MessageWorker {
    private final Vertx vertx;
    private volatile @Nullable Context worker;

    MessageWorker(Vertx vertx) {
        this.vertx = vertx;
    }

    Future<Void> start() {
        DeploymentOptions options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("webrtc-messages")
                .setWorkerPoolSize(1);
        VerticleBase verticle = new VerticleBase() {
            @Override
            public Future<?> start() {
                worker = context;
                return Future.succeededFuture();
            }
        };
        return vertx.deployVerticle(verticle, options).mapEmpty();
    }

    /** Where to subscribe and to send. */
    Context context() {
        return Objects.requireNonNull(worker, "not started");
    }

    Future<Void> stop() {
        Context present = worker;
        return present == null ? Future.succeededFuture() : vertx.undeploy(present.deploymentID());
    }
}
