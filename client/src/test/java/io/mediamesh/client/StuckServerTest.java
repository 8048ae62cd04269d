package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that opens WebSockets and never closes a connection; closing Vert.x shows that none is left at the client. */
class StuckServerTest {
    private static final Pattern KEY = Pattern.compile("(?i)Sec-WebSocket-Key: (\\S+)");
    /** RFC 6455, section 1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Vertx vertx = Vertx.vertx();
    private final Vertx serverVertx = Vertx.vertx();
    private final List<NetSocket> connections = new CopyOnWriteArrayList<>();
    private VideoClient client;

    @BeforeEach
    void start() {
        NetServer server = Await.result(serverVertx
                .createNetServer()
                .connectHandler(connection -> connection.handler(request -> {
                    Matcher key = KEY.matcher(request.toString());
                    if (key.find()) {
                        connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n\r\n");
                        connections.add(connection);
                    }
                }))
                .listen(0, "127.0.0.1"));
        client = VideoClient.create(vertx, URI.create("http://127.0.0.1:" + server.actualPort()));
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
        Await.result(serverVertx.close());
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    /** A close frame with this code, RFC 6455, section 5.5.1. */
    private void sayGoodbye(int code) {
        connections.forEach(connection -> connection.write(
                Buffer.buffer().appendByte((byte) 0x88).appendByte((byte) 2).appendUnsignedShort(code)));
    }

    @Test
    void theEndIsToldWhenTheServerSaysItAndNotWhenTheConnectionIsClosed() {
        Registration registration = Await.result(client.registerIntensityHandler("door", data -> {}));
        sayGoodbye(1000);

        Await.result(registration.ended());
        Await.result(client.shutdown());
    }

    @Test
    void aGoodbyeThatIsNotTheEndLeadsToAnotherSocket() {
        Await.result(client.registerIntensityHandler("door", data -> {}));
        sayGoodbye(1001);

        Await.until("a second socket", () -> connections.size() == 2);
    }

    @Test
    void shutdownDoesNotWaitForTheServer() {
        Registration registration = Await.result(client.registerIntensityHandler("door", data -> {}));

        Await.result(client.shutdown());

        assertThat(registration.ended().succeeded()).isTrue();
    }
}
