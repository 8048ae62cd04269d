package io.mediamesh.vision;

import io.mediamesh.media.BoxPainter;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native code and the detectors, loaded once on a worker while the service is up already. */
final class Models {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    private final List<DetectorKind> kinds;
    private final String names;
    private final Future<Void> loaded;
    private volatile @Nullable BoxPainter painter;
    private volatile Service.Health health;

    private Models(List<DetectorKind> kinds, Context context, WorkerPool pool) {
        this.kinds = kinds;
        this.names = kinds.stream().map(DetectorKind::name).collect(Collectors.joining("+"));
        this.health = new Service.Health(false, "loading " + names);
        this.loaded = pool.<Void>submit(context, () -> {
            load();
            return null;
        });
    }

    /** Begins to load; the outcome arrives on the context. */
    static Models load(List<DetectorKind> kinds, Context context, WorkerPool pool) {
        return new Models(kinds, context, pool);
    }

    private void load() {
        try {
            painter = new BoxPainter();
            for (DetectorKind kind : kinds) {
                kind.open().close();
            }
            health = new Service.Health(true, names);
            LOG.info("detectors loaded: {}", names);
        } catch (RuntimeException | Error fault) {
            health = new Service.Health(false, "the detectors " + names + " cannot be loaded: " + fault.getMessage());
            LOG.error("the detectors {} cannot be loaded; intensity and video go on without them", names, fault);
            throw fault;
        }
    }

    List<DetectorKind> kinds() {
        return kinds;
    }

    /** Completes when detectors can be opened; fails when they never can. */
    Future<Void> loaded() {
        return loaded;
    }

    /** Draws boxes, once the native code is there. */
    Optional<BoxPainter> painter() {
        return Optional.ofNullable(painter);
    }

    Service.Health health() {
        return health;
    }
}
