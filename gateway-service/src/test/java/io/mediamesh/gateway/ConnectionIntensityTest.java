package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionIntensityTest {
    private static final String PATH = "/api/connections/mine/intensity";
    private static final CaptureTime CAPTURE = new CaptureTime(0, 1_763_700_000_123_456_789L);
    private static final String MESSAGE = "{\"timestamp\":1763700000.123456,\"current_intensity\":0.0,"
            + "\"current_normalized\":0.0,\"average_intensity\":64.0,\"average_normalized\":0.25098039215686274,"
            + "\"frame_count\":30,\"connection_id\":\"mine\"}";

    private RunningGateway gateway;
    private PeerMember peers;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, Map.of()).withStream("cam1");
        peers = PeerMember.of(gateway.mesh);
        gateway.postJson(
                "/offer",
                new JsonObject()
                        .put("sdp", PeerMember.OFFER)
                        .put("type", "offer")
                        .put("connection_id", "mine"));
    }

    @AfterEach
    void stop() {
        peers.close();
        gateway.close();
    }

    private void awaitHandlers(int count) {
        Await.until("the handlers are registered", () -> gateway.meter("viewers") == count);
    }

    private HttpResponse<InputStream> events() {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri(PATH))
                .header("Accept", "text/event-stream")
                .build();
        return gateway.send(request, BodyHandlers.ofInputStream());
    }

    @Test
    void aHandlerGetsTheSevenFieldsOfEveryFrameAndNothingElse() {
        try (SocketClient client = SocketClient.open(gateway, PATH)) {
            awaitHandlers(1);
            gateway.intensity.emitAt(CAPTURE);
            gateway.intensity.emit(40);
            Await.until("every frame", () -> client.texts.size() == 41);

            assertThat(client.rawTexts.getFirst()).isEqualTo(MESSAGE);
            for (int frame = 0; frame < 41; frame++) {
                assertThat(client.texts.get(frame).fieldNames()).hasSize(7);
                assertThat(client.texts.get(frame).getDouble("current_intensity"))
                        .isEqualTo(frame);
            }
            assertThat(client.binaries).isEmpty();
        }
    }

    @Test
    void aConnectionHasManyHandlersAndOneThatLeavesDoesNotDisturbTheOthers() {
        SocketClient one = SocketClient.open(gateway, PATH);
        try (SocketClient two = SocketClient.open(gateway, PATH)) {
            awaitHandlers(2);
            gateway.intensity.emit(1);
            Await.until("both have it", () -> one.texts.size() == 1 && two.texts.size() == 1);
            assertThat(gateway.intensity.starts()).isEqualTo(1);

            one.close();
            awaitHandlers(1);
            gateway.intensity.emit(1);
            Await.until("the other goes on", () -> two.texts.size() == 2);
            assertThat(one.texts).hasSize(1);
        }
        Await.until(
                "nobody analyses for nobody", () -> gateway.intensity.running().isEmpty());
    }

    @Test
    void theEndOfTheConnectionClosesTheSocketWithAReasonAndNoMessage() {
        try (SocketClient client = SocketClient.open(gateway, PATH)) {
            awaitHandlers(1);
            gateway.intensity.emit(1);
            Await.until("a message", () -> client.texts.size() == 1);
            gateway.send("DELETE", "/api/connections/mine", "");

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.closeReason).isNotBlank();
            assertThat(client.texts).hasSize(1);
        }
    }

    @Test
    void theSameComesAsServerSentEventsWithAnEventForTheEnd() throws IOException {
        HttpResponse<InputStream> response = events();
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        awaitHandlers(1);
        gateway.intensity.emitAt(CAPTURE);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("id: 0");
            assertThat(lines.readLine()).isEqualTo("data: " + MESSAGE);
            assertThat(lines.readLine()).isEmpty();
            gateway.send("DELETE", "/api/connections/mine", "");
            assertThat(lines.readLine()).isEqualTo("event: end");
            assertThat(new JsonObject(lines.readLine().replaceFirst("^data: ", "")).getString("reason"))
                    .isNotBlank();
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"unknown, 404", "cam1, 404", "a%2Fb, 400"})
    void whatIsNoConnectionIsToldBeforeTheUpgrade(String id, int status) {
        String path = "/api/connections/" + id + "/intensity";

        assertThat(SocketClient.refusal(gateway, path)).isEqualTo(status);
        assertThat(gateway.get(path, "Accept", "text/event-stream").statusCode())
                .isEqualTo(status);
    }

    @Test
    void aPageOfAForeignOriginMayNotRegister() {
        assertThat(SocketClient.refusal(gateway, PATH, "Origin", "https://evil.example"))
                .isEqualTo(403);
    }

    @Test
    void plainHttpIsA406() {
        HttpResponse<String> response = gateway.get(PATH);

        assertThat(response.statusCode()).isEqualTo(406);
        assertThat(RunningGateway.json(response).getString("code")).isEqualTo("not_acceptable");
        assertThat(RunningGateway.json(response).getString("field")).isEqualTo("Accept");
    }
}
