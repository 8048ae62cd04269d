package io.mediamesh.mesh;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What members tell each other of themselves for whoever runs them. On the control context. */
final class ClusterReports {
    private static final long ASK_MILLIS = 2000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Mesh mesh;
    private final HostedTopics hosted;
    private final Links links;
    private final ProcessLoad load;
    private final ClusterMeters happenings;
    private final Supplier<Map<String, Service.Health>> health;
    private final Supplier<Integer> subscriptions;
    private final double since = System.currentTimeMillis() / 1000.0;

    ClusterReports(
            Mesh mesh,
            HostedTopics hosted,
            Links links,
            ProcessLoad load,
            Supplier<Map<String, Service.Health>> health,
            Supplier<Integer> subscriptions) {
        this.mesh = mesh;
        this.hosted = hosted;
        this.links = links;
        this.load = load;
        this.happenings = mesh.happenings();
        this.health = health;
        this.subscriptions = subscriptions;
    }

    /** Asks every member; those that do not answer in time are there without what they would have said. */
    Future<List<MemberReport>> ask(ControlPlane plane, int topics) {
        List<Future<MemberReport>> answers = mesh.members().stream()
                .map(member -> {
                    JsonObject request = new JsonObject().put("op", "report").put("topics", topics);
                    long began = System.nanoTime();
                    double beganUnixMillis = System.currentTimeMillis();
                    return plane.ask(member.id(), request, ASK_MILLIS)
                            .map(facts ->
                                    new MemberReport(member, Optional.of(told(member, facts, began, beganUnixMillis))))
                            .otherwise(new MemberReport(member, Optional.empty()));
                })
                .toList();
        return Future.join(answers).map(all -> all.list());
    }

    /** Its clock was read in the middle of the round trip, as far as anybody knows (RFC 5905, section 8). */
    private MemberReport.Told told(Member member, JsonObject facts, long beganNanos, double beganUnixMillis) {
        double roundTripMillis = (System.nanoTime() - beganNanos) / NANOS_PER_MILLI;
        double offsetMillis = member.id().equals(mesh.memberId())
                ? 0
                : facts.getDouble("time") * 1000 - (beganUnixMillis + roundTripMillis / 2);
        return new MemberReport.Told(facts, rounded(roundTripMillis), rounded(offsetMillis));
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    /** What this member says. */
    JsonObject own(int topics) {
        JsonObject services = new JsonObject();
        health.get()
                .forEach((name, state) -> services.put(
                        name, new JsonObject().put("ready", state.ready()).put("detail", state.detail())));
        JsonObject report = new JsonObject()
                .put("since", since)
                .put("time", System.currentTimeMillis() / 1000.0)
                .put("health", services)
                .put("load", load.toJson())
                .put("produces", produced(topics))
                .put("subscriptions", subscriptions.get())
                .put(
                        "links",
                        new JsonObject().put("inbound", links.inboundCount()).put("outbound", links.outboundCount()))
                .put(
                        "seen",
                        new JsonObject()
                                .put("joined", happenings.members("joined"))
                                .put("left", happenings.members("left"))
                                .put("rejoined", happenings.members("rejoined")))
                .put("figures", load.figures());
        mesh.membership().address().ifPresent(address -> report.put("address", address.toJson()));
        return report;
    }

    private JsonObject produced(int most) {
        List<TopicStats> all =
                hosted.hubs().stream().map(hub -> hub.stats(mesh.memberId())).toList();
        Map<String, Integer> kinds = new TreeMap<>();
        all.forEach(stats -> kinds.merge(stats.topic().kind(), 1, Integer::sum));
        JsonObject byKind = new JsonObject();
        kinds.forEach(byKind::put);
        JsonArray listed = new JsonArray();
        all.stream()
                .sorted(Comparator.comparing(TopicStats::topic))
                .limit(most)
                .forEach(stats -> listed.add(new JsonObject()
                        .put("stream", stats.topic().stream().value())
                        .put("topic", stats.topic().kind())
                        .put("epoch", stats.epoch())
                        .put("subscribers", stats.subscribers())
                        .put("rate", stats.rateHz())));
        return new JsonObject().put("count", all.size()).put("by_topic", byKind).put("topics", listed);
    }
}
