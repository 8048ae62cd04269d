package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowViewerTest {
    private static final int JPEG_BYTES = 100_000;
    private static final int STALLED = 5;
    private static final Pattern HEADER =
            Pattern.compile("\\{\"sequence\":(\\d+),\"timestamp\":[^}]*?(?:\"dropped\":(\\d+))?\\}");
    private static final String HANDSHAKE = """
            GET %s HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """;

    private static final String MJPEG_REQUEST = """
            GET /api/v1/streams/cam1/video.mjpeg HTTP/1.1\r
            Host: 127.0.0.1\r
            \r
            """;

    private static final String SOCKET_REQUEST = HANDSHAKE.formatted("/api/v1/streams/cam1/topics/video");

    /** A client that asks, with a small receive buffer, and then reads nothing. */
    private static Socket stalled(RunningGateway gateway, String request) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Sends so many frames, each after the reader has the one before. */
    private static void emit(RunningGateway gateway, SocketClient reader, int frames) {
        for (int frame = 0; frame < frames; frame++) {
            int before = reader.binaries.size();
            gateway.camera.emit(1);
            Await.until("the reader has the frame", () -> reader.binaries.size() > before);
        }
    }

    private static long bytesUntilClosed(Socket socket) throws IOException {
        long total = 0;
        byte[] chunk = new byte[64 * 1024];
        try (socket) {
            InputStream input = socket.getInputStream();
            for (int read = input.read(chunk); read >= 0; read = input.read(chunk)) {
                total += read;
            }
        } catch (SocketException reset) {
            return total;
        }
        return total;
    }

    @Test
    @Tag("slow")
    void aViewerThatNeverReadsGetsABoundedNumberOfBytesAndIsCutOffWhileOthersGetEveryFrame(@TempDir Path directory)
            throws IOException {
        try (RunningGateway gateway = RunningGateway.withoutService(vertx -> SyntheticSource.manual(
                                vertx,
                                index -> VideoFrame.of(new Jpeg(640, 480, Bytes.takeOver(new byte[JPEG_BYTES])))))
                        .serve(directory, Map.of("gateway.stall_timeout", "3s"))
                        .withStream("cam1");
                SocketClient reader = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video")) {
            List<Socket> stalled = new ArrayList<>();
            for (int viewer = 0; viewer < STALLED; viewer++) {
                stalled.add(stalled(gateway, viewer % 2 == 0 ? SOCKET_REQUEST : MJPEG_REQUEST));
            }
            Await.until("all are viewers", () -> gateway.meter("viewers") == STALLED + 1);

            emit(gateway, reader, 40);
            double sent = gateway.meter("items.sent");
            emit(gateway, reader, 40);

            assertThat(gateway.meter("items.sent") - sent)
                    .as("frames sent once the stalled viewers had their fill")
                    .isEqualTo(40);
            assertThat(reader.texts).allSatisfy(header -> assertThat(header.containsKey("dropped"))
                    .isFalse());
            Await.until("the stalled viewers are cut off", () -> gateway.meter("viewers.stalled") == STALLED);
            assertThat(gateway.meter("viewers")).isEqualTo(1);
            Await.until("nothing is kept open for them", () -> gateway.meter("connections") == 1);
            for (Socket socket : stalled) {
                assertThat(bytesUntilClosed(socket)).isLessThan(8 * JPEG_BYTES);
            }
            emit(gateway, reader, 5);
        }
    }

    @Test
    @Tag("slow")
    void theEndOfAStreamDoesNotLeaveConnectionsOfViewersThatNeverRead(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withoutService(vertx -> SyntheticSource.manual(
                                vertx,
                                index -> VideoFrame.of(new Jpeg(640, 480, Bytes.takeOver(new byte[JPEG_BYTES])))))
                        .serve(directory, Map.of("gateway.stall_timeout", "1h"))
                        .withStream("cam1");
                SocketClient reader = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video");
                Socket socket = stalled(gateway, SOCKET_REQUEST);
                Socket mjpeg = stalled(gateway, MJPEG_REQUEST)) {
            Await.until("all are viewers", () -> gateway.meter("viewers") == 3);
            emit(gateway, reader, 40);

            assertThat(gateway.send("DELETE", "/api/v1/streams/cam1", "").statusCode())
                    .isEqualTo(204);

            assertThat(reader.closeCode()).isEqualTo(1000);
            Await.until(
                    "nobody's connection is left but that of the request",
                    Duration.ofSeconds(20),
                    () -> gateway.meter("connections") <= 1);
            assertThat(bytesUntilClosed(socket)).isLessThan(8 * JPEG_BYTES);
            assertThat(bytesUntilClosed(mjpeg)).isLessThan(8 * JPEG_BYTES);
        }
    }

    @Test
    void aViewerThatPausesLearnsHowMuchItMissed(@TempDir Path directory) throws IOException {
        try (RunningGateway gateway = RunningGateway.withoutService(vertx -> SyntheticSource.manual(
                                vertx,
                                index -> VideoFrame.of(new Jpeg(640, 480, Bytes.takeOver(new byte[JPEG_BYTES])))))
                        .serve(directory, Map.of())
                        .withStream("cam1");
                SocketClient reader = SocketClient.open(gateway, "/api/v1/streams/cam1/topics/video");
                Socket pausing = stalled(gateway, SOCKET_REQUEST)) {
            Await.until("both are viewers", () -> gateway.meter("viewers") == 2);
            emit(gateway, reader, 40);

            byte[] everything = new byte[2_000_000];
            int filled = 0;
            InputStream input = pausing.getInputStream();
            String text = "";
            while (!text.contains("\"dropped\":")) {
                gateway.camera.emit(1);
                filled += input.read(everything, filled, everything.length - filled);
                text = new String(everything, 0, filled, StandardCharsets.ISO_8859_1);
            }
            Matcher headers = HEADER.matcher(text);
            long previous = -1;
            long dropped = 0;
            while (headers.find()) {
                long sequence = Long.parseLong(headers.group(1));
                dropped = headers.group(2) == null ? 0 : Long.parseLong(headers.group(2));
                assertThat(dropped)
                        .as("what is missing before frame %s", sequence)
                        .isEqualTo(sequence - previous - 1);
                previous = sequence;
            }
            assertThat(dropped).isGreaterThan(20);
        }
    }
}
