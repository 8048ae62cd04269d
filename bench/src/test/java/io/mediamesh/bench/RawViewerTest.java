package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The raw client beside a WebSocket server that is not ours: Vert.x's. */
class RawViewerTest {
    private static final int RECEIVE_BUFFER_BYTES = 4096;

    private final Vertx vertx = Vertx.vertx();
    private HttpServer server = vertx.createHttpServer();

    @BeforeEach
    void listen() {
        server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                .webSocketHandler(RawViewerTest::sendPictures)
                .requestHandler(request -> request.response().setStatusCode(404).end());
        server.listen(0).await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    /** Frames with each of the three forms of the length, and a ping between them. */
    private static void sendPictures(ServerWebSocket socket) {
        socket.writeTextMessage("{\"sequence\":0,\"timestamp\":12.5}");
        socket.writeBinaryMessage(Buffer.buffer(new byte[100]));
        socket.writePing(Buffer.buffer("still there?"));
        socket.writeTextMessage("{\"sequence\":1,\"timestamp\":13.0}");
        socket.writeBinaryMessage(Buffer.buffer(new byte[40_000]));
        socket.writeTextMessage("{\"sequence\":2,\"timestamp\":13.5}");
        socket.writeFinalBinaryFrame(Buffer.buffer(new byte[65_536]));
        socket.close();
    }

    @Test
    void picturesComeWithTheirCaptureTimeAndAllTheirBytes() throws IOException {
        try (RawViewer viewer = RawViewer.open(server.actualPort(), "/", RECEIVE_BUFFER_BYTES)) {
            // A text message of 31 bytes with 2 of framing, then 100 with 2.
            assertThat(viewer.next()).contains(new RawViewer.Picture(12.5, 33 + 102));
            // The ping has 12 bytes and 2 of framing; 40,000 bytes take 4 of framing and 65,536 take 10.
            assertThat(viewer.next()).contains(new RawViewer.Picture(13.0, 14 + 33 + 40_004));
            assertThat(viewer.next()).contains(new RawViewer.Picture(13.5, 33 + 65_546));
            assertThat(viewer.next()).isEmpty();
        }
    }

    @Test
    void aRefusedHandshakeSaysWhatTheServerAnswered() {
        server.close().await();
        server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                .requestHandler(request -> request.response().setStatusCode(404).end());
        server.listen(0).await();

        assertThatThrownBy(() -> RawViewer.open(server.actualPort(), "/", RECEIVE_BUFFER_BYTES))
                .hasMessageContaining("404");
    }
}
