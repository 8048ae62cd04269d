package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowHubViewersTest {
    private static final int STALLED = 40;
    private static final int READING = 10;
    private static final String REQUEST = """
            GET /viewer HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """;

    private static Socket stalled(RunningGateway gateway) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    @Tag("slow")
    void viewersThatStandStillHoldNobodyUpAndAreCutOff(@TempDir Path directory) throws IOException {
        String frame = "QUJD".repeat(10_000);
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of("gateway.stall_timeout", "3s"));
                HubClient broadcaster = HubClient.open(gateway, "/broadcaster")) {
            List<Socket> stalled = new ArrayList<>();
            List<HubClient> reading = new ArrayList<>();
            for (int viewer = 0; viewer < STALLED; viewer++) {
                stalled.add(stalled(gateway));
            }
            for (int viewer = 0; viewer < READING; viewer++) {
                reading.add(HubClient.open(gateway, "/viewer?id=" + viewer));
            }
            Await.until("all are viewers", () -> gateway.hubMeter("viewers") == STALLED + READING);

            for (int sent = 1; sent <= 200; sent++) {
                broadcaster.sendFrame(frame);
                int count = sent;
                reading.forEach(viewer -> viewer.text(count));
            }
            Await.until(
                    "those who stand still are cut off",
                    () -> gateway.hubMeter("viewers.stalled") == STALLED && gateway.hubMeter("viewers") == READING);
            assertThat(gateway.hubMeter("items.dropped")).isGreaterThan(STALLED);
            broadcaster.finish();
            for (HubClient viewer : reading) {
                assertThat(viewer.closeCode()).isEqualTo(1000);
                assertThat(viewer.texts).hasSize(201).last().isEqualTo("stream has ended");
                viewer.close();
            }
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }
}
