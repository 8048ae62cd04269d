package io.mediamesh.mesh;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What members ask each other, and what this member does once a second: renew its links, look after what it owns, and
 * notice who came and went. Runs on the control context.
 */
final class ControlPlane {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    static final String ADDRESS = "mediamesh.control.";
    private static final long TICK_MILLIS = 1000;
    private static final int WINDOW_TICKS = 5;
    private static final long ASK_MILLIS = 2000;
    /** So long the streams stay that were pushed to a member that went; it may be back, or their senders elsewhere. */
    private static final long FAREWELL_MILLIS = 2000;

    private static final int OLDEST = 3;

    private final Mesh mesh;
    private final Context control;
    private final HostedTopics hosted;
    private final Links links;
    private final Ownership ownership;
    private final Majority majority;
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();
    /** Names of the members by id. */
    private Map<String, String> present = Map.of();

    private long timer;
    private int ticks;
    private volatile Supplier<Map<String, Service.Health>> healthSource = Map::of;
    private final ProcessLoad load;
    private @Nullable Measured measured;

    ControlPlane(Mesh mesh, Context control, HostedTopics hosted, Links links, Ownership ownership, Majority majority) {
        this.mesh = mesh;
        this.majority = majority;
        this.control = control;
        this.hosted = hosted;
        this.links = links;
        this.ownership = ownership;
        this.load = new ProcessLoad(mesh.meters());
    }

    private record Measured(
            TopicMeters topics, LoadBoard loads, Supplier<Set<Subscription>> subscriptions, ClusterReports reports) {}

    /** What is looked at once in a while. */
    void measure(TopicMeters topics, LoadBoard loads, Supplier<Set<Subscription>> subscriptions) {
        ClusterReports reports =
                new ClusterReports(mesh, hosted, links, load, () -> healthSource.get(), () -> subscriptions
                        .get()
                        .size());
        measured = new Measured(topics, loads, subscriptions, reports);
    }

    private Measured measured() {
        return Objects.requireNonNull(measured, "not started");
    }

    Future<Void> start() {
        var bus = mesh.vertx().eventBus();
        links.start();
        measured().loads().start();
        consumers.add(bus.<JsonObject>consumer(ADDRESS + mesh.memberId(), this::answer));
        consumers.add(mesh.directory().onRemoved(stream -> mesh.endAll(stream, "the stream was removed")));
        timer = mesh.vertx().setPeriodic(TICK_MILLIS, id -> tick());
        present = membersById();
        majority.start();
        mesh.membership().onChange(() -> control.runOnContext(now -> membersChanged()));
        return mesh.peers().first();
    }

    void stop() {
        mesh.vertx().cancelTimer(timer);
        consumers.forEach(MessageConsumer::unregister);
        consumers.clear();
        links.stop();
        measured().loads().stop();
    }

    void answerHealth(Supplier<Map<String, Service.Health>> source) {
        healthSource = source;
    }

    Future<JsonObject> ask(String memberId, JsonObject request, long timeoutMillis) {
        return mesh.vertx()
                .eventBus()
                .<JsonObject>request(ADDRESS + memberId, request, new DeliveryOptions().setSendTimeout(timeoutMillis))
                .map(Message::body);
    }

    private void answer(Message<JsonObject> message) {
        Replies.answer(message, "requests of other members", () -> answerTo(message.body()));
    }

    private Future<JsonObject> answerTo(JsonObject request) {
        String operation = request.getString("op", "");
        return switch (operation) {
            case "open" -> links.openFor(request);
            case "close" -> {
                links.closeFor(request.getLong("link"));
                yield Future.succeededFuture(new JsonObject());
            }
            case "renew" ->
                Future.succeededFuture(links.renewFor(
                        request.getJsonArray("links"), request.getJsonArray("credits", new JsonArray())));
            case "missing" -> Future.succeededFuture(majority.missing());
            case "topics" -> Future.succeededFuture(new JsonObject().put("topics", ownTopics()));
            case Proofs.OPERATION -> Future.succeededFuture(new JsonObject());
            case "health" -> Future.succeededFuture(ownHealth());
            case "report" -> Future.succeededFuture(measured().reports().own(request.getInteger("topics", 0)));
            default -> Future.failedFuture(MeshException.invalid("op", "an unknown request of another version"));
        };
    }

    private JsonArray ownTopics() {
        JsonArray topics = new JsonArray();
        hosted.hubs().forEach(hub -> topics.add(hub.stats(mesh.memberId()).toJson()));
        return topics;
    }

    private JsonObject ownHealth() {
        JsonObject services = new JsonObject();
        healthSource
                .get()
                .forEach((name, health) -> services.put(
                        name, new JsonObject().put("ready", health.ready()).put("detail", health.detail())));
        return services;
    }

    Future<List<TopicStats>> topics() {
        return askAll(new JsonObject().put("op", "topics")).map(answers -> answers.stream()
                .flatMap(answer -> answer.getJsonArray("topics").stream())
                .map(topic -> TopicStats.ofJson((JsonObject) topic))
                .sorted((a, b) -> a.topic().compareTo(b.topic()))
                .toList());
    }

    Future<List<MemberReport>> cluster(int topics) {
        return measured().reports().ask(this, topics);
    }

    Future<Map<String, Service.Health>> health() {
        return askAll(new JsonObject().put("op", "health")).map(answers -> {
            Map<String, Service.Health> merged = new TreeMap<>();
            for (JsonObject answer : answers) {
                for (String name : answer.fieldNames()) {
                    JsonObject one = answer.getJsonObject(name);
                    Service.Health health = new Service.Health(one.getBoolean("ready"), one.getString("detail"));
                    merged.merge(name, health, (a, b) -> a.ready() ? b : a);
                }
            }
            return merged;
        });
    }

