package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Service.Health;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationTest {
    private static final Health WELL = new Health(true, "motion+faces");

    @Test
    void healthIsReadyWhereEveryServiceIs(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())
                .withHealth(Map.of("gateway", WELL, "ingest", WELL, "vision", WELL))) {
            HttpResponse<String> response = gateway.get("/health");

            assertThat(response.statusCode()).isEqualTo(200);
            JsonObject health = RunningGateway.json(response);
            assertThat(health.getString("status")).isEqualTo("ready");
            assertThat(health.getBoolean("model_loaded")).isTrue();
            assertThat(health.getJsonObject("services").getJsonObject("vision"))
                    .isEqualTo(new JsonObject().put("ready", true).put("detail", "motion+faces"));
        }
    }

    @Test
    void healthIsLoadingUntilTheModelIsThereForTheFirstTimeAndDegradedWhenItIsLost(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            Health missing = new Health(false, "reading faces.xml");
            assertHealth(gateway, Map.of("vision", missing), 503, "loading", false, "vision: reading faces.xml");
            assertHealth(gateway, Map.of("vision", WELL), 200, "ready", true, "");
            assertHealth(gateway, Map.of("vision", missing), 503, "degraded", false, "vision: reading faces.xml");
        }
    }

    @Test
    void healthIsDegradedWithoutVisionAndWithAnotherServiceDown(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            assertHealth(
                    gateway,
                    Map.of("ingest", WELL),
                    503,
                    "degraded",
                    false,
                    "no vision service is there: nothing is detected");
            assertHealth(
                    gateway,
                    Map.of("vision", WELL, "ingest", new Health(false, "no ffmpeg")),
                    503,
                    "degraded",
                    true,
                    "ingest: no ffmpeg");
        }
    }

    private static void assertHealth(
            RunningGateway gateway,
            Map<String, Service.Health> services,
            int code,
            String status,
            boolean loaded,
            String reason) {
        HttpResponse<String> response = gateway.withHealth(services).get("/health");
        JsonObject health = RunningGateway.json(response);
        assertThat(response.statusCode()).isEqualTo(code);
        assertThat(health.getString("status")).isEqualTo(status);
        assertThat(health.getBoolean("model_loaded")).isEqualTo(loaded);
        assertThat(health.getString("reason")).isEqualTo(reason);
    }

    @Test
    void probesAnswerWithTheirChecks(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            assertThat(RunningGateway.json(gateway.get("/health/live")).getString("status"))
                    .isEqualTo("UP");
            JsonObject ready = RunningGateway.json(gateway.get("/health/ready"));
            assertThat(ready.getString("status")).isEqualTo("UP");
            assertThat(ready.getJsonArray("checks").stream().map(check -> ((JsonObject) check).getString("id")))
                    .containsExactlyInAnyOrder("event-loops", "gateway", "store");
        }
    }

    @Test
    void metricsAreInTheFormatOfPrometheus(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            HttpResponse<String> metrics = gateway.get("/metrics");

            assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/plain; version=0.0.4");
            assertThat(metrics.body())
                    .contains("# TYPE mediamesh_gateway_viewers gauge", "mediamesh_gateway_connections 1.0");
        }
    }

    @Test
    void theClusterIsShown(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            JsonObject cluster = RunningGateway.json(gateway.get("/api/v1/cluster"));

            assertThat(cluster.getInteger("count")).isEqualTo(1);
            JsonObject member = cluster.getJsonArray("members").getJsonObject(0);
            assertThat(member.getString("name")).isEqualTo("test-node");
            assertThat(member.getString("version")).isEqualTo("1.2.3");
            assertThat(member.getJsonArray("topics"))
                    .isEqualTo(JsonArray.of("annotated", "hub", "intensity", "packets", "video"));
        }
    }

    @Test
    void theRootIsAPageForBrowsersAndJsonForOthers(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            JsonObject root = RunningGateway.json(gateway.get("/", "Accept", "*/*"));
            assertThat(root.getString("name")).isEqualTo("mediamesh");
            assertThat(root.getString("version")).isEqualTo("1.2.3");
            for (Map.Entry<String, Object> link : root.getJsonObject("links")) {
                assertThat(gateway.get(link.getValue().toString()).statusCode())
                        .as(link.getKey())
                        .isIn(200, 503);
            }

            HttpResponse<String> page = gateway.get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
            assertThat(page.body()).startsWith("<!doctype html>");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self' 'sha256-", "frame-ancestors 'none'")
                    .doesNotContain("unsafe-inline");
        }
    }

    @Test
    void thePageOfTheSoundOfAStreamIsAFileOfTheDashboard(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            HttpResponse<String> page = gateway.get("/sound/cam1");

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
            assertThat(page.body()).contains("<mm-sound>");
            assertThat(gateway.get("/sound/").statusCode()).isEqualTo(404);
            assertThat(gateway.send("POST", "/sound/cam1", "").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void librariesComeWithoutTheirVersionInTheAddressAndAreNotSentTwice(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            for (String path : List.of(
                    "/webjars/lit/index.js",
                    "/webjars/lit-html/lit-html.js",
                    "/webjars/lit-element/lit-element.js",
                    "/webjars/lit__reactive-element/reactive-element.js",
                    "/webjars/chart.js/dist/chart.js",
                    "/dashboard/app.js")) {
                HttpResponse<String> first = gateway.get(path);
                assertThat(first.statusCode()).as(path).isEqualTo(200);
                assertThat(first.headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
                String tag = first.headers().firstValue("ETag").orElseThrow();
                HttpResponse<String> second = gateway.get(path, "If-None-Match", tag);
                assertThat(second.statusCode()).isEqualTo(304);
                assertThat(second.body()).isEmpty();
            }
        }
    }

    @Test
    void theContractIsServedAsItWasWritten(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            HttpResponse<String> contract = gateway.get("/openapi.yaml");

            assertThat(contract.headers().firstValue("Content-Type")).contains("application/yaml");
            assertThat(contract.body()).startsWith("openapi: 3.1.0").contains("image/jpeg");
        }
    }

    @Test
    void listedOriginsGetCorsHeadersAndOthersAreRefused(@TempDir Path directory) {
        try (RunningGateway gateway =
                RunningGateway.start(directory, Map.of("gateway.cors.origins", "https://friend.example"))) {
            HttpResponse<String> preflight = gateway.send(
                    "OPTIONS",
                    "/api/v1/streams/cam1",
                    "",
                    "Origin",
                    "https://friend.example",
                    "Access-Control-Request-Method",
                    "PUT",
                    "Access-Control-Request-Headers",
                    "content-type");
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("https://friend.example");
            assertThat(preflight
                            .headers()
                            .firstValue("Access-Control-Allow-Methods")
                            .orElseThrow())
                    .contains("PUT");
            HttpResponse<String> refused = gateway.get("/api/v1/streams", "Origin", "https://evil.example");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(RunningGateway.json(refused).getString("code")).isEqualTo("forbidden");
            HttpResponse<String> own = gateway.get("/api/v1/streams", "Origin", "http://127.0.0.1:" + gateway.port());
            assertThat(own.statusCode()).as(own.body()).isEqualTo(200);
        }
    }

    @Test
    void withoutAListNoOriginGetsCorsHeaders(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of())) {
            assertThat(gateway.get("/api/v1/streams", "Origin", "https://friend.example")
                            .headers()
                            .firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void aNameThatOnlyResolvesToThisMachineIsNotServedUnlessListed(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of("gateway.http.hosts", "proxy.example"))) {
            assertThat(statusFor(gateway, "rebound.example")).startsWith("HTTP/1.1 403");
            assertThat(statusFor(gateway, "proxy.example")).startsWith("HTTP/1.1 200");
            assertThat(statusFor(gateway, "localhost")).startsWith("HTTP/1.1 200");
            assertThat(statusFor(gateway, "[::1]")).startsWith("HTTP/1.1 200");
        }
    }

    private static Socket connect(RunningGateway gateway) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    }

    private static String statusFor(RunningGateway gateway, String host) throws IOException {
        try (Socket socket = connect(gateway)) {
            return exchange(socket, "GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        }
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsNotHttpIsA400(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of());
                Socket socket = connect(gateway)) {
            assertThat(exchange(socket, "\u0000\u0001nonsense\r\n\r\n"))
                    .matches("(?s)HTTP/1\\.[01] 400 .*")
                    .contains("\"code\":\"invalid\"");
        }
    }

    @Test
    void connectionsBeyondTheLimitAreToldSoAndOthersKeepWorking(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of("gateway.max_connections", "3"))) {
            List<Socket> open = new ArrayList<>();
            for (int connection = 0; connection < 3; connection++) {
                open.add(connect(gateway));
            }
            Await.until("three connections", () -> gateway.meter("connections") == 3);
            try (Socket fourth = connect(gateway)) {
                assertThat(exchange(fourth, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                        .startsWith("HTTP/1.1 503")
                        .containsIgnoringCase("Retry-After")
                        .contains("\"code\":\"unavailable\"");
            }
            assertThat(exchange(
                            open.getFirst(),
                            "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
            for (Socket socket : open) {
                socket.close();
            }
            Await.until("all are gone", () -> gateway.meter("connections") == 0);
        }
    }

    @Test
    void aConnectionThatDribblesItsRequestIsClosed(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of("gateway.idle_timeout", "1s"));
                Socket head = connect(gateway);
                Socket body = connect(gateway)) {
            head.getOutputStream().write("GET /health HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            body.getOutputStream()
                    .write(("PUT /api/v1/streams/a HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(drips(head)).isPositive();
            assertThat(drips(body)).isPositive();
        }
    }

    @Tag("slow")
    @Test
    void aWebSocketOutlivesTheTimeAfterWhichIdleConnectionsAreClosed(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of("gateway.idle_timeout", "1s"))
                        .withStream("cam1");
                SocketClient watching = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video");
                SocketClient quiet = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/intensity")) {
            for (int times = 0; times < 3; times++) {
                try (Socket idle = connect(gateway)) {
                    assertThat(idle.getInputStream().read()).isNegative();
                }
            }
            int before = watching.binaries.size();
            Await.until("pictures go on", () -> watching.binaries.size() > before + 5);
            assertThat(watching.closed).isNotDone();
            assertThat(quiet.closed).isNotDone();
        }
    }

    /** Sends a byte now and then until the connection is closed by the server. */
    private static int drips(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        socket.setSoTimeout(100);
        for (int drips = 1; drips < 200; drips++) {
            try {
                socket.getOutputStream().write('a');
                if (input.read() < 0) {
                    return drips;
                }
            } catch (IOException fault) {
                if (!(fault instanceof SocketTimeoutException)) {
                    return drips;
                }
            }
        }
        return -1;
    }

    @Test
    void viewersCountAsConnectionsUntilTheyLeave(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of()).withStream("cam1")) {
            SocketClient client = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video");
            Await.until("a picture", () -> !client.binaries.isEmpty());
            assertThat(gateway.meter("connections")).isEqualTo(1);
            assertThat(gateway.meter("viewers")).isEqualTo(1);
            client.close();
            Await.until("it is gone", () -> gateway.meter("connections") == 0 && gateway.meter("viewers") == 0);
        }
    }
}
