package io.mediamesh.mesh;

import io.mediamesh.contracts.Topic;
import io.vertx.core.Context;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many topics of each kind the members have, for {@link Placement}. Every member tells the others when that
 * changed, a few times a second at most; what this member has just sent somebody's way counts until that one tells itself.
 * Runs on the control context.
 */
final class LoadBoard {
    private static final String ADDRESS = "mediamesh.load";
    /** Short, because many topics start at once when a member has died. */
    private static final long TICK_MILLIS = 200;
    /** Told again although nothing changed, for those that came meanwhile. */
    private static final int QUIET_TICKS = 50;

    private final Mesh mesh;
    private final Context control;
    private final Supplier<Collection<TopicHub>> hosted;
    private final Map<String, Map<String, Integer>> told = new HashMap<>();
    private final Map<String, Map<String, Integer>> sent = new HashMap<>();
    private Map<String, Integer> lastTold = Map.of();
    private int quietTicks = QUIET_TICKS;
    private @Nullable MessageConsumer<JsonObject> consumer;
    private long timer;

    LoadBoard(Mesh mesh, Context control, Supplier<Collection<TopicHub>> hosted) {
        this.mesh = mesh;
        this.control = control;
        this.hosted = hosted;
    }

    void start() {
        timer = mesh.vertx().setPeriodic(TICK_MILLIS, id -> tick());
        consumer = mesh.vertx()
                .eventBus()
                .consumer(
                        ADDRESS,
                        message -> control.runOnContext(now -> {
                            JsonObject body = message.body();
                            Map<String, Integer> kinds = new HashMap<>();
                            JsonObject topics = body.getJsonObject("topics");
                            topics.fieldNames().forEach(kind -> kinds.put(kind, topics.getInteger(kind)));
                            told.put(body.getString("member"), kinds);
                            sent.remove(body.getString("member"));
                        }));
    }

    void stop() {
        mesh.vertx().cancelTimer(timer);
        if (consumer != null) {
            consumer.unregister();
        }
    }

    private void tick() {
        Map<String, Integer> own = own();
        quietTicks++;
        if (mesh.members().size() < 2 || (own.equals(lastTold) && quietTicks < QUIET_TICKS)) {
            return;
        }
        lastTold = own;
        quietTicks = 0;
        JsonObject topics = new JsonObject();
        own.forEach(topics::put);
        mesh.vertx()
                .eventBus()
                .publish(
                        ADDRESS, new JsonObject().put("member", mesh.memberId()).put("topics", topics));
    }

    /** Forgets those that are not there any more. */
    void retain(Set<String> memberIds) {
        told.keySet().retainAll(memberIds);
        sent.keySet().retainAll(memberIds);
    }

    /** Picks the member that is to take a topic, and counts it there. */
    Optional<Member> place(Topic topic, List<Member> candidates) {
        Optional<Member> first =
                Placement.order(topic.stream(), candidates, member -> of(member.id(), topic.kind())).stream()
                        .findFirst();
        first.map(Member::id).filter(id -> !id.equals(mesh.memberId())).ifPresent(id -> sent.computeIfAbsent(
                        id, unused -> new HashMap<>())
                .merge(topic.kind(), 1, Integer::sum));
        return first;
    }

    /** How many topics of a kind a member has, as far as is known here. */
    int of(String memberId, String kind) {
        Map<String, Integer> known = memberId.equals(mesh.memberId()) ? own() : told.getOrDefault(memberId, Map.of());
        return known.getOrDefault(kind, 0)
                + sent.getOrDefault(memberId, Map.of()).getOrDefault(kind, 0);
    }

    private Map<String, Integer> own() {
        Map<String, Integer> counts = new HashMap<>();
        hosted.get().forEach(hub -> counts.merge(hub.topic().kind(), 1, Integer::sum));
        return counts;
    }
}
