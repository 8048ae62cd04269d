package io.mediamesh.recorder;

import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.Future;
import java.time.Duration;
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
    // Packets need no work, so that waking up for each would be most of what they cost.
    private static final int PACKETS_CREDITS = 500;
    // Credits are given back in portions: each takes a turn of an event loop.
    private static final int PORTIONS = 4;
    private static final Duration PACKETS_GATHERING = Duration.ofMillis(200);

    private final Subscription subscription;
    private final BiConsumer<Feed, Delivery> sink;
    private final AtomicInteger inHand = new AtomicInteger();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean closed;

    // Only touched by the thread that handles deliveries.
    private int owed;

    private Feed(Subscription subscription, BiConsumer<Feed, Delivery> sink) {
        this.subscription = subscription;
        this.sink = sink;
    }

    /**
     * Subscribes; deliveries come after {@link #begin()}, on the thread that publishes: the sink only puts them in line
     * for another one, and an event loop between would be woken up for each.
     */
    static Future<Feed> open(Mesh mesh, Topic topic, String recording, BiConsumer<Feed, Delivery> sink) {
        int waiting = isLarge(topic) ? PICTURES_WAITING : OTHERS_WAITING;
        SubscribeOptions options = SubscribeOptions.latest("recording " + recording)
                .withPolicy(Policy.lossless(waiting))
                .withDeliveryInPlace();
        boolean packets = topic.kind().equals(Topic.PACKETS);
        return mesh.subscribe(topic, packets ? options.gathered(PACKETS_GATHERING) : options)
                .map(subscription -> new Feed(subscription, sink));
    }

    /** Whether its pictures come as they are seen, not coded. */
    boolean isLarge() {
        return isLarge(topic());
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
            subscription.fetch(credits());
        }
    }

    private int credits() {
        if (isLarge()) {
            return PICTURES_CREDITS;
        }
        return topic().kind().equals(Topic.PACKETS) ? PACKETS_CREDITS : OTHERS_CREDITS;
    }

    private void delivered(Delivery delivery) {
        inHand.incrementAndGet();
        sink.accept(this, delivery);
    }

    /** A delivery is done with, so that the next may come. On one thread. */
    void handled(Delivery delivery) {
        inHand.decrementAndGet();
        if (delivery instanceof Delivery.Data && ++owed >= Math.max(1, credits() / PORTIONS)) {
            subscription.fetch(owed);
            owed = 0;
        }
    }

    /** Takes no more; what has come is still to be handled. */
    void seal() {
        subscription.seal();
    }

    /** Whether everything that has come is handled. */
    boolean isDrained() {
        // In this order: what is handed over is in hand before it counts no more as waiting.
        return closed || (subscription.waiting() == 0 && inHand.get() == 0);
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        subscription.close();
    }
}
