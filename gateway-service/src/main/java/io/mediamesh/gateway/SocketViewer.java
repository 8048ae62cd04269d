package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;

/** A viewer on a WebSocket. Its messages go out laid out as frames, the same bytes for every viewer. */
final class SocketViewer extends Viewer implements ChannelFutureListener {
    private static final String BROADCAST_OVER = "stream has ended";

    private final FramedSocket frames;
    private final ServerWebSocket socket;
    private final SocketForm form;
    private Optional<Viewer> companion = Optional.empty();

    SocketViewer(FramedSocket frames, SocketForm form, ViewOptions options, ViewerCounters counters) {
        super(options, counters);
        this.frames = frames;
        this.socket = frames.socket();
        this.form = form;
        socket.closeHandler(closed -> gone());
        socket.exceptionHandler(broken -> gone());
        // Viewers have nothing to say: what they send is read and dropped, so that closing and pongs are seen.
        socket.handler(unused -> frames.heardFrom());
    }

    /** The other viewer leaves with this one. */
    void accompaniedBy(Viewer other) {
        companion = Optional.of(other);
    }

    private void gone() {
        left();
        companion.ifPresent(Viewer::left);
    }

    @Override
    void write(Packet packet, long dropped) {
        ByteBuf bytes =
                switch (form) {
                    case TOPIC -> packet.messages(dropped);
                    case CAMERA -> packet.cameraMessage();
                    case CONNECTION -> packet.connectionMessage();
                    case LIVE -> packet.liveMessage();
                    case HUB -> packet.hubMessage();
                };
        frames.writeFrame(bytes).addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture writing) {
        written(writing.isSuccess());
    }

    @Override
    void tell(Change change) {
        switch (form) {
            case TOPIC ->
                socket.writeTextMessage(state(change.state().name().toLowerCase(Locale.ROOT), change.reason()));
            case CAMERA -> tellOfCamera(change);
            case CONNECTION, LIVE, HUB -> {
                // Their clients take every message for an intensity, sound or a frame.
            }
        }
    }

    /** Clients know frames and errors and pass over other types. */
    private void tellOfCamera(Change change) {
        switch (change.state()) {
            case LOST ->
                socket.writeTextMessage(FramedSocket.errorText(
                        "the camera " + change.stream() + " gives no pictures: " + change.reason()));
            case LIVE ->
                socket.writeTextMessage(new JsonObject()
                        .put("type", "status")
                        .put("state", "live")
                        .put("message", "the camera " + change.stream() + " gives pictures again")
                        .encode());
            case WAITING, ENDED -> {
                // Nothing is known yet, or finish tells.
            }
        }
    }

    @Override
    void finish(String reason) {
        switch (form) {
            case TOPIC -> socket.writeTextMessage(state("ended", reason));
            case CAMERA -> socket.writeTextMessage(FramedSocket.errorText("the stream has ended: " + reason));
            case HUB -> socket.writeTextMessage(BROADCAST_OVER);
            case CONNECTION, LIVE -> {
                // Their clients take every message for an intensity, or for sound.
            }
        }
        frames.close(CloseStatus.NORMAL, reason);
    }

    @Override
    void dismiss(String reason) {
        frames.close(CloseStatus.GOING_AWAY, reason);
    }

    @Override
    void fail(MeshException failure) {
        if (form != SocketForm.CONNECTION) {
            socket.writeTextMessage(FramedSocket.errorText(String.valueOf(failure.getMessage())));
        }
        frames.close(status(failure), String.valueOf(failure.getMessage()));
    }

    @Override
    void cut() {
        frames.cut();
    }

    @Override
    void beat(long nowNanos, long quietNanos) {
        if (!frames.isThereAt(nowNanos)) {
            cut();
            left();
        }
    }

    /** Tells a client whose connection was accepted why it gets nothing, and closes. */
    static Future<Void> refuse(ServerWebSocket socket, MeshException failure) {
        socket.writeTextMessage(FramedSocket.errorText(String.valueOf(failure.getMessage())));
        return socket.close(status(failure), FramedSocket.fitting(String.valueOf(failure.getMessage())));
    }

    private static short status(MeshException failure) {
        return failure.code().httpStatus() < 500 ? CloseStatus.POLICY_VIOLATION : CloseStatus.GOING_AWAY;
    }

    private static String state(String state, String reason) {
        return new JsonObject()
                .put("type", "state")
                .put("state", state)
                .put("reason", reason)
                .encode();
    }
}
