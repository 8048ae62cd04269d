package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mediamesh.testkit.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AudioTcpTest {
    /** The client of the audio API's document as it is, but for its port and that it stops. */
    private static final String SNIPPET = """
            import socket
            import json

            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            sock.connect(('localhost', PORT))

            for _ in range(40):
                # Read length prefix
                length_line = sock.recv(1024).decode().split('\\n')[0]
                length = int(length_line)

                # Read data
                data = sock.recv(length).decode()
                parsed_data = json.loads(data)
                print('Received:', parsed_data)
            """;

    private static Socket connect(RunningGateway gateway) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8_192);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.audioPort(AudioProtocolKind.TCP)));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void choose(Socket socket, String line) throws IOException {
        socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject read(Socket socket) throws IOException {
        DataInputStream input = new DataInputStream(socket.getInputStream());
        StringBuilder digits = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            assertThat(next).as("a digit of the length").isBetween((int) '0', (int) '9');
            digits.append((char) next);
        }
        byte[] json = new byte[Integer.parseInt(digits.toString())];
        input.readFully(json);
        return new JsonObject(Buffer.buffer(json));
    }

    private static void awaitRunning(RunningGateway gateway, String type) {
        Await.until(
                type + " is analysed", () -> !gateway.analysis(type).running().isEmpty());
    }

    @Test
    void aClientThatSaysNothingGetsTheUsualMessagesEachWithItsLengthBeforeIt(@TempDir Path directory)
            throws IOException {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                Socket socket = connect(gateway)) {
            awaitRunning(gateway, "scope");
            AudioTypes.USUAL.forEach(gateway::emit);
            List<String> types = new ArrayList<>();
            for (int message = 0; message < 7; message++) {
                types.add(read(socket).getJsonObject("metadata").getString("data_type"));
            }
            assertThat(types).containsExactlyInAnyOrderElementsOf(AudioTypes.USUAL);
        }
    }

    @Test
    void theClientOfTheDocumentReadsEveryMessage(@TempDir Path directory) throws IOException, InterruptedException {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(python.toFile().canExecute(), "needs python3");
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            Process client = new ProcessBuilder(
                            python.toString(),
                            "-u",
                            "-c",
                            SNIPPET.replace("PORT", String.valueOf(gateway.audioPort(AudioProtocolKind.TCP))))
                    .redirectErrorStream(true)
                    .start();
            awaitRunning(gateway, "scope");
            try (BufferedReader printed = client.inputReader(StandardCharsets.UTF_8)) {
                for (int round = 0; round < 20; round++) {
                    gateway.emit("levels");
                    gateway.emit("fft_spectrum");
                    assertThat(printed.readLine()).startsWith("Received: {'metadata': {'data_type': ");
                    assertThat(printed.readLine()).startsWith("Received: {'metadata': {'data_type': ");
                }
            }
            assertThat(client.waitFor()).isZero();
        }
    }

    @Test
    void aClientChoosesByALineOfJson(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of());
                Socket socket = connect(gateway)) {
            choose(socket, "{\"types\":[\"levels\"],\"stream\":\"cam1\",\"rate\":50}\n");
            awaitRunning(gateway, "levels");
            gateway.emit("levels");
            assertThat(read(socket).getJsonObject("metadata").getString("data_type"))
                    .isEqualTo("levels");
            assertThat(gateway.analysis("scope").starts()).isZero();

            choose(socket, "{\"types\":[\"scope\"]}\n");
            awaitRunning(gateway, "scope");
            gateway.emit("scope");
            assertThat(read(socket).getJsonObject("metadata").getString("data_type"))
                    .isEqualTo("scope");
        }
    }

    @Test
    void aLineThatIsTooLongOrWrongIsToldAndEndsTheConnection(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            for (String line : List.of(
                    "x".repeat(100_000),
                    "hello\n",
                    "{\"types\":[\"levls\"]}\n",
                    "{\"rate\":-1}\n",
                    "{\"stream\":\"unknown\"}\n")) {
                try (Socket socket = connect(gateway)) {
                    try {
                        choose(socket, line);
                    } catch (SocketException closedAlready) {
                        // The rest of a line that is too long is not read.
                    }
                    if (line.length() < 100) {
                        JsonObject told = read(socket);
                        assertThat(told.fieldNames()).as(line).containsExactly("error", "code", "field");
                        assertThat(socket.getInputStream().read()).isNegative();
                    } else {
                        assertThat(untilClosed(socket)).isLessThan(2_000);
                    }
                }
            }
            Await.until("nobody is left", () -> gateway.meter("audio.tcp.connections") == 0);
        }
    }

    private static long untilClosed(Socket socket) throws IOException {
        long bytes = 0;
        byte[] chunk = new byte[64 * 1024];
        try {
            for (int read = socket.getInputStream().read(chunk);
                    read >= 0;
                    read = socket.getInputStream().read(chunk)) {
                bytes += read;
            }
        } catch (SocketException reset) {
            return bytes;
        }
        return bytes;
    }

    @Tag("slow")
    @Test
    void aClientThatNeverReadsCostsABoundedNumberOfBytesAndIsCutOffWhileOthersGetEverything(@TempDir Path directory)
            throws IOException {
        try (RunningGateway gateway = RunningGateway.withSound(
                        directory, Map.of("gateway.stall_timeout", "3s", "audio.buffer.size", "4"));
                Socket stalled = connect(gateway);
                SocketClient reader = SocketClient.openAudio(gateway, "/?types=fft_spectrum")) {
            choose(stalled, "{\"types\":[\"fft_spectrum\"]}\n");
            Await.until("both are consumers", () -> gateway.meter("viewers") == 2);
            int messages = 0;
            double cut = 0;
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (cut == 0 && System.nanoTime() < deadline) {
                int before = reader.texts.size();
                gateway.emit("fft_spectrum");
                Await.until("the reader has it", () -> reader.texts.size() > before);
                messages++;
                cut = gateway.meter("viewers.stalled");
            }
            assertThat(cut).isEqualTo(1);
            assertThat(reader.texts).hasSize(messages);
            assertThat(messages * 30_000L).as("bytes that were to be had").isGreaterThan(3_000_000);
            assertThat(untilClosed(stalled)).isLessThan(1_500_000);
            Await.until("it is forgotten", () -> gateway.meter("viewers") == 1);
        }
    }
}
