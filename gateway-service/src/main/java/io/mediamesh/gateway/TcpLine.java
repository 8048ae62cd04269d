package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A consumer on a TCP connection: each message is its length in ASCII digits, a line feed, and as many bytes of JSON. */
final class TcpLine extends AudioLine {
    private final NetSocketInternal socket;
    private final ChannelHandlerContext connection;
    private boolean padded = true;
    private boolean over;

    TcpLine(NetSocketInternal socket) {
        this.socket = socket;
        this.connection = socket.channelHandlerContext();
    }

    /** The client has said what it wants, so it reads lines of any length. */
    void plainLengths() {
        padded = false;
    }

    @Override
    void send(Packet packet, AudioForm form, long dropped, AudioViewer sender) {
        connection
                .writeAndFlush(
                        form == AudioForm.FULL
                                ? packet.audio().lengthAndJson(padded, dropped)
                                : AudioForms.lengthAndJsonOf(
                                        packet.audio().message(form).json(), padded))
                .addListener((ChannelFutureListener) sender);
    }

    @Override
    void sendText(byte[] json, Consumer<Boolean> done) {
        connection.writeAndFlush(AudioForms.lengthAndJsonOf(json, padded)).addListener((ChannelFutureListener)
                written -> done.accept(written.isSuccess()));
    }

    @Override
    void say(String name, JsonObject message) {
        if (!over && !socket.writeQueueFull()) {
            connection.writeAndFlush(
                    AudioForms.lengthAndJsonOf(message.encode().getBytes(StandardCharsets.UTF_8), padded));
        }
    }

    @Override
    void refuse(MeshException failure) {
        say("error", Failures.toJson(failure));
        finish("");
    }

    @Override
    void finish(String reason) {
        if (!over) {
            over = true;
            Transport.expect(connection.channel(), socket.end());
        }
    }

    @Override
    void cut() {
        Transport.cut(connection.channel());
    }
}
