package io.mediamesh.vision;

import io.mediamesh.contracts.Event;
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
 * Remembers the events of a topic as they come, and keeps trying while there are none to be had. Used on one context.
 */
final class EventFollower<E extends Event> {
    private static final Logger LOG = LoggerFactory.getLogger(EventFollower.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration MAX_DELAY = Duration.ofSeconds(15);

    private final Mesh mesh;
    private final Topic topic;
    private final Class<E> type;
    private final Recent<E> memory;
    private @Nullable Subscription subscription;
    private Duration delay = FIRST_DELAY;
    private boolean stopped;

    private EventFollower(Mesh mesh, Topic topic, Class<E> type, Recent<E> memory) {
        this.mesh = mesh;
        this.topic = topic;
        this.type = type;
        this.memory = memory;
    }

    /** Begins to follow the topic. */
    static <E extends Event> EventFollower<E> start(Mesh mesh, Topic topic, Class<E> type, Recent<E> memory) {
        EventFollower<E> follower = new EventFollower<>(mesh, topic, type, memory);
        follower.attempt();
        return follower;
    }

    private void attempt() {
        if (stopped) {
            return;
        }
        mesh.subscribe(
                        topic,
                        SubscribeOptions.latest(topic.sibling(Topic.ANNOTATED).toString()))
                .onSuccess(this::follow)
                .onFailure(failure -> {
                    LOG.debug("{} cannot be drawn for now: {}", topic, failure.getMessage());
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
                if (!stopped && type.isInstance(data.item().payload())) {
                    delay = FIRST_DELAY;
                    memory.remember(data.item().stamp(), type.cast(data.item().payload()));
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

    /** Lets go of the topic, and of what came of it. */
    Future<Void> stop() {
        stopped = true;
        memory.forget();
        Subscription current = subscription;
        return current == null ? Future.succeededFuture() : current.close();
    }
}
