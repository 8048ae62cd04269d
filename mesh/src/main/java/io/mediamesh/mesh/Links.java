package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of this member with others: what it takes from them and what it gives. A subscriber's side renews its
 * links once a second; a producer's side drops a link that was not renewed for {@link #LEASE_NANOS}, by the monotonic
 * clock, so a frozen or vanished member costs its window and nothing more. Runs on the control context.
 */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final String DATA = "mediamesh.data.";
    private static final String CREDIT = "mediamesh.credit.";
    /** Beginnings of addresses at which every member listens; its id follows. */
    static final Set<String> ADDRESSES = Set.of(ControlPlane.ADDRESS, DATA, CREDIT);

    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final int MISSED_RENEWALS = 2;
    private static final int CREDIT_BYTES = 24;

    private final Mesh mesh;
    private final Context control;
    private final DeliveryOptions asFrame = new DeliveryOptions().setCodecName(LinkFrame.Codec.NAME);
    private final Map<LinkTerms, InboundLink> byTerms = new HashMap<>();
    private final Map<Long, InboundLink> inbound = new HashMap<>();
    private final Map<Long, OutboundLink> outbound = new HashMap<>();
    private final Map<String, Integer> missedRenewals = new HashMap<>();
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();
    private final LinkMeters meters;

    Links(Mesh mesh, Context control) {
        this.mesh = mesh;
        this.control = control;
        this.meters = new LinkMeters(mesh.meters());
    }

    Mesh mesh() {
        return mesh;
    }

    /** Listens; on the control context. */
    void start() {
        var bus = mesh.vertx().eventBus();
        try {
            bus.registerCodec(new LinkFrame.Codec());
        } catch (IllegalStateException known) {
            LOG.debug("another member in this process has made the form of items known");
        }
        consumers.add(bus.<LinkFrame>consumer(DATA + mesh.memberId(), message -> {
            LinkFrame frame = message.body();
            InboundLink link = inbound.get(frame.linkId());
            if (link != null) {
                link.take(frame);
            } else {
                mesh.meters().counter("mediamesh.link.refused").increment();
            }
        }));
        consumers.add(bus.<Buffer>consumer(CREDIT + mesh.memberId(), message -> {
            Buffer body = message.body();
            OutboundLink link = body.length() == CREDIT_BYTES ? outbound.get(body.getLong(0)) : null;
            if (link != null) {
                link.credit(body.getLong(8), body.getLong(16));
            }
        }));
    }

    void stop() {
        consumers.forEach(MessageConsumer::unregister);
        consumers.clear();
    }

    /** Attaches an outlet to the topic as that member produces it. */
    Future<InboundLink> attach(String producerId, Topic topic, Outlet outlet, boolean insists) {
        LinkTerms terms = LinkTerms.of(producerId, topic, outlet.options());
        InboundLink known = byTerms.get(terms);
        if (known != null) {
            known.attach(outlet);
            return known.opened().map(known).onFailure(failed -> known.detach(outlet));
        }
        InboundLink link = new InboundLink(ThreadLocalRandom.current().nextLong(), terms, this);
        link.attach(outlet);
        byTerms.put(terms, link);
        inbound.put(link.id(), link);
        JsonObject request = terms.toJson()
                .put("op", "open")
                .put("link", link.id())
                .put("consumer", mesh.memberId())
                .put("above", link.highestEpoch())
                .put("insists", insists)
                .put("suspects", new JsonArray(List.copyOf(mesh.peers().disowned())));
        mesh.ask(producerId, request, 3000).onComplete(answer -> {
            if (answer.succeeded()) {
                link.nowOpen();
                releaseIfDeserted(link);
            } else {
                forget(link);
                link.failed(answer.cause());
            }
        });
        return link.opened().map(link).onFailure(failed -> link.detach(outlet));
    }

    void detach(InboundLink link, Outlet outlet) {
        link.detach(outlet);
        releaseIfDeserted(link);
    }

    private void releaseIfDeserted(InboundLink link) {
        if (link.isOpen() && link.isDeserted() && inbound.containsKey(link.id())) {
            forget(link);
            mesh.ask(
                    link.terms().producerId(),
                    new JsonObject().put("op", "close").put("link", link.id()),
                    3000);
        }
    }

    void forget(InboundLink link) {
        inbound.remove(link.id(), link);
        byTerms.remove(link.terms(), link);
    }

    void forget(OutboundLink link) {
        if (outbound.remove(link.id(), link)) {
            mesh.hosted().detach(link.topic(), link);
        }
    }

    void sendCredit(InboundLink link) {
        Buffer credit = Buffer.buffer(CREDIT_BYTES)
                .appendLong(link.id())
                .appendLong(link.received())
                .appendLong(link.granted());
        mesh.vertx().eventBus().send(CREDIT + link.terms().producerId(), credit);
    }

    void send(String consumerId, LinkFrame frame) {
        mesh.vertx().eventBus().send(DATA + consumerId, frame, asFrame);
    }

    /** Answers a member that wants to open a link to a topic of ours. */
    Future<JsonObject> openFor(JsonObject request) {
        String consumerId = request.getString("consumer");
        Topic topic = Topic.parse(request.getString("topic"));
        SubscribeOptions options =
                LinkTerms.optionsOf(request, "member " + mesh.peers().nameOf(consumerId));
        OutboundLink link = new OutboundLink(request.getLong("link"), consumerId, topic, options, control, this);
        Set<String> disowned = new HashSet<>(mesh.peers().disowned());
        request.getJsonArray("suspects").forEach(id -> disowned.add(String.valueOf(id)));
        outbound.put(link.id(), link);
        return mesh.hosted()
                .host(
                        topic,
                        link,
                        owner -> mesh.peers().stays(owner, disowned),
                        request.getLong("above"),
                        request.getBoolean("insists", true))
                .map(hub -> new JsonObject().put("epoch", hub.epoch()))
                .onFailure(failed -> outbound.remove(link.id(), link));
    }

    /** Answers a member that wants a link no more. */
    void closeFor(long linkId) {
        OutboundLink link = outbound.get(linkId);
        if (link != null) {
            link.shut();
            forget(link);
        }
    }

    /**
     * Answers a member that still wants these links: with those that are unknown here. It also says once more what it has
     * of each and what it allows, because a message may have been lost.
     *
     * @param credits received and granted items of each link, in the same order; empty where that member does not say it
     */
    JsonObject renewFor(JsonArray ids, JsonArray credits) {
        JsonArray unknown = new JsonArray();
        for (int index = 0; index < ids.size(); index++) {
            OutboundLink link = outbound.get(ids.getLong(index));
            if (link == null) {
                unknown.add(ids.getLong(index));
                continue;
            }
            link.renewed();
            if (credits.size() > 2 * index + 1) {
                link.credit(credits.getLong(2 * index), credits.getLong(2 * index + 1));
            }
        }
        return new JsonObject().put("unknown", unknown);
    }

    /** Tells what goes to and comes from the others. */
    void measure() {
        meters.update(mesh, inbound.values(), outbound.values());
    }

    /** Topics taken from other members. */
    int inboundCount() {
        return inbound.size();
    }

    /** Topics sent to other members. */
    int outboundCount() {
        return outbound.size();
    }

    /** Once a second: renews what this member takes, drops what nobody renewed. */
    void tick() {
        Map<String, List<InboundLink>> byProducer = new HashMap<>();
        for (InboundLink link : inbound.values()) {
            if (link.isOpen()) {
                byProducer
                        .computeIfAbsent(link.terms().producerId(), id -> new ArrayList<>())
                        .add(link);
            }
        }
        missedRenewals.keySet().retainAll(byProducer.keySet());
        byProducer.forEach(this::renew);
        Map<String, Integer> dropped = new HashMap<>();
        for (OutboundLink link : List.copyOf(outbound.values())) {
            if (link.nanosSinceRenewal() > LEASE_NANOS) {
                dropped.merge(link.options().subscriber(), 1, Integer::sum);
                link.shut();
                forget(link);
            }
        }
        dropped.forEach((subscriber, topics) ->
                LOG.warn("{} no longer takes {} topics of ours; stopped sending them", subscriber, topics));
    }

    private void renew(String producerId, List<InboundLink> links) {
        JsonArray ids = new JsonArray();
        JsonArray credits = new JsonArray();
        for (InboundLink link : links) {
            ids.add(link.id());
            credits.add(link.received()).add(link.granted());
        }
        JsonObject request =
                new JsonObject().put("op", "renew").put("links", ids).put("credits", credits);
        mesh.ask(producerId, request, 1000).onComplete(answer -> {
            if (answer.succeeded()) {
                missedRenewals.remove(producerId);
                mesh.peers().trust(producerId);
                for (Object id : answer.result().getJsonArray("unknown")) {
                    InboundLink link = inbound.get(((Number) id).longValue());
                    if (link != null) {
                        link.lose("the producer's member had dropped the link");
                    }
                }
                return;
            }
            MeshException failure = MeshException.ofReply(answer.cause());
            boolean gone = String.valueOf(failure.getMessage()).contains("NO_HANDLERS");
            int missed = missedRenewals.merge(producerId, 1, Integer::sum);
            if (gone || missed >= MISSED_RENEWALS) {
                mesh.peers().suspect(producerId);
                loseAllOf(producerId, "member " + mesh.peers().nameOf(producerId) + " does not answer");
            }
        });
    }

    /** The member is gone: everything taken from it is lost, nothing is sent to it any more. */
    void loseAllOf(String memberId, String reason) {
        missedRenewals.remove(memberId);
        for (InboundLink link : List.copyOf(inbound.values())) {
            if (link.terms().producerId().equals(memberId) && link.isOpen()) {
                link.lose(reason);
            }
        }
        for (OutboundLink link : List.copyOf(outbound.values())) {
            if (link.consumerId().equals(memberId)) {
                link.shut();
                forget(link);
            }
        }
    }

    /** The failure of a request that no member could answer. */
    static MeshException unavailable(String message) {
        return new MeshException(FailureCode.UNAVAILABLE, message);
    }
}
