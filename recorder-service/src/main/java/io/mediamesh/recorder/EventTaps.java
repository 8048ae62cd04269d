package io.mediamesh.recorder;

import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.mesh.TopicStats;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what is known of streams while they are recorded, without causing any of it: once a second it subscribes
 * to those topics of theirs that somebody else is subscribed to, and lets go of those that nobody else wants any more.
 * All recordings of a stream share a subscription, so that they do not keep it for each other. Runs on one context.
 */
final class EventTaps {
    private static final Logger LOG = LoggerFactory.getLogger(EventTaps.class);
    private static final long PERIOD_MILLIS = 1_000;
    private static final int WAITING = 1_000;
    private static final Set<String> MEDIA = Set.of(Topic.VIDEO, Topic.AUDIO, Topic.PACKETS, Topic.ANNOTATED);

    private final Mesh mesh;
    private final Set<RecordingSession> sessions = new HashSet<>();
    private final Map<Topic, Tap> taps = new HashMap<>();
    private final Set<Topic> withoutEvents = new HashSet<>();
    private @Nullable Context context;
    private long timer;

    /** Our hold on a topic; without a subscription while there is none yet. */
    private static final class Tap {
        @Nullable Subscription subscription;

        boolean closed;
    }

    EventTaps(Mesh mesh) {
        this.mesh = mesh;
    }

    void start(Context home) {
        context = home;
        timer = mesh.vertx().setPeriodic(PERIOD_MILLIS, tick -> look());
    }

    void listen(RecordingSession session) {
        sessions.add(session);
        look();
    }

    void forget(RecordingSession session) {
        sessions.remove(session);
        Set<StreamId> wanted = streams();
        List.copyOf(taps.keySet()).stream()
                .filter(topic -> !wanted.contains(topic.stream()))
                .forEach(this::release);
    }

    private Set<StreamId> streams() {
        return sessions.stream().map(session -> session.journal().stream()).collect(Collectors.toSet());
    }

    private void look() {
        if (!sessions.isEmpty()) {
            mesh.topics()
                    .onSuccess(this::follow)
                    .onFailure(unknown -> LOG.debug("active topics are not known: {}", unknown.getMessage()));
        }
    }

    private void follow(List<TopicStats> active) {
        Set<StreamId> wanted = streams();
        for (TopicStats stats : active) {
            Topic topic = stats.topic();
            boolean mayTell = !MEDIA.contains(topic.kind()) && !withoutEvents.contains(topic);
            if (wanted.contains(topic.stream()) && mayTell) {
                mesh.subscriptionsHere(topic).onSuccess(here -> decide(stats, here));
            }
        }
    }

    /** Another member counts as one subscriber at the producer, however many subscriptions it has. */
    private void decide(TopicStats stats, int here) {
        Topic topic = stats.topic();
        Tap tap = taps.get(topic);
        boolean producedHere = stats.memberId().equals(mesh.memberId());
        int mine = tap == null || tap.subscription == null ? 0 : 1;
        int elsewhere = stats.subscribers() - (producedHere ? here : Math.min(1, here));
        boolean othersWant = elsewhere > 0 || here > mine;
        if (tap == null && othersWant && streams().contains(topic.stream())) {
            hold(topic);
        } else if (mine > 0 && !othersWant) {
            release(topic);
        }
    }

    private void hold(Topic topic) {
        Tap tap = new Tap();
        taps.put(topic, tap);
        // What turns out to be pictures is not to be encoded for us.
        SubscribeOptions options = SubscribeOptions.latest("events of recordings")
                .withPolicy(Policy.lossless(WAITING))
                .withForm(Form.MEAN_LUMA);
        mesh.subscribe(topic, options)
                .onSuccess(subscription -> {
                    if (tap.closed) {
                        subscription.close();
                    } else {
                        tap.subscription = subscription;
                        subscription.handler(delivery -> delivered(topic, delivery));
                    }
                })
                .onFailure(gone -> taps.remove(topic, tap));
    }

    private void release(Topic topic) {
        Tap tap = taps.remove(topic);
        if (tap != null) {
            tap.closed = true;
            Subscription subscription = tap.subscription;
            if (subscription != null) {
                subscription.close();
            }
        }
    }

    private void delivered(Topic topic, Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                if (data.item().payload() instanceof Event event) {
                    each(topic, session -> session.found(data.item(), event));
                } else {
                    withoutEvents.add(topic);
                    release(topic);
                }
            }
            case Delivery.Gap gap -> each(topic, session -> session.eventsMissing(topic, gap.items()));
            case Delivery.Changed changed -> {
                if (changed.state() == SubscriptionState.ENDED) {
                    release(topic);
                }
            }
        }
    }

    private void each(Topic topic, java.util.function.Consumer<RecordingSession> action) {
        for (RecordingSession session : sessions) {
            if (session.journal().stream().equals(topic.stream())) {
                action.accept(session);
            }
        }
    }

    Future<Void> stop() {
        if (context != null) {
            mesh.vertx().cancelTimer(timer);
        }
        List<Topic> all = new ArrayList<>(taps.keySet());
        all.forEach(this::release);
        return Future.succeededFuture();
    }
}
