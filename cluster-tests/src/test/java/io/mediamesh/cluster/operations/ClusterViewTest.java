package io.mediamesh.cluster.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of one cluster, both with traces and JSON logs switched on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterViewTest {
    private static final int PORT = 23410;
    private static final int STREAMS = 6;

    private final TraceReceiver traces = new TraceReceiver();
    private final Map<String, RunningMember> members = new TreeMap<>();

    private final Map<String, String> settings = Map.of(
            "MEDIAMESH_CLUSTER_ENABLED", "true",
            "MEDIAMESH_CLUSTER_NAME", "operations",
            "MEDIAMESH_CLUSTER_PORT", String.valueOf(PORT),
            "MEDIAMESH_CLUSTER_MEMBERS", "127.0.0.1:" + PORT + ",127.0.0.1:" + (PORT + 1),
            "MEDIAMESH_TRACING_URL", traces.url(),
            "MEDIAMESH_TRACING_SHARE", "0",
            "MEDIAMESH_LOG_FORMAT", "json");

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        members.put("north", RunningMember.start(folder, "north", settings));
        north().awaitReady();
        members.put("south", RunningMember.start(folder, "south", settings));
        member("south").awaitReady();
        Await.until(
                "both know each other", () -> north().json("/api/v1/cluster").getInteger("count") == 2);
        for (int stream = 0; stream < STREAMS; stream++) {
            assertThat(north().put(
                                    "/api/v1/streams/camera" + stream,
                                    new JsonObject().put("source", new JsonObject().put("url", "test:"))))
                    .isEqualTo(201);
        }
    }

    @AfterAll
    void stop() {
        members.values().forEach(RunningMember::close);
        traces.close();
    }

    private RunningMember north() {
        return member("north");
    }

    private RunningMember member(String name) {
        RunningMember found = members.get(name);
        if (found == null) {
            throw new AssertionError(name + " is not running");
        }
        return found;
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    @Test
    void theClusterTellsWhoProducesWhatAndWhereTheLoadIs() {
        // A snapshot of each opens it for a while, at the member that placement picks.
        Map<String, JsonObject> reports = Await.until(
                "all streams are produced",
                () -> {
                    for (int stream = 0; stream < STREAMS; stream++) {
                        north().text("/api/v1/streams/camera" + stream + "/snapshot.jpg");
                    }
                    return objects(north().json("/api/v1/cluster?topics=100").getJsonArray("members")).stream()
                            .collect(Collectors.toMap(member -> member.getString("name"), member -> member));
                },
                all -> all.values().stream().allMatch(member -> produced(member).size() >= 1)
                        && all.values().stream()
                                        .flatMap(member -> produced(member).stream())
                                        .distinct()
                                        .count()
                                == STREAMS);
        assertThat(reports).containsOnlyKeys("north", "south");
        Set<String> both = new TreeSet<>(produced(report(reports, "north")));
        both.retainAll(produced(report(reports, "south")));
        assertThat(both).as("no stream has two producers").isEmpty();
        for (JsonObject member : reports.values()) {
            assertThat(member.getBoolean("reachable")).isTrue();
            assertThat(member.getJsonObject("load").getInteger("processors")).isPositive();
            assertThat(member.getJsonObject("load").getLong("resident_bytes")).isGreaterThan(50L << 20);
            assertThat(objects(member.getJsonObject("load").getJsonArray("pools")))
                    .extracting(pool -> pool.getString("name"))
                    .contains("mesh-encoder", "vision-frames");
            assertThat(member.getJsonObject("health").getJsonObject("ingest").getBoolean("ready"))
                    .isTrue();
            assertThat(member.getJsonObject("address").getString("cluster")).isEqualTo("operations");
            // Both are on one machine, with one clock.
            assertThat(Math.abs(member.getDouble("clock_offset_ms")))
                    .isLessThanOrEqualTo(member.getDouble("answered_in_ms") / 2 + 2);
        }
        JsonObject fromSouth = member("south").json("/api/v1/cluster?topics=0");
        assertThat(fromSouth.getString("coordinator")).isEqualTo(idOf(reports, "north"));
        assertThat(fromSouth.getString("answered_by")).isEqualTo(idOf(reports, "south"));
        assertThat(fromSouth.getJsonObject("services").getInteger("gateway")).isEqualTo(2);
    }

    private static JsonObject report(Map<String, JsonObject> reports, String name) {
        return reports.getOrDefault(name, new JsonObject());
    }

    private static String idOf(Map<String, JsonObject> reports, String name) {
        return report(reports, name).getString("id");
    }

    private static Set<String> produced(JsonObject member) {
        return objects(member.getJsonObject("produces").getJsonArray("topics")).stream()
                .filter(topic -> topic.getString("topic").equals("video"))
                .map(topic -> topic.getString("stream"))
                .collect(Collectors.toSet());
    }

    @Test
    void aRequestIsOneTraceOverBothMembers() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String parent = "b7ad6b7169203331";
        // Sampled by whoever asks (W3C trace context), though this cluster traces nothing of its own.
        north().text("/api/v1/topics", "traceparent", "00-" + trace + "-" + parent + "-01");
        List<TraceReceiver.Received> spans =
                Await.until("both members sent their spans", () -> traces.ofTrace(trace), received -> received.stream()
                        .map(TraceReceiver.Received::member)
                        .collect(Collectors.toSet())
                        .equals(Set.of("north", "south")));
        TraceReceiver.Received request = spans.stream()
                .filter(span -> span.parentId().equals(parent))
                .findFirst()
                .orElseThrow();
        assertThat(request.member()).isEqualTo("north");
        assertThat(request.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        TraceReceiver.Received work = spans.stream()
                .filter(span -> span.member().equals("south"))
                .findFirst()
                .orElseThrow();
        TraceReceiver.Received asked = spans.stream()
                .filter(span -> span.spanId().equals(work.parentId()))
                .findFirst()
                .orElseThrow();
        assertThat(asked.member()).isEqualTo("north");
        assertThat(asked.parentId()).isEqualTo(request.spanId());
        // What nobody asked to be traced is not.
        String other = "1af7651916cd43dd8448eb211c80319c";
        north().text("/api/v1/topics", "traceparent", "00-" + other + "-" + parent + "-00");
        assertThat(traces.ofTrace(other)).isEmpty();
    }

    /** A family in Prometheus' text: {@code # TYPE name type}. */
    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (mediamesh_[a-z0-9_]+) ([a-z]+)$");

    @Test
    void theDocumentDescribesEveryMetricAndNoneThatThereIsNot() throws IOException {
        MetricsDocument document = MetricsDocument.read();
        // So that there are topics, subscribers and links among the metrics.
        north().text("/api/v1/streams/camera0/snapshot.jpg");
        Set<String> given = Await.until(
                "topics are among the metrics",
                () -> {
                    member("south").text("/api/v1/streams/camera0/snapshot.jpg");
                    return families();
                },
                names -> names.stream().anyMatch(name -> name.startsWith("mediamesh_topic_rate_hertz")));
        assertThat(document.described()).containsAll(given);
        assertThat(given).containsAll(document.always());
        assertThat(document.unknownElsewhere())
                .as("metrics that are counted on elsewhere")
                .isEmpty();
    }

    /** Of both members; the largest values of timers are families of their own, which go without saying. */
    private Set<String> families() {
        return members.values().stream()
                .flatMap(member -> FAMILY.matcher(member.text("/metrics")).results())
                .filter(family -> !family.group(1).endsWith("_seconds_max"))
                .map(family -> family.group(1) + " " + family.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theLogIsOneObjectALine() {
        List<JsonObject> lines = north().log()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(JsonObject::new)
                .toList();
        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            assertThat(line.fieldNames()).contains("time", "level", "logger", "thread", "member", "message");
            assertThat(line.getString("member")).isEqualTo("north");
        });
        assertThat(lines)
                .anySatisfy(line -> assertThat(line.getString("message")).contains("member south has joined"));
    }

    @Test
    void theDoctorFindsTheClusterWell() throws IOException, InterruptedException {
        Process doctor = new ProcessBuilder(RunningMember.javaCommand(
                        "doctor", "--cluster", "--gateway", member("south").url()))
                .redirectErrorStream(true)
                .start();
        String said = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(doctor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said)
                .contains("2 of 2 answer")
                .contains("north", "south")
                .contains("ingest × 2")
                .contains("clocks", "alike")
                .contains("ports")
                .contains("The cluster is well.");
        assertThat(doctor.exitValue()).isZero();
    }
}
