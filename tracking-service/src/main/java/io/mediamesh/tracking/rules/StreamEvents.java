package io.mediamesh.tracking.rules;

import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.atomic.AtomicInteger;

/** The topics {@code events} that this member produces. Used on one context. */
public final class StreamEvents {
    private final Mesh mesh;
    private final WorkerPool pool;
    private final FaultLog faults;
    private final AtomicInteger running = new AtomicInteger();
    private final EventMeters meters;
    private final MessageConsumer<String> removals;

    /** Produces nothing yet. */
    public StreamEvents(Mesh mesh, WorkerPool pool, FaultLog faults) {
        this.mesh = mesh;
        this.pool = pool;
        this.faults = faults;
        this.meters = new EventMeters(mesh.meters(), running::get);
        this.removals = mesh.directory().onRemoved(meters::forget);
    }

    /** Starts to produce the events of a stream. */
    public Future<Producer> produce(Publisher publisher) {
        return EventsProducer.start(mesh, publisher, pool, faults, meters).map(producer -> {
            running.incrementAndGet();
            return () -> {
                running.decrementAndGet();
                return producer.stop();
            };
        });
    }

    /** Listens no more. */
    public Future<Void> stop() {
        return removals.unregister();
    }
}
