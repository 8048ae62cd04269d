package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mediamesh.contracts.CountingLine.Direction;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvent.AtLine;
import io.mediamesh.contracts.ObjectEvent.AtZone;
import io.mediamesh.contracts.ObjectEvent.Kind;
import io.mediamesh.contracts.ObjectEvent.Life;
import io.mediamesh.contracts.ObjectEvents;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that the test makes up, with a real server to which they are sent. */
class StandingEventsTest {
    private static final String PATH = "/api/v1/streams/cam1/detection";
    private static final String ANALYTICS = "/api/v1/streams/cam1/analytics";
    private static final String PLACES = """
            "zones":[{"name":"yard","polygon":[[0,0],[1,0],[1,1]]}],
            "lines":[{"name":"gate","from":[0.5,1],"to":[0.5,0]}]""";

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    /** Status by the number of the request, from 1. */
    private volatile IntUnaryOperator statuses = number -> 204;

    private HttpServer server;
    private RunningGateway gateway;
    private SyntheticSource events;

    private record Received(JsonObject body, String raw, Headers headers) {}

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
        gateway = RunningGateway.offering(Set.of(Topic.VIDEO, Topic.ANNOTATED, Topic.INTENSITY, Topic.EVENTS));
        events = SyntheticSource.manual(gateway.vertx, StandingEventsTest::item);
        Await.result(gateway.mesh.offer(Set.of(Topic.EVENTS), events));
        gateway.serve(
                        directory,
                        Map.of(
                                "webhooks.allowed_addresses", "127.0.0.1",
                                "webhooks.first_pause", "20ms",
                                "webhooks.attempts", "4",
                                "webhooks.queue", "3"))
                .withStream("cam1");
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int status = statuses.applyAsInt(requests.incrementAndGet());
        if (status == 204) {
            received.add(new Received(new JsonObject(body), body, exchange.getRequestHeaders()));
        }
        if (status > 0) {
            exchange.sendResponseHeaders(status, -1);
        }
        exchange.close();
    }

    /** Someone enters the yard, and passes the gate. */
    private static ObjectEvents item(long index) {
        return new ObjectEvents(
                index,
                640,
                480,
                List.of(
                        event(Kind.NEW, index, false, new Life(0, List.of(), Optional.empty())),
                        event(Kind.ENTER, index, false, new AtZone("yard", 0, 1)),
                        event(Kind.LOITER, index, true, new AtZone("yard", 12, 1)),
                        event(Kind.CROSS, index, false, new AtLine("gate", Direction.OUT, 0, 1))));
    }

    private static ObjectEvent event(Kind kind, long object, boolean muted, ObjectEvent.Detail detail) {
        return new ObjectEvent(kind, object, "person", 0.9, 1, 2, 30, 40, muted, detail);
    }

    private void put(String webhook, boolean analytics) {
        String hooks = webhook.isEmpty() ? "" : "{\"name\":\"alarm\",\"secret\":\"correct horse\"," + webhook + "}";
        HttpResponse<String> answer =
                gateway.putJson(PATH, "{" + PLACES + ",\"analytics\":" + analytics + ",\"webhooks\":[" + hooks + "]}");
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    private String url() {
        return "\"url\":\"http://127.0.0.1:" + server.getAddress().getPort() + "/hooks/s3cr3t?a=b\"";
    }

    private void awaitRunning() {
        Await.until("events are made", () -> !events.running().isEmpty());
    }

    private double result(String result) {
        return gateway.mesh
                .meters()
                .get("mediamesh.webhooks.events")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void anEventIsSentAgainUntilItIsThereAndSigned() {
        // A status of 0 breaks off without an answer.
        statuses = number -> number == 1 ? 503 : number == 2 ? 0 : 204;
        put(url() + ",\"events\":[\"enter\"]", false);
        awaitRunning();
        events.emit(1);

        Await.until("it is there", () -> result("delivered") == 1);
        assertThat(requests).hasValue(3);
        Received got = received.getFirst();
        assertThat(got.body().getString("event")).isEqualTo("enter");
        assertThat(got.body().getString("stream")).isEqualTo("cam1");
        assertThat(got.body().getString("zone")).isEqualTo("yard");
        assertThat(got.body().getString("label")).isEqualTo("person");
        assertThat(got.headers().getFirst("X-Mediamesh-Event")).isEqualTo("enter");
        assertThat(got.headers().getFirst("X-Mediamesh-Delivery"))
                .isEqualTo(got.body().getString("id"));
        assertThat(got.headers().getFirst("X-Mediamesh-Signature"))
                .isEqualTo("sha256="
                        + WebhookSender.signature(
                                "correct horse",
                                got.headers().getFirst("X-Mediamesh-Timestamp"),
                                Buffer.buffer(got.raw())));
        assertThat(gateway.mesh
                        .meters()
                        .get("mediamesh.webhooks.retries")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    /** Expected digits by Python's hmac and hashlib. */
    @Test
    void signaturesAreThoseThatOthersReckon() {
        assertThat(WebhookSender.signature("correct horse", "1763800000", Buffer.buffer("{\"event\":\"enter\"}")))
                .isEqualTo("071a97b9882ddcedc398a4f474c35ba1e8b854fca289b96ce71acddcb8d4076c");
    }

    @Test
    void mutedEventsAndThoseOfOtherPlacesAreNotSent() {
        put(url() + ",\"events\":[\"loiter\",\"cross\"],\"places\":[\"gate\",\"yard\"]", false);
        awaitRunning();
        events.emit(2);
        Await.until("both are there", () -> received.size() == 2);
        assertThat(received).extracting(got -> got.body().getString("event")).containsOnly("cross");
        assertThat(requests).hasValue(2);
    }

    @Test
    void whatNobodyTakesIsGivenUpAndTheOldestIsDropped() {
        statuses = number -> number <= 4 ? 500 : 204;
        put(url() + ",\"events\":[\"enter\"]", false);
        awaitRunning();
        events.emit(1);
        Await.until("one is given up", () -> result("failed") == 1);
        assertThat(requests).hasValue(4);

        statuses = number -> received.isEmpty() && number == 5 ? 500 : 204;
        events.emit(6);
        Await.until("the rest is there", () -> received.size() == 3);
        assertThat(result("dropped")).isEqualTo(3);
        assertThat(received)
                .extracting(got -> got.body().getInteger("object"))
                .as("the one on its way and the newest ones")
                .containsExactly(1, 5, 6);
    }

    @Test
    void refusalsAreNotRepeatedNorRedirectsFollowed() {
        statuses = number -> number == 1 ? 410 : number == 2 ? 302 : 204;
        put(url() + ",\"events\":[\"enter\"]", false);
        awaitRunning();
        events.emit(3);
        Await.until("the third is there", () -> received.size() == 1);
        assertThat(requests).hasValue(3);
        assertThat(result("failed")).isEqualTo(2);
    }

    @Test
    void eventsAreMadeAsLongAsRulesWantThem() {
        put("", false);
        assertThat(events.starts()).isZero();
        put("", true);
        awaitRunning();
        put("", false);
        Await.until("nobody wants them", () -> events.running().isEmpty());
    }

    @Test
    void aSourceThatCameToItsEndIsNotBegunAnewForRulesAlone() {
        put("", true);
        awaitRunning();
        publishState(StreamStatus.State.ENDED);
        events.running().forEach(publisher -> publisher.end("the source came to its end"));
        Await.until("it is over", () -> events.stops() == 1);
        // Whose rules are put makes the gateway look at all of them.
        gateway.withStream("cam2");
        gateway.putJson("/api/v1/streams/cam2/detection", "{\"analytics\":true}");
        Await.until("the other one runs", () -> events.starts() == 2);
        assertThat(events.running())
                .extracting(publisher -> publisher.topic().stream().value())
                .containsExactly("cam2");

        publishState(StreamStatus.State.LIVE);
        gateway.putJson("/api/v1/streams/cam2/detection", "{\"analytics\":true,\"snapshots\":false}");
        Await.until("somebody watches it, so its events are wanted", () -> events.starts() == 3);
    }

    private void publishState(StreamStatus.State state) {
        Await.result(gateway.mesh
                .directory()
                .publishStatus(
                        new StreamId("cam1"), new StreamStatus(state, "", 0, Optional.empty(), Optional.empty())));
    }

    @Test
    void whatHappensIsCountedByTimeClassAndPlace() {
        put("", true);
        awaitRunning();
        events.emit(3);
        Await.until("it is counted", () -> !RunningGateway.json(gateway.get(ANALYTICS))
                .getJsonArray("buckets")
                .isEmpty());
        events.emit(2);
        Await.until("all is counted", () -> counted() == 5);

        JsonObject told = RunningGateway.json(gateway.get(ANALYTICS + "?bucket=1d"));
        assertThat(told.getInteger("bucket_seconds")).isEqualTo(86_400);
        assertThat(told.getBoolean("counting")).isTrue();
        long inYard = 0;
        for (Object bucket : told.getJsonArray("buckets")) {
            JsonObject zones = ((JsonObject) bucket).getJsonObject("zones");
            inYard += zones.getJsonObject("yard").getJsonObject("person").getLong("loiter");
            assertThat(((JsonObject) bucket)
                            .getJsonObject("lines")
                            .getJsonObject("gate")
                            .getJsonObject("person")
                            .fieldNames())
                    .containsExactly("out");
        }
        assertThat(inYard).as("those that are muted are counted").isEqualTo(5);

        JsonObject past =
                RunningGateway.json(gateway.get(ANALYTICS + "?from=1000000000&to=2001-09-09T02:00:00Z&bucket=1m"));
        assertThat(past.getJsonArray("buckets")).isEqualTo(new JsonArray());
        assertThat(past.getLong("from")).isEqualTo(1_000_000_000L / 60 * 60);
    }

    private long counted() {
        return RunningGateway.json(gateway.get(ANALYTICS)).getJsonArray("buckets").stream()
                .mapToLong(
                        bucket -> ((JsonObject) bucket).getJsonObject("objects").getLong("person"))
                .sum();
    }

    @Test
    void badRangesAreRefused() {
        for (String query : List.of(
                "?bucket=2h",
                "?from=yesterday",
                "?to=-1",
                "?from=2000&to=1000",
                "?from=0&bucket=1m",
                "?to=9999999999999")) {
            assertThat(gateway.get(ANALYTICS + query).statusCode()).as(query).isEqualTo(400);
        }
    }

    @Test
    void clientsGetEveryEventOfABurst() {
        try (SocketClient client = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/events")) {
            awaitRunning();
            events.emit(20);
            Await.until("all of them", () -> client.texts.size() == 20);
            JsonObject first = client.texts.getFirst();
            assertThat(first.getString("topic")).isEqualTo("events");
            assertThat(first.getJsonArray("events").getJsonObject(3)).isEqualTo(new JsonObject("""
                            {"event":"cross","object":0,"label":"person","confidence":0.9,"x1":1.0,"y1":2.0,"x2":30.0,
                             "y2":40.0,"line":"gate","direction":"out","in":0,"out":1}"""));
        }
    }
}
