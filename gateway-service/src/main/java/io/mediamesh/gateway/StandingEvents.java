package io.mediamesh.gateway;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvents;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Webhook;
import io.mediamesh.gateway.WebhookSender.Letter;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes to the events of those streams whose rules have webhooks or analytics, so that they are made; of several gateways
 * one does so for each stream. On the gateway's event loop.
 */
final class StandingEvents {
    private static final Logger LOG = LoggerFactory.getLogger(StandingEvents.class);
    private static final String SERVICE = "gateway";
    private static final int WAITING = 1_000;

    private final Mesh mesh;
    private final EventCounts counts;
    private final WebhookConfig config;
    private final WebhookSender sender;
    private final WebhookMeters meters;
    private final Counter missed;
    private final Map<StreamId, Stand> stands = new HashMap<>();
    private Optional<MessageConsumer<String>> changes = Optional.empty();
    private boolean looking;
    private boolean again;
    private boolean closed;

    StandingEvents(Mesh mesh, EventCounts counts, WebhookConfig config, WebhookSender sender, WebhookMeters meters) {
        this.mesh = mesh;
        this.counts = counts;
        this.config = config;
        this.sender = sender;
        this.meters = meters;
        this.missed = Counter.builder("mediamesh.events.missed")
                .description("Items of events that were neither counted nor sent to webhooks, because too many came.")
                .register(mesh.meters());
    }

    /** A stream whose events are ours to use. */
    private static final class Stand {
        private DetectionRules rules;
        private @Nullable Subscription subscription;
        private boolean opening;
        private boolean closed;
        /** Whether the source came to its end, so that it is not for us to begin it anew. */
        private boolean over;

        private final Map<String, WebhookQueue> queues = new HashMap<>();

        Stand(DetectionRules rules) {
            this.rules = rules;
        }
    }

    Future<Void> start() {
        MessageConsumer<String> consumer = mesh.directory().onConfigured(DetectionRules.PART, stream -> check());
        changes = Optional.of(consumer);
        return consumer.completion();
    }

    /** Takes up what became ours and lets go of the rest; to be called every few seconds. */
    void check() {
        if (looking) {
            again = true;
            return;
        }
        looking = true;
        ours().onSuccess(this::become)
                .onFailure(failure -> LOG.debug("whose events are wanted is not known now: {}", failure.getMessage()))
                .onComplete(looked -> {
                    looking = false;
                    if (again) {
                        again = false;
                        check();
                    }
                });
    }

    private Future<Map<StreamId, DetectionRules>> ours() {
        return mesh.directory().configurations(DetectionRules.PART).compose(all -> {
            Map<StreamId, DetectionRules> ours = new HashMap<>();
            List<Future<Void>> picks = all.entrySet().stream()
                    .filter(entry -> DetectionRules.ofJson(entry.getValue()).standing())
                    .map(entry -> mesh.pickServing(entry.getKey(), SERVICE).<Void>map(picked -> {
                        if (picked.filter(member -> member.id().equals(mesh.memberId()))
                                .isPresent()) {
                            ours.put(entry.getKey(), DetectionRules.ofJson(entry.getValue()));
                        }
                        return null;
                    }))
                    .toList();
            return Future.join(picks).map(ours);
        });
    }

    private void become(Map<StreamId, DetectionRules> ours) {
        if (closed) {
            return;
        }
        Set<StreamId> left = new HashSet<>(stands.keySet());
        left.removeAll(ours.keySet());
        left.forEach(this::leave);
        ours.forEach((stream, rules) -> {
            Stand stand = stands.computeIfAbsent(stream, first -> new Stand(rules));
            if (!stand.rules.equals(rules)) {
                stand.rules = rules;
                stand.over = false;
            }
            tend(stream, stand);
            if (stand.over) {
                lookForOthers(stream, stand);
            } else {
                open(stream, stand);
            }
        });
    }

