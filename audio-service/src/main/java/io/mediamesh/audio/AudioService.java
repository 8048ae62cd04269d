package io.mediamesh.audio;

import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.OnContext;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Offers a topic for each kind of analysis of a stream's {@code audio}, each made as long as somebody is subscribed to
 * it.
 */
public final class AudioService implements Service {
    private final AnalyserKinds kinds;
    private volatile @Nullable Analysing running;

    /** With the analyses on the class path. */
    public AudioService() {
        this(AnalyserKinds.installed());
    }

    AudioService(AnalyserKinds kinds) {
        this.kinds = kinds;
    }

    @Override
    public String name() {
        return "audio";
    }

    @Override
    public Set<String> kinds() {
        return kinds.types();
    }

    @Override
    public List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>();
        all.add(AudioConfig.THREADS);
        all.addAll(kinds.settings());
        return all;
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        return SettingChanges.open(mesh.vertx()).compose(changes -> {
            Analysing started = new Analysing(mesh, settings, kinds, changes);
            running = started;
            return mesh.vertx()
                    .deployVerticle(started)
                    .compose(id -> mesh.offer(kinds(), publisher -> OnContext.call(
                                    mesh.vertx(), started.context(), () -> started.open(publisher))
                            .<Producer>map(
                                    opened -> () -> OnContext.call(mesh.vertx(), started.context(), opened::stop))));
        });
    }

    @Override
    public Future<Void> stop() {
        Analysing stopping = running;
        running = null;
        return stopping == null ? Future.succeededFuture() : stopping.undeploy();
    }

    @Override
    public Health health() {
        return running == null
                ? new Health(false, "not started")
                : new Health(true, kinds.types().size() + " analyses");
    }
}
