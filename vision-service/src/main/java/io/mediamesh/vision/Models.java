package io.mediamesh.vision;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.BoxPainter;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native code and the detectors, loaded once on a worker while the service is up already. Those that cannot be loaded
 * are left out, until there is something newer of theirs that can.
 */
final class Models {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    private final List<DetectorKind> kinds;
    private final String names;
    /** Why detectors cannot look, by their names. */
    private final Map<String, String> broken = new ConcurrentSkipListMap<>();
    /** Why detectors go on with what they had. */
    private final Map<String, String> refused = new ConcurrentSkipListMap<>();

    private final Future<Void> loaded;
    private volatile @Nullable BoxPainter painter;
    private volatile Service.Health start;

    private Models(List<DetectorKind> kinds, Context context, WorkerPool pool) {
        this.kinds = kinds;
        this.names = kinds.stream().map(DetectorKind::name).collect(Collectors.joining("+"));
        this.start = new Service.Health(false, "loading " + names);
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
        } catch (RuntimeException | Error fault) {
            start = new Service.Health(false, "the detectors " + names + " cannot be loaded: " + fault.getMessage());
            LOG.error("the detectors {} cannot be loaded; intensity and video go on without them", names, fault);
            throw fault;
        }
        for (DetectorKind kind : kinds) {
            try {
                kind.open().close();
                LOG.info("detector loaded: {}", kind.name());
            } catch (RuntimeException | LinkageError | OutOfMemoryError fault) {
                broken.put(kind.name(), String.valueOf(fault.getMessage()));
                LOG.error("the detector {} cannot be loaded; everything else goes on without it", kind.name(), fault);
            }
        }
        start = new Service.Health(true, names);
        if (broken.size() == kinds.size()) {
            throw new MeshException(FailureCode.UNAVAILABLE, reasons());
        }
    }

    /** Takes what is newer of those detectors of which there may be something; blocks. */
    void renew() {
        for (DetectorKind kind : kinds) {
            kind.shared().ifPresent(shared -> renew(kind.name(), shared));
        }
    }

    private void renew(String name, Renewable shared) {
        try {
            if (shared.renew()) {
                broken.remove(name);
                refused.remove(name);
                LOG.info("the detector {} was exchanged", name);
            }
        } catch (RuntimeException fault) {
            (broken.containsKey(name) ? broken : refused).put(name, String.valueOf(fault.getMessage()));
            LOG.warn("the detector {} was not exchanged: {}", name, fault.getMessage());
        }
    }

    /** A model was exchanged by request. */
    void exchanged(String name, String source) {
        broken.remove(name);
        refused.remove(name);
        LOG.info("the detector {} was exchanged, it looks with {} now", name, source);
    }

    /** Frees what detectors share; blocks. */
    void close() {
        kinds.forEach(kind -> kind.shared().ifPresent(Renewable::close));
    }

    List<DetectorKind> kinds() {
        return kinds;
    }

    /** Completes when detectors can be opened; fails when none can. */
    Future<Void> loaded() {
        return loaded.failed() && start.ready() && broken.size() < kinds.size() ? Future.succeededFuture() : loaded;
    }

    /** Draws boxes, once the native code is there. */
    Optional<BoxPainter> painter() {
        return Optional.ofNullable(painter);
    }

    Service.Health health() {
        Service.Health atStart = start;
        if (!atStart.ready()) {
            return atStart;
        }
        if (!broken.isEmpty()) {
            return new Service.Health(false, reasons());
        }
        return refused.isEmpty()
                ? atStart
                : new Service.Health(true, names + "; not exchanged: " + String.join("; ", refused.values()));
    }

    private String reasons() {
        return broken.entrySet().stream()
                .map(each -> "the detector " + each.getKey() + " cannot be loaded: " + each.getValue())
                .collect(Collectors.joining("; "));
    }
}
