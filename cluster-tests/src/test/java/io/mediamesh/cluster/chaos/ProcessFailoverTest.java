package io.mediamesh.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mesh in which every service is there at least twice, and what its users notice when processes of it die or stand still.
 * One mesh for all tests, each of which leaves it complete.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ProcessFailoverTest {
    /**
     * What eight processes on two cores need until all of them have found each other again: mostly five seconds, but
     * Hazelcast may give up members once more that are busy with it.
     */
    private static final Duration COMES_BACK = Duration.ofSeconds(60);

    private static final int BASE_PORT = 23_210;
    private static final int MEMBERS = 8;
    private static final String SOURCE = "test:?size=320x240&fps=20";

    private final AtomicInteger streams = new AtomicInteger();
    private Services services;
    private final Map<String, ServiceProcess> processes = new HashMap<>();
    private Gateway first;
    private Gateway second;

    @BeforeAll
    void start(@TempDir Path folder) {
        services = Services.onLoopback(folder, "failover-of-processes", BASE_PORT, MEMBERS);
        // The first one alone, so that all others find it.
        processes.put("ingest-1", services.start("ingest", "ingest-1"));
        for (String service : List.of("ingest", "vision", "recorder", "gateway")) {
            for (int number = service.equals("ingest") ? 2 : 1; number <= 2; number++) {
                String name = service + "-" + number;
                processes.put(name, services.launch(service, name));
            }
        }
        services.awaitReady();
        first = process("gateway-1").gateway();
        second = process("gateway-2").gateway();
        services.awaitMembers(first, MEMBERS);
        services.awaitMembers(second, MEMBERS);
    }

    @AfterAll
    void stop() {
        if (services != null) {
            services.close();
        }
    }

    private String newStream() {
        String stream = "cam" + streams.incrementAndGet();
        first.putStream(stream, SOURCE);
        return stream;
    }

    private ServiceProcess process(String name) {
        return Optional.ofNullable(processes.get(name)).orElseThrow();
    }

    private ServiceProcess producerOf(String stream, String topic) {
        return process(first.awaitProducer(stream, topic));
    }

    /** Puts a process in the place of each that is gone. */
    @AfterEach
    void replaceTheDead() {
        List<String> dead = processes.values().stream()
                .filter(process -> !process.isAlive())
                .map(ServiceProcess::name)
                .toList();
        dead.forEach(name -> processes.put(name, services.launch(name.substring(0, name.indexOf('-')), name)));
        services.awaitReady();
        first = process("gateway-1").gateway();
        second = process("gateway-2").gateway();
        services.awaitMembers(first, MEMBERS);
        services.awaitMembers(second, MEMBERS);
    }

    @Test
    @Order(1)
    void whenIngestDiesItsSourceIsOpenedElsewhereAndWhenVisionDiesTheVideoGoesOn() {
        String stream = newStream();
        try (TopicViewer video = TopicViewer.of(stream, "video", first);
                TopicViewer light = TopicViewer.of(stream, "intensity", second)) {
            ServiceProcess ingest = producerOf(stream, "video");
            ingest.kill();
            Await.until("the video is lost", () -> video.states.contains("lost"));
            video.await(5);
            light.await(5);
            assertThat(video.states).containsExactly("lost", "live");

            ServiceProcess vision = producerOf(stream, "intensity");
            long frames = video.items.get();
            vision.kill();
            Await.until("the analysis is lost", () -> light.states.contains("lost"));
            light.await(5);
            assertThat(video.items.get()).isGreaterThan(frames);
            assertThat(video.states).containsExactly("lost", "live");
        }
    }

    @Test
    @Order(2)
    void whenAGatewayDiesItsViewersGoToAnotherWhileStreamsAndRecordingsGoOn() {
        String stream = newStream();
        String recording = first.record(stream);
        Await.until("something is recorded", () -> seconds(recording, 1) > 1);
        try (TopicViewer elsewhere = TopicViewer.of(stream, "video", second);
                TopicViewer moving = TopicViewer.of(
                        stream, "video", () -> process("gateway-1").isAlive() ? first : second)) {
            process("gateway-1").kill();
            moving.await(10);
            assertThat(elsewhere.states).isEmpty();
            JsonObject look = second.get("/api/v1/recordings/" + recording).expect(200);
            assertThat(look.getString("state")).isEqualTo("recording");
            assertThat(look.getJsonArray("parts").size()).isEqualTo(1);
        }
        assertThat(second.post("/api/v1/recordings/" + recording + "/stop", new JsonObject())
                        .expect(200)
                        .getString("state"))
                .isEqualTo("finished");
    }

    @Test
    @Order(3)
    void whenARecorderDiesAnotherOneGoesOnInANewPart() {
        String stream = newStream();
        String recording = first.record(stream);
        Await.until("something is recorded", () -> seconds(recording, 1) > 1);
        ServiceProcess recorder = process(holder(recording).orElseThrow());
        recorder.kill();
        Await.until("it is recorded in a second part", () -> seconds(recording, 2) > 1);
        assertThat(holder(recording))
                .hasValueSatisfying(name -> assertThat(name).isNotEqualTo(recorder.name()));
        JsonObject look = first.get("/api/v1/recordings/" + recording).expect(200);
        assertThat(look.getString("state")).isEqualTo("recording");
        assertThat(look.getJsonArray("parts").size()).as(look.encode()).isEqualTo(2);
        long listed = first.get("/api/v1/recordings").expect(200).getJsonArray("recordings").stream()
                .filter(one -> ((JsonObject) one).getString("id").equals(recording))
                .count();
        assertThat(listed).isEqualTo(1);
        JsonObject ended = first.post("/api/v1/recordings/" + recording + "/stop", new JsonObject())
                .expect(200);
        JsonArray parts = ended.getJsonArray("parts");
        double end = parts.getJsonObject(0).getDouble("start")
                + parts.getJsonObject(0).getDouble("duration");
        assertThat(parts.getJsonObject(1).getDouble("start") - end).isLessThan(8);
    }

    private double seconds(String recording, int part) {
        Gateway.Answer answer = first.get("/api/v1/recordings/" + recording);
        if (answer.status() != 200) {
            return 0;
        }
        JsonArray parts = answer.json().getJsonArray("parts");
        return parts.size() < part ? 0 : parts.getJsonObject(part - 1).getDouble("duration");
    }

    private Optional<String> holder(String recording) {
        String id = first.get("/api/v1/recordings/" + recording).expect(200).getString("node");
        return first.get("/api/v1/cluster").expect(200).getJsonArray("members").stream()
                .map(JsonObject.class::cast)
                .filter(member -> member.getString("id").equals(id))
                .map(member -> member.getString("name"))
                .findFirst();
    }

    @Test
    @Order(4)
    void whenTwoDieAtOnceWhatTheyHadIsWithTheOthers() {
        String stream = newStream();
        try (TopicViewer video = TopicViewer.of(stream, "video", first);
                TopicViewer light = TopicViewer.of(stream, "intensity", second)) {
            ServiceProcess ingest = producerOf(stream, "video");
            ServiceProcess vision = producerOf(stream, "intensity");
            JsonObject before = first.get("/api/v1/streams").expect(200);
            ingest.kill();
            vision.kill();
            Await.until("the analysis is lost", () -> light.states.contains("lost"));
            light.await(5);
            video.await(5);
            assertThat(first.get("/api/v1/streams").expect(200).getInteger("count"))
                    .isEqualTo(before.getInteger("count"));
        }
    }

    @Test
    @Order(5)
    void aProducerThatStandsStillIsReplacedAndWhatItSaysAfterwardsIsRefused() {
        String stream = newStream();
        try (TopicViewer video = TopicViewer.of(stream, "video", first)) {
            ServiceProcess ingest = producerOf(stream, "video");
            ingest.freeze();
            try {
                Await.until("the video is lost", () -> video.states.contains("lost"));
                video.await(10);
            } finally {
                ingest.thaw();
            }
            services.awaitMembers(first, MEMBERS);
            video.await(20);
            assertThat(first.producers(stream, "video")).hasSize(1);
            assertThat(video.states).containsExactly("lost", "live");
            assertThat(first.awaitProducer(stream, "video")).isNotEqualTo(ingest.name());
        }
    }

    @Test
    @Order(6)
    void broadcastersAndTheirViewersComeBackAtAnotherGateway() {
        ServiceProcess dying = process("gateway-2");
        Gateway dead = second;
        String jpeg = Base64.getEncoder().encodeToString(first.snapshot(newStream()));
        try (HubClient broadcaster = HubClient.broadcaster("show", jpeg, () -> dying.isAlive() ? dead : first);
                HubClient viewer = HubClient.viewer("show", () -> dying.isAlive() ? dead : first);
                HubClient elsewhere = HubClient.viewer("show", () -> first)) {
            viewer.await(10);
            elsewhere.await(10);
            dying.kill();
            long sent = broadcaster.sent.get();
            viewer.await(10);
            elsewhere.await(10);
            assertThat(broadcaster.sent.get()).isGreaterThan(sent);
        }
    }

    @Test
    @Order(7)
    void restartsOneAfterTheOtherCostNobodyAnAnswer() {
        String stream = newStream();
        String recording = first.record(stream);
        Await.until("something is recorded", () -> seconds(recording, 1) > 1);
        Gateway leaving = second;
        ServiceProcess gateway = process("gateway-2");
        // A client with a load balancer before the gateways, which looks who is ready.
        Supplier<Gateway> balanced = () -> leaving.get("/health/ready").status() == 200 ? leaving : first;
        AtomicBoolean over = new AtomicBoolean();
        List<Gateway.Answer> wrong = new CopyOnWriteArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        Thread requests = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                Gateway.Answer answer = balanced.get().get("/api/v1/streams/" + stream);
                asked.incrementAndGet();
                // Nobody there: the load balancer asks once more.
                Gateway.Answer last = answer.status() == 0 ? balanced.get().get("/api/v1/streams/" + stream) : answer;
                if (last.status() != 200) {
                    wrong.add(last);
                }
            }
        });
        try (TopicViewer viewer = TopicViewer.of(stream, "video", balanced);
                TopicViewer light = TopicViewer.of(stream, "intensity", first)) {
            for (ServiceProcess process : List.of(
                    producerOf(stream, "video"),
                    producerOf(stream, "intensity"),
                    process(holder(recording).orElseThrow()),
                    gateway)) {
                // 128 + SIGTERM: it ended by the signal after it had cleared up.
                assertThat(process.stop()).as(process.output()).isEqualTo(143);
                viewer.await(5);
                light.await(5);
            }
            assertThat(viewer.closes).containsExactly(1001);
            assertThat(viewer.states).doesNotContain("ended");
            Await.until("the recording goes on", () -> seconds(recording, 2) > 1);
        } finally {
            over.set(true);
        }
        Await.until("the requests end", () -> !requests.isAlive());
        assertThat(wrong).isEmpty();
        assertThat(asked.get()).isGreaterThan(50);
    }

    @Test
    @Order(8)
    void aGatewayThatStandsStillCostsTheSenderNoMemoryAndComesBack() {
        String stream = "large";
        first.putStream(stream, "test:?size=1280x720&fps=30");
        ServiceProcess frozen = process("gateway-2");
        try (TopicViewer here = TopicViewer.of(stream, "video", first);
                TopicViewer there = TopicViewer.of(stream, "video", second)) {
            ServiceProcess ingest = producerOf(stream, "video");
            here.await(60);
            long before = ingest.residentBytes();
            frozen.freeze();
            try {
                here.await(300);
                assertThat(ingest.residentBytes() - before).isLessThan(64L << 20);
            } finally {
                frozen.thaw();
            }
            there.await(10, COMES_BACK);
            assertThat(there.states).isSubsetOf("lost", "live");
            services.awaitMembers(first, MEMBERS);
            services.awaitMembers(second, MEMBERS);
        }
        first.delete("/api/v1/streams/" + stream).expect(204);
    }
}