    /** The answers of those members that answer in time. */
    private Future<List<JsonObject>> askAll(JsonObject request) {
        List<Future<Optional<JsonObject>>> answers = mesh.members().stream()
                .filter(member -> !mesh.peers().hasOnlyJoined(member.id()))
                .map(member ->
                        ask(member.id(), request, ASK_MILLIS).map(Optional::of).otherwise(Optional.empty()))
                .toList();
        return Future.join(answers).map(joined -> answers.stream()
                .flatMap(answer -> answer.result().stream())
                .toList());
    }

    private void tick() {
        links.tick();
        mesh.peers().check();
        ticks++;
        if (ticks % WINDOW_TICKS == 0) {
            hosted.hubs().forEach(TopicHub::roll);
            measured()
                    .topics()
                    .update(
                            hosted.hubs().stream()
                                    .map(hub -> hub.stats(mesh.memberId()))
                                    .toList(),
                            measured().subscriptions().get());
            links.measure();
            load.sample();
            mesh.peers().avoided();
        }
        majority.tick();
        if (majority.holds()) {
            hosted.hubs().forEach(this::checkOwnership);
        } else {
            hosted.hubs().stream()
                    .filter(hub -> !hosted.isPushedHere(hub.topic()))
                    .forEach(hub -> hosted.handOver(hub, "this member is cut off from most of the others"));
        }
    }

    /** A member that was frozen or cut off learns here that somebody else took its topic over. */
    private void checkOwnership(TopicHub hub) {
        long epoch = hub.epoch();
        if (epoch == 0) {
            return;
        }
        ownership.claim(hub.topic()).onSuccess(claim -> {
            if (hub.epoch() != epoch) {
                return;
            }
            if (claim.isEmpty()) {
                // The map lost it with its members.
                ownership.acquire(hub.topic(), other -> true, epoch).onSuccess(hub::enterEpoch);
            } else if (!claim.get().memberId().equals(mesh.memberId())
                    && !claim.get().memberId().isEmpty()
                    && mesh.peers().stays(claim.get().memberId(), mesh.peers().avoided())) {
                mesh.happenings().moved(ClusterMeters.Move.TAKEN_OVER, 1);
                hosted.handOver(hub, "member " + mesh.peers().nameOf(claim.get().memberId()) + " has taken it over");
            }
        });
    }

    private void membersChanged() {
        Map<String, String> now = membersById();
        mesh.peers().check();
        present.forEach((id, name) -> {
            if (!now.containsKey(id)) {
                LOG.warn("member {} is gone; what it produced is looked for elsewhere", name);
                mesh.peers().trust(id);
                links.loseAllOf(id, "member " + name + " is gone");
                mesh.vertx().setTimer(FAREWELL_MILLIS, due -> forgetPushedTo(id));
            }
        });
        mesh.happenings().went(without(present.keySet(), now.keySet()));
        Set<String> newcomers = without(now.keySet(), present.keySet());
        newcomers.forEach(id -> {
            LOG.info("member {} has joined", now.get(id));
            mesh.peers().trust(id);
        });
        mesh.happenings().came(newcomers);
        measured().loads().retain(now.keySet());
        present = now;
        if (!newcomers.isEmpty()) {
            // A moment later, when the newcomer's services have started.
            mesh.vertx().setTimer(2 * TICK_MILLIS, id -> spread(newcomers));
        }
    }

    /** Who is cut off takes everybody else for gone, and must not remove what they have. */
    private void forgetPushedTo(String id) {
        boolean back = mesh.members().stream().anyMatch(member -> member.id().equals(id));
        if (!back && isAmongOldest() && majority.holds()) {
            mesh.directory().removePushedTo(id);
        }
    }

    /** Whether this member does what only has to be done once; some do, as each of them may be the next to go. */
    private boolean isAmongOldest() {
        return mesh.members().stream().limit(OLDEST).anyMatch(member -> member.id()
                .equals(mesh.memberId()));
    }

    /**
     * Hands derived topics to newcomers that come before this member in the stream's order: whoever was passed over
     * because it was full is not asked again. Sources stay where they are open.
     */
    private void spread(Set<String> newcomers) {
        for (TopicHub hub : hosted.hubs()) {
            List<Member> candidates = mesh.members().stream()
                    .filter(member -> member.kinds().contains(hub.topic().kind()))
                    .filter(member -> member.id().equals(mesh.memberId())
                            || (newcomers.contains(member.id())
                                    && mesh.peers()
                                            .stays(member.id(), mesh.peers().avoided())))
                    .toList();
            Rendezvous.pick(hub.topic().stream(), candidates)
                    .filter(best -> !best.id().equals(mesh.memberId()))
                    .filter(best -> !hub.topic().isOfSource())
                    .ifPresent(best -> {
                        mesh.happenings().moved(ClusterMeters.Move.NEWCOMER, 1);
                        hosted.handOver(hub, "member " + best.name() + " serves this stream now");
                    });
        }
    }

    private static Set<String> without(Set<String> all, Set<String> others) {
        return all.stream().filter(one -> !others.contains(one)).collect(Collectors.toSet());
    }

    private Map<String, String> membersById() {
        return mesh.members().stream().collect(Collectors.toMap(Member::id, Member::name));
    }
}
