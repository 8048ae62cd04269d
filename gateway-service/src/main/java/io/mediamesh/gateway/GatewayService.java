package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves the mesh to clients: HTTP, WebSocket, Server-Sent Events, the dashboard. Keeps the streams that clients put, and
 * offers the broadcasts that they send.
 */
public final class GatewayService implements Service {
    private volatile @Nullable GatewayVerticle verticle;
    private @Nullable Mesh home;
    private @Nullable String deployment;

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public Set<String> kinds() {
        return Set.of(Topic.HUB);
    }

    @Override
    public List<Setting<?>> settings() {
        return GatewayConfig.all();
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        GatewayVerticle starting;
        try {
            starting = new GatewayVerticle(mesh, GatewayConfig.of(settings));
        } catch (MeshException wrong) {
            return Future.failedFuture(wrong);
        }
        return mesh.vertx().deployVerticle(starting).map(id -> {
            verticle = starting;
            home = mesh;
            deployment = id;
            return null;
        });
    }

    @Override
    public Future<Void> drain() {
        GatewayVerticle running = verticle;
        return running == null ? Future.succeededFuture() : running.drain();
    }

    @Override
    public Future<Void> stop() {
        Mesh mesh = home;
        String running = deployment;
        verticle = null;
        deployment = null;
        return running == null || mesh == null
                ? Future.succeededFuture()
                : mesh.vertx().undeploy(running);
    }

    @Override
    public Health health() {
        GatewayVerticle running = verticle;
        return running != null && running.isServing()
                ? new Health(true, "serving on ports " + running.ports())
                : new Health(false, "not serving");
    }

    /** The ports that are bound, first the one of {@code gateway.http.port}; empty while not serving. */
    public List<Integer> ports() {
        GatewayVerticle running = verticle;
        return running == null ? List.of() : running.ports();
    }

    /** The ports for analyses of sound that are bound; none of those that are off, and none while not serving. */
    Map<AudioProtocolKind, Integer> audioPorts() {
        GatewayVerticle running = verticle;
        return running == null ? Map.of() : running.audioPorts();
    }
}
