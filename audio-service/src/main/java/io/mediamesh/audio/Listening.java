package io.mediamesh.audio;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Listens to one stream for all analyses that are wanted of it: its sound is fetched, unpacked and transformed once. A
 * thread of the pool takes what has come so far and gives it to one analysis after the other; when the pool is behind,
 * the oldest sound is left out and the analyses begin anew.
 */
final class Listening {
    /** Half a second and more of sound, in blocks of 10 to 20 ms. */
    private static final int MOST_WAITING = 64;

    private final Mesh mesh;
    private final StreamId stream;
    private final WorkerPool pool;
    private final List<RunningAnalyser> analysers = new CopyOnWriteArrayList<>();
    private final Continuity continuity = new Continuity();

    // Guarded by waiting.
    private final ArrayDeque<Delivery.Data> waiting = new ArrayDeque<>();
    private boolean working;
    private long leftOut;

    // Only touched by whoever works.
    private @Nullable SoundHistory sound;

    // Only touched on the service's context.
    private @Nullable Future<Subscription> subscription;

    Listening(Mesh mesh, StreamId stream, WorkerPool pool) {
        this.mesh = mesh;
        this.stream = stream;
        this.pool = pool;
    }

    StreamId stream() {
        return stream;
    }

    List<RunningAnalyser> analysers() {
        return analysers;
    }

    boolean isIdle() {
        return analysers.isEmpty();
    }

    /** Begins to analyse; fails where the stream has no sound to be had. */
    Future<Void> add(RunningAnalyser analyser) {
        analysers.add(analyser);
        Future<Subscription> present = subscription;
        if (present == null) {
            present = subscribe();
            subscription = present;
        }
        return present.<Void>mapEmpty().onFailure(failed -> analysers.remove(analyser));
    }

    /** Analyses no more; whoever removes the last one closes. */
    void remove(RunningAnalyser analyser) {
        analysers.remove(analyser);
    }

    private Future<Subscription> subscribe() {
        SubscribeOptions options = SubscribeOptions.latest("analyses of " + stream)
                .withPolicy(Policy.buffer(MOST_WAITING))
                .withDeliveryInPlace();
        return mesh.subscribe(new Topic(stream, Topic.AUDIO), options)
                .map(sounding -> sounding.handler(this::on))
                .onFailure(failed -> subscription = null);
    }

    /** Lets go of the sound. */
    Future<Void> close() {
        Future<Subscription> present = subscription;
        subscription = null;
        return present == null
                ? Future.succeededFuture()
                : present.transform(
                        opened -> opened.succeeded() ? opened.result().close() : Future.succeededFuture());
    }

    /** On the thread that brings the sound. */
    private void on(Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> enqueue(data);
            case Delivery.Gap gap -> {}
            case Delivery.Changed changed -> {
                if (changed.state() == SubscriptionState.ENDED) {
                    analysers.forEach(analyser -> analyser.publisher().end(changed.reason()));
                }
            }
        }
    }

    private void enqueue(Delivery.Data data) {
        synchronized (waiting) {
            if (waiting.size() == MOST_WAITING) {
                waiting.removeFirst();
                leftOut++;
            }
            waiting.addLast(data);
            if (working) {
                return;
            }
            working = true;
        }
        try {
            pool.execute(this::work);
        } catch (RejectedExecutionException full) {
            // The next block tries again; until then the queue keeps what there is.
            synchronized (waiting) {
                working = false;
            }
        }
    }

    private void work() {
        while (true) {
            Delivery.Data next;
            long missed;
            synchronized (waiting) {
                Delivery.Data head = waiting.pollFirst();
                if (head == null) {
                    working = false;
                    return;
                }
                next = head;
                missed = leftOut;
                leftOut = 0;
            }
            if (next.item().payload() instanceof AudioBlock block) {
                hear(next, block, missed + next.droppedBefore());
            }
        }
    }

    private void hear(Delivery.Data data, AudioBlock block, long missed) {
        SoundHistory history = sound;
        if (!continuity.follows(data.item().stamp(), block, missed) || history == null) {
            history = new SoundHistory(block.sampleRateHz(), block.channels());
            sound = history;
            analysers.forEach(RunningAnalyser::restart);
        }
        long begin = history.end();
        for (int from = 0; from < block.frames(); from += SoundHistory.MAX_APPENDED_FRAMES) {
            history.append(block, from, Math.min(SoundHistory.MAX_APPENDED_FRAMES, block.frames() - from));
            for (RunningAnalyser analyser : analysers) {
                analyser.listen(history, data.item().stamp(), begin);
            }
            history.letGo();
            // Behind all of them, so that what is due at the same time goes out together and wakes nobody up twice.
            analysers.forEach(RunningAnalyser::publish);
        }
    }

    /** Blocks that wait to be analysed. */
    int queued() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    static MeshException unknown(Topic topic) {
        return new MeshException(FailureCode.NOT_FOUND, "audio does not make " + topic);
    }
}
