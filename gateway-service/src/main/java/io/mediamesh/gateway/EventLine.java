package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Consumer;

/** A consumer of Server-Sent Events. */
final class EventLine extends AudioLine {
    private static final long HEARTBEAT_NANOS = 15_000_000_000L;

    private final Channel channel;
    private final HttpServerResponse response;
    private final Optional<GzipStream> gzip;
    private long beatNanos = System.nanoTime();

    /**
     * Begins the answer.
     *
     * @param channel the connection of the answer
     */
    EventLine(Channel channel, HttpServerResponse response, boolean compressed) {
        this.channel = channel;
        this.response = response;
        this.gzip = compressed ? Optional.of(new GzipStream()) : Optional.empty();
        response.setChunked(true)
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .putHeader("Content-Type", "text/event-stream");
        if (compressed) {
            response.putHeader("Content-Encoding", "gzip").putHeader("Vary", "Accept-Encoding");
        }
        response.writeHead();
    }

    @Override
    void send(Packet packet, AudioForm form, long dropped, AudioViewer sender) {
        response.write(coded(packet.audio().event(form, dropped)))
                .onComplete(written -> sender.written(written.succeeded()));
    }

    @Override
    void sendText(byte[] json, Consumer<Boolean> done) {
        response.write(coded(AudioForms.eventOf(json))).onComplete(written -> done.accept(written.succeeded()));
    }

    @Override
    void say(String name, JsonObject message) {
        if (!response.ended() && !response.closed() && !response.writeQueueFull()) {
            response.write(coded(Buffer.buffer("event: " + name + "\ndata: " + message.encode() + "\n\n")));
        }
    }

    @Override
    void refuse(MeshException failure) {
        say("error", Failures.toJson(failure));
        end();
    }

    @Override
    void finish(String reason) {
        end();
    }

    private void end() {
        if (!response.ended() && !response.closed()) {
            Transport.expect(
                    channel, gzip.map(stream -> response.end(stream.end())).orElseGet(response::end));
        }
    }

    /** The client is gone. */
    void gone() {
        gzip.ifPresent(GzipStream::end);
    }

    @Override
    void cut() {
        Transport.cut(channel);
    }

    @Override
    void beat(long nowNanos, long quietNanos) {
        if (quietNanos > HEARTBEAT_NANOS && nowNanos - beatNanos > HEARTBEAT_NANOS) {
            beatNanos = nowNanos;
            response.write(coded(Buffer.buffer(": alive\n\n")));
        }
    }

    private Buffer coded(Buffer event) {
        return gzip.map(stream -> stream.code(event)).orElse(event);
    }
}
