package io.mediamesh.ingest.livekit;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mediamesh.mesh.LiveKitAccess;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import livekit.LivekitRtc;
import livekit.LivekitRtc.SignalRequest;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which a server and we talk about a room: protocol buffers over a WebSocket, as LiveKit's protocol 16
 * has it. Any thread; what is heard is told on an event loop.
 */
final class Signalling {
    private static final int PROTOCOL = 16;

    private final WebSocketClient client;
    private final Consumer<Word> heard;

    // Guarded by this.
    private int connection;
    private @Nullable WebSocket socket;

    Signalling(WebSocketClient client, Consumer<Word> heard) {
        this.client = client;
        this.heard = heard;
    }

    /**
     * Begins to connect; what comes of it is told with the number of the connection.
     *
     * @param resumedSid the participant that we were; empty to become a new one
     */
    void connect(
            LiveKitAccess.Server server,
            InetAddress address,
            String token,
            Optional<String> resumedSid,
            Duration timeout) {
        int mine = close();
        String uri = "/rtc?access_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)
                + "&auto_subscribe=0&sdk=other&version=1&protocol=" + PROTOCOL
                + resumedSid.map(sid -> "&reconnect=1&sid=" + sid).orElse("");
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setServer(SocketAddress.inetSocketAddress(server.port(), address.getHostAddress()))
                .setHost(server.host())
                .setPort(server.port())
                .setSsl(server.isTls())
                .setTimeout(timeout.toMillis())
                .setURI(uri);
        options.setConnectTimeout(timeout.toMillis());
        client.connect(options)
                .onSuccess(fresh -> opened(mine, fresh))
                .onFailure(failure -> heard.accept(new Word.NotOpened(mine, failure)));
    }

    private synchronized void opened(int mine, WebSocket fresh) {
        if (isPresent(mine)) {
            socket = fresh;
            listen(mine, fresh);
        } else {
            fresh.close();
        }
    }

    private void listen(int mine, WebSocket fresh) {
        fresh.textMessageHandler(text -> heard.accept(new Word.Closed(mine, "it sends text", true)));
        fresh.binaryMessageHandler(bytes -> heard.accept(parsed(mine, bytes)));
        fresh.exceptionHandler(broken -> heard.accept(new Word.Closed(mine, "the connection broke", false)));
        fresh.closeHandler(over -> heard.accept(new Word.Closed(mine, "the connection was closed", false)));
    }

    private static Word parsed(int mine, Buffer bytes) {
        try {
            return new Word.Said(mine, LivekitRtc.SignalResponse.parseFrom(bytes.getBytes()));
        } catch (InvalidProtocolBufferException nonsense) {
            return new Word.Closed(mine, "it sends what is no message", true);
        }
    }

    /** Whether word is of the present connection. */
    synchronized boolean isPresent(int number) {
        return number == connection;
    }

    /** Says something, where there is a connection. */
    synchronized void say(SignalRequest.Builder request) {
        if (socket != null && !socket.isClosed()) {
            socket.writeBinaryMessage(Buffer.buffer(request.build().toByteArray()));
        }
    }

    /** Closes the connection, of which nothing more is heard; returns the number of the next one. */
    synchronized int close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
        return ++connection;
    }
}
