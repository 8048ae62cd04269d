package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** A viewer on an HTTP answer that never ends by itself: MJPEG or Server-Sent Events. */
final class ResponseViewer extends Viewer {
    private static final long HEARTBEAT_NANOS = 15_000_000_000L;
    private static final Buffer HEARTBEAT = Buffer.buffer(": alive\n\n");

    /** What the answer consists of. */
    enum Form {
        MJPEG,
        /** The JSON of a topic. */
        EVENTS,
        /** The intensity of a connection. */
        CONNECTION
    }

    private final Channel channel;
    private final HttpServerResponse response;
    private final Form form;
    private long beatNanos = System.nanoTime();

    /**
     * @param channel the connection of the answer
     */
    ResponseViewer(
            Channel channel, HttpServerResponse response, Form form, ViewOptions options, ViewerCounters counters) {
        super(options, counters);
        this.channel = channel;
        this.response = response;
        this.form = form;
        response.setChunked(true)
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .putHeader(
                        "Content-Type",
                        switch (form) {
                            case MJPEG -> "multipart/x-mixed-replace; boundary=" + Packet.BOUNDARY;
                            case EVENTS, CONNECTION -> "text/event-stream";
                        });
        response.closeHandler(closed -> left());
        response.exceptionHandler(broken -> left());
        response.writeHead();
    }

    @Override
    void write(Packet packet, long dropped) {
        Buffer bytes =
                switch (form) {
                    case MJPEG -> packet.mjpegPart();
                    case EVENTS -> event(packet, packet.json(dropped));
                    case CONNECTION -> event(packet, packet.connectionJson());
                };
        response.write(bytes).onComplete(result -> written(result.succeeded()));
    }

    @Override
    void tell(Change change) {
        if (form == Form.EVENTS) {
            event("state", state(change.state().name().toLowerCase(Locale.ROOT), change.reason()));
        }
    }

    @Override
    void finish(String reason) {
        switch (form) {
            case MJPEG -> Transport.expect(channel, response.end("--" + Packet.BOUNDARY + "--\r\n"));
            case EVENTS -> {
                event("state", state("ended", reason));
                Transport.expect(channel, response.end());
            }
            case CONNECTION -> {
                event("end", new JsonObject().put("reason", reason));
                Transport.expect(channel, response.end());
            }
        }
    }

    /** Without a word, which makes an EventSource connect again. */
    @Override
    void dismiss(String reason) {
        Transport.expect(channel, response.end());
    }

    @Override
    void fail(MeshException failure) {
        if (form != Form.MJPEG) {
            event("error", Failures.toJson(failure));
        }
        Transport.expect(channel, response.end());
    }

    @Override
    void cut() {
        Transport.cut(channel);
    }

    @Override
    void beat(long nowNanos, long quietNanos) {
        if (form != Form.MJPEG && quietNanos > HEARTBEAT_NANOS && nowNanos - beatNanos > HEARTBEAT_NANOS) {
            beatNanos = nowNanos;
            response.write(HEARTBEAT);
        }
    }

    private static Buffer event(Packet packet, String data) {
        return Buffer.buffer("id: " + packet.item().stamp().sequence() + "\ndata: " + data + "\n\n");
    }

    private void event(String name, JsonObject data) {
        response.write("event: " + name + "\ndata: " + data.encode() + "\n\n");
    }

    private static JsonObject state(String state, String reason) {
        return new JsonObject().put("type", "state").put("state", state).put("reason", reason);
    }
}
