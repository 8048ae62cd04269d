package io.mediamesh.mesh;

import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.VideoFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes a topic that another one is made from, one item at a time: each item is worked on in a pool, and the next one is
 * asked for when that is done, so that no more than one task of a topic waits for a thread. When what it takes ends, so
 * does what is made from it; when it is lost, the loop waits. Begun and stopped on the context that opened it.
 */
public final class ItemLoop {
    /** What to do with an item, on a thread of the pool, one item after the other. */
    @FunctionalInterface
    public interface Work {
        /** Uses an item; what is thrown is counted and told, and the next item comes. */
        void on(Item item);
    }

    private final Context context;
    private final Publisher publisher;
    private final WorkerPool pool;
    private final Work work;
    private final FaultLog faults;
    private final Subscription source;
    private final Promise<Void> stopped = Promise.promise();
    private final AtomicBoolean working = new AtomicBoolean();
    private volatile boolean stopping;

    private ItemLoop(Parts parts, Context context, Subscription source) {
        this.context = context;
        this.publisher = parts.publisher;
        this.pool = parts.pool;
        this.work = parts.work;
        this.faults = parts.faults;
        this.source = source;
    }

    private record Parts(Publisher publisher, WorkerPool pool, Work work, FaultLog faults) {}

    /**
     * Subscribes to a topic of the publisher's stream; items come after {@link #begin()}.
     *
     * @param kind of the topic to take
     * @param faults where failures of the work are told
     */
    public static Future<ItemLoop> open(
            Mesh mesh,
            Publisher publisher,
            String kind,
            SubscribeOptions options,
            WorkerPool pool,
            FaultLog faults,
            Work work) {
        Parts parts = new Parts(publisher, pool, work, faults);
        Context context = mesh.vertx().getOrCreateContext();
        return mesh.subscribe(publisher.topic().sibling(kind), options)
                .map(source -> new ItemLoop(parts, context, source));
    }

    /** Asks for the first item. */
    public void begin() {
        if (stopping) {
            return;
        }
        source.pause();
        source.handler(this::on);
        source.fetch(1);
    }

    /** Lets go of the topic; completes when no thread works on an item any more. */
    public Future<Void> stop() {
        stopping = true;
        return source.close().transform(closed -> {
            finishIfIdle();
            return stopped.future();
        });
    }

    private void on(Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> begin(data.item());
            case Delivery.Gap gap -> {}
            case Delivery.Changed changed -> {
                if (changed.state() == SubscriptionState.ENDED && !stopping) {
                    publisher.end(changed.reason());
                }
            }
        }
    }

    private void begin(Item item) {
        working.set(true);
        if (stopping) {
            finished();
            return;
        }
        Runnable task = () -> {
            work(item);
            finished();
        };
        if (item.payload() instanceof VideoFrame frame && !frame.hasPicture()) {
            // Its light is known, so there is nothing to do that would be worth a thread.
            task.run();
            return;
        }
        try {
            pool.execute(task);
        } catch (RejectedExecutionException full) {
            finished();
        }
    }

    private void work(Item item) {
        try {
            work.on(item);
        } catch (RuntimeException | Error fault) {
            faults.fault(
                    publisher.topic().kind(),
                    "an item of " + item.topic() + " could not be used for " + publisher.topic(),
                    fault);
        }
    }

    /** On any thread: the event loop need not be woken up to ask for the next item. */
    private void finished() {
        working.set(false);
        if (stopping) {
            context.runOnContext(last -> finishIfIdle());
        } else {
            source.fetch(1);
        }
    }

    private void finishIfIdle() {
        if (!working.get()) {
            stopped.tryComplete();
        }
    }
}
