package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioReceiversTest {
    private static final String PATH = "/api/v1/audio/receivers";

    private static DatagramSocket receiver() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static JsonObject receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return new JsonObject(Buffer.buffer(Arrays.copyOf(packet.getData(), packet.getLength())))
                .put("from", packet.getPort());
    }

    private static void awaitRunning(RunningGateway gateway, String type) {
        Await.until(
                type + " is analysed", () -> !gateway.analysis(type).running().isEmpty());
    }

    private static JsonObject wish(DatagramSocket socket, String... types) {
        return new JsonObject()
                .put("host", "localhost")
                .put("port", socket.getLocalPort())
                .put("types", new JsonArray(Arrays.asList(types)));
    }

    @Test
    void aReceiverGetsOneJsonADatagramUntilItIsRemoved(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                DatagramSocket socket = receiver()) {
            HttpResponse<String> added = gateway.postJson(PATH, wish(socket, "levels"));
            assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
            String id = RunningGateway.json(added).getString("id");
            assertThat(added.headers().firstValue("Location")).contains(PATH + "/" + id);
            assertThat(RunningGateway.json(added).getDouble("lease_seconds")).isBetween(20.0, 30.0);
            awaitRunning(gateway, "levels");

            gateway.emit("levels");

            JsonObject datagram = receive(socket);
            assertThat(datagram.getJsonObject("metadata").getString("data_type"))
                    .isEqualTo("levels");
            assertThat(datagram.getInteger("from")).isEqualTo(gateway.audioPort(AudioProtocolKind.UDP));
            assertThat(gateway.postJson(PATH, wish(socket, "levels")).statusCode())
                    .as("again renews")
                    .isEqualTo(200);
            assertThat(RunningGateway.json(gateway.get(PATH)).getInteger("count"))
                    .isEqualTo(1);
            assertThat(gateway.send("DELETE", PATH + "/" + id, "").statusCode()).isEqualTo(204);
            Await.until(
                    "nobody analyses any more", () -> gateway.analysis("levels").stops() == 1);
            assertThat(gateway.send("DELETE", PATH + "/" + id, "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aMessageThatIsTooLargeComesWithFewerNumbersAndSaysSo(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.analysing((type, index) -> Analyses.spectrum(16_385))
                        .serve(directory, RunningGateway.withAudioPorts(Map.of()))
                        .withStream("cam1");
                DatagramSocket socket = receiver()) {
            assertThat(gateway.postJson(PATH, wish(socket, "fft_spectrum")).statusCode())
                    .isEqualTo(201);
            awaitRunning(gateway, "fft_spectrum");
            gateway.emit("fft_spectrum");
            JsonObject datagram = receive(socket);
            assertThat(datagram.getJsonObject("metadata").getInteger("downsampled"))
                    .isGreaterThan(1);
            assertThat(datagram.getJsonObject("data").getJsonArray("magnitudes_linear"))
                    .hasSameSizeAs(datagram.getJsonObject("data").getJsonArray("frequencies"))
                    .contains(0.5);
        }
    }

    @Test
    void aLeaseThatIsNotRenewedEnds(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                DatagramSocket socket = receiver()) {
            JsonObject wish = wish(socket, "levels").put("lease_seconds", 1);
            assertThat(gateway.postJson(PATH, wish).statusCode()).isEqualTo(201);
            awaitRunning(gateway, "levels");
            Await.until(
                    "nobody analyses any more", () -> gateway.analysis("levels").stops() == 1);
            assertThat(RunningGateway.json(gateway.get(PATH)).getInteger("count"))
                    .isZero();
        }
    }

    @Test
    void whatStrangersSendIsIgnoredAndCounted(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                DatagramSocket stranger = receiver()) {
            byte[] hello = "{\"types\":[\"levels\"]}".getBytes(StandardCharsets.US_ASCII);
            stranger.send(new DatagramPacket(
                    hello, hello.length, InetAddress.getLoopbackAddress(), gateway.audioPort(AudioProtocolKind.UDP)));
            Await.until("it is counted", () -> gateway.meter("audio.datagrams.ignored") == 1);
            assertThat(RunningGateway.json(gateway.get(PATH)).getInteger("count"))
                    .isZero();
            assertThat(gateway.analysis("levels").starts()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"host\":\"192.0.2.1\",\"port\":9000} | 403 | host",
                "{\"host\":\"0.0.0.0\",\"port\":9000} | 400 | host",
                "{\"host\":\"239.1.2.3\",\"port\":9000} | 400 | host",
                "{\"host\":\"127.0.0.1\",\"port\":0} | 400 | port",
                "{\"host\":\"127.0.0.1\"} | 400 | port",
                "{\"host\":\"127.0.0.1\",\"port\":9000,\"types\":[\"levls\"]} | 400 | types",
                "{\"host\":\"127.0.0.1\",\"port\":9000,\"rate\":-1} | 400 | rate",
                "{\"host\":\"127.0.0.1\",\"port\":9000,\"rate\":1000000000} | 400 | rate",
                "{\"host\":\"127.0.0.1\",\"port\":9000,\"stream\":\"unknown\"} | 404 | stream",
                "{\"host\":\"127.0.0.1\",\"port\":9000,\"lease_seconds\":100000} | 400 | lease_seconds",
            })
    void aReceiverThatIsNotPossibleIsRefused(String body, int status, String field, @TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            HttpResponse<String> response = gateway.postJson(PATH, new JsonObject(body));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(RunningGateway.json(response).getString("field")).isEqualTo(field);
            assertThat(RunningGateway.json(gateway.get(PATH)).getInteger("count"))
                    .isZero();
        }
    }
}