    /** Who watches a stream again that had come to its end begins it anew, and then its events are wanted, too. */
    private void lookForOthers(StreamId stream, Stand stand) {
        mesh.directory().status(stream).onSuccess(status -> {
            if (!isOver(status) && status.state() != StreamStatus.State.IDLE) {
                stand.over = false;
                open(stream, stand);
            }
        });
    }

    private static boolean isOver(StreamStatus status) {
        return status.state() == StreamStatus.State.ENDED || status.state() == StreamStatus.State.FAILED;
    }

    private void ended(StreamId stream, Stand stand) {
        stand.opening = true;
        mesh.directory().status(stream).onComplete(asked -> {
            stand.opening = false;
            stand.over = asked.succeeded() && isOver(asked.result());
        });
    }

    /** Gives each webhook its queue; one that is called as before keeps what waits. */
    private void tend(StreamId stream, Stand stand) {
        Map<String, Webhook> wanted = new HashMap<>();
        stand.rules.webhooks().forEach(webhook -> wanted.put(webhook.name(), webhook));
        stand.queues.entrySet().removeIf(entry -> {
            boolean gone = !wanted.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        wanted.forEach((name, webhook) -> stand.queues
                .computeIfAbsent(name, first -> new WebhookQueue(mesh.vertx(), stream, webhook, config, sender, meters))
                .become(webhook));
    }

    private void open(StreamId stream, Stand stand) {
        if (stand.subscription != null || stand.opening || stand.closed) {
            return;
        }
        stand.opening = true;
        mesh.subscribe(
                        new Topic(stream, Topic.EVENTS),
                        SubscribeOptions.latest("webhooks and analytics of " + stream)
                                .withPolicy(Policy.lossless(WAITING)))
                .onComplete(opened -> {
                    stand.opening = false;
                    if (opened.failed()) {
                        LOG.debug(
                                "the events of {} are not to be had now: {}",
                                stream,
                                opened.cause().getMessage());
                    } else if (stand.closed) {
                        opened.result().close();
                    } else {
                        stand.subscription = opened.result();
                        opened.result().handler(delivery -> on(stream, stand, delivery));
                    }
                });
    }

    private void on(StreamId stream, Stand stand, Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                if (data.item().payload() instanceof ObjectEvents events && !stand.closed) {
                    use(stand, data.item(), events);
                }
            }
            case Delivery.Gap gap -> missed.increment((double) gap.items());
            case Delivery.Changed changed -> {
                if (changed.state() == SubscriptionState.ENDED) {
                    stand.subscription = null;
                    ended(stream, stand);
                }
            }
        }
    }

    private void use(Stand stand, Item item, ObjectEvents events) {
        if (stand.rules.analytics()) {
            counts.count(item, events);
        }
        for (ObjectEvent event : events.events()) {
            for (WebhookQueue queue : stand.queues.values()) {
                if (queue.webhook().wants(event)) {
                    queue.add(letter(item, events, event));
                }
            }
        }
    }

    private static Letter letter(Item item, ObjectEvents events, ObjectEvent event) {
        String id = UUID.randomUUID().toString();
        JsonObject body = new JsonObject()
                .put("id", id)
                .put("stream", item.topic().stream().value())
                .put("timestamp", Packet.timestamp(item))
                .put("frame", events.frame())
                .put("width", events.widthPx())
                .put("height", events.heightPx())
                .mergeIn(event.toJson());
        return new Letter(id, body.getString("event"), body.toBuffer());
    }

    private void leave(StreamId stream) {
        Stand stand = stands.remove(stream);
        if (stand != null) {
            stand.closed = true;
            stand.queues.values().forEach(WebhookQueue::close);
            Subscription open = stand.subscription;
            if (open != null) {
                open.close();
            }
        }
    }

    /** Lets go of everything; what waits is lost. */
    void close() {
        closed = true;
        changes.ifPresent(MessageConsumer::unregister);
        Set.copyOf(stands.keySet()).forEach(this::leave);
        sender.close();
    }
}
