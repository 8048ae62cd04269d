package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the source of a room open: a subscription that never asks for an item, so that nothing flows and nothing is
 * decoded for it. Where the topic ends it is opened again. Lives on one event loop.
 */
final class RoomHold {
    private static final long FIRST_DELAY_MILLIS = 500;
    private static final long MOST_DELAY_MILLIS = 10_000;

    private final Mesh mesh;
    private final StreamId stream;
    private @Nullable Subscription subscription;
    private long delayMillis = FIRST_DELAY_MILLIS;
    private boolean closed;

    RoomHold(Mesh mesh, StreamId stream) {
        this.mesh = mesh;
        this.stream = stream;
    }

    /** Opens the room for the first time; fails as {@link Mesh#subscribe} does, and then does nothing more. */
    Future<Void> open() {
        SubscribeOptions options = SubscribeOptions.latest("the live session of " + stream);
        return mesh.subscribe(new Topic(stream, Topic.VIDEO), options).compose(opened -> {
            if (closed) {
                return opened.close();
            }
            delayMillis = FIRST_DELAY_MILLIS;
            subscription = opened.pause();
            return Future.succeededFuture();
        });
    }

    /** Opens the room, as often as it takes, unless it was closed. */
    void keepOpen() {
        if (!closed) {
            open().onFailure(failure -> again());
        }
    }

    /** Lets go of the room. */
    void close() {
        closed = true;
        Subscription open = subscription;
        if (open != null) {
            open.close();
        }
    }

    /**
     * Opens the room again where its topic has ended; to be called every second. A subscription that asks for nothing is
     * not told: the news waits behind the picture that it did not ask for.
     */
    void check() {
        Subscription open = subscription;
        if (open != null && open.state() == SubscriptionState.ENDED) {
            subscription = null;
            keepOpen();
        }
    }

    private void again() {
        if (!closed) {
            mesh.vertx().setTimer(delayMillis, timer -> keepOpen());
            delayMillis = Math.min(MOST_DELAY_MILLIS, 2 * delayMillis);
        }
    }
}
