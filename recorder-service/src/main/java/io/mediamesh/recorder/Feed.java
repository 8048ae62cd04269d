package io.mediamesh.recorder;

import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A lossless subscription of a recording: what it has not asked for waits there, within bounds. Thread-safe. */
final class Feed {
    // Raw pictures are large: a second of 720p at this rate takes 33 MiB.
    private static final int PICTURES_WAITING = 24;
    private static final int OTHERS_WAITING = 1_000;
    private static final int PICTURES_CREDITS = 3;
    private static final int OTHERS_CREDITS = 64;

    private final Subscription subscription;
    private final BiConsumer<Feed, Delivery> sink;
    private final AtomicInteger inHand = new AtomicInteger();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean closed;

    private Feed(Subscription subscription, BiConsumer<Feed, Delivery> sink) {
        this.subscription = subscription;
        this.sink = sink;
    }

    /** Subscribes; deliveries come after {@link #begin()}, on the context that subscribed. */
    static Future<Feed> open(Mesh mesh, Topic topic, String recording, BiConsumer<Feed, Delivery> sink) {
        int waiting = isLarge(topic) ? PICTURES_WAITING : OTHERS_WAITING;
        SubscribeOptions options =
                SubscribeOptions.latest("recording " + recording).withPolicy(Policy.lossless(waiting));
        return mesh.subscribe(topic, options).map(subscription -> new Feed(subscription, sink));
    }

    private static boolean isLarge(Topic topic) {
        return !topic.kind().equals(Topic.AUDIO) && !topic.kind().equals(Topic.PACKETS);
    }

    Topic topic() {
        return subscription.topic();
    }

    boolean isPictures() {
        return !topic().kind().equals(Topic.AUDIO);
    }

    /** Asks for the first items; again does nothing. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            subscription.pause();
            subscription.handler(this::delivered);
            subscription.fetch(isLarge(topic()) ? PICTURES_CREDITS : OTHERS_CREDITS);
        }
    }

    private void delivered(Delivery delivery) {
        inHand.incrementAndGet();
        sink.accept(this, delivery);
    }

    /** A delivery is done with, so that the next may come. */
    void handled(Delivery delivery) {
        inHand.decrementAndGet();
        if (delivery instanceof Delivery.Data) {
            subscription.fetch(1);
        }
    }

    /** Whether nothing that was published before waits any more. */
    boolean isDrained() {
        return closed || inHand.get() == 0;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        subscription.close();
    }
}
