package io.mediamesh.vision;

import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the detections of a stream as they come, and keeps trying while there are none to be had. Used on one
 * context.
 */
final class DetectionFollower {
    private static final Logger LOG = LoggerFactory.getLogger(DetectionFollower.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration MAX_DELAY = Duration.ofSeconds(15);

    private final Mesh mesh;
    private final Topic annotated;
    private final BoxMemory memory;
    private @Nullable Subscription subscription;
    private Duration delay = FIRST_DELAY;
    private boolean stopped;

    private DetectionFollower(Mesh mesh, Topic annotated, BoxMemory memory) {
        this.mesh = mesh;
        this.annotated = annotated;
        this.memory = memory;
    }

    /** Begins to follow the detections of the stream that this topic belongs to. */
    static DetectionFollower start(Mesh mesh, Topic annotated, BoxMemory memory) {
        DetectionFollower follower = new DetectionFollower(mesh, annotated, memory);
        follower.attempt();
        return follower;
    }

    private void attempt() {
        if (stopped) {
            return;
        }
        mesh.subscribe(annotated.sibling(Topic.DETECTIONS), SubscribeOptions.latest(annotated + " (boxes)"))
                .onSuccess(this::follow)
                .onFailure(failure -> {
                    LOG.debug("{} goes on without boxes for now: {}", annotated, failure.getMessage());
                    later();
                });
    }

    private void follow(Subscription opened) {
        if (stopped) {
            opened.close();
            return;
        }
        subscription = opened;
        opened.handler(this::on);
    }

    private void on(Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                if (data.item().payload() instanceof Detections found) {
                    delay = FIRST_DELAY;
                    memory.remember(data.item().stamp(), found);
                }
            }
            case Delivery.Gap gap -> {}
            case Delivery.Changed changed -> {
                if (changed.state() == SubscriptionState.ENDED) {
                    subscription = null;
                    later();
                }
            }
        }
    }

    private void later() {
        if (!stopped) {
            mesh.vertx().setTimer(delay.toMillis(), timer -> attempt());
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(MAX_DELAY) < 0 ? doubled : MAX_DELAY;
        }
    }

    /** Lets go of the detections. */
    Future<Void> stop() {
        stopped = true;
        Subscription current = subscription;
        return current == null ? Future.succeededFuture() : current.close();
    }
}
