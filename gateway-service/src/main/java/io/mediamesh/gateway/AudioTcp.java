package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes TCP connections of consumers of analyses of sound. A client may write a line of JSON that says what it wants;
 * one that writes nothing gets what is usual a moment after it came.
 */
final class AudioTcp implements Handler<NetSocket> {
    /** So long a client has to say what it wants before it gets something else. */
    private static final long PATIENCE_MILLIS = 200;

    private final Vertx vertx;
    private final AudioConsumers consumers;
    private final int max;
    private final AtomicInteger connections;

    /**
     * @param connections counts those that are open
     */
    AudioTcp(Vertx vertx, AudioConsumers consumers, int max, AtomicInteger connections) {
        this.vertx = vertx;
        this.consumers = consumers;
        this.max = max;
        this.connections = connections;
    }

    @Override
    public void handle(NetSocket socket) {
        TcpLine line = new TcpLine((NetSocketInternal) socket);
        if (connections.get() >= max) {
            line.refuse(new MeshException(
                    FailureCode.UNAVAILABLE,
                    "this server has all the connections it may have (" + SoundConfig.MAX_CONNECTIONS.key()
                            + "); try again in a moment"));
            return;
        }
        connections.incrementAndGet();
        AudioConsumer consumer = consumers.enter(AudioProtocolKind.TCP, line, consumers.usual(), false);
        Lines lines = new Lines(consumer, line);
        long timer = vertx.setTimer(PATIENCE_MILLIS, over -> lines.usual());
        socket.handler(lines);
        socket.exceptionHandler(broken -> consumer.leave());
        socket.closeHandler(closed -> {
            vertx.cancelTimer(timer);
            connections.decrementAndGet();
            consumer.leave();
        });
    }

    /** What a client writes. */
    private final class Lines implements Handler<Buffer> {
        private final AudioConsumer consumer;
        private final TcpLine line;
        private Buffer begun = Buffer.buffer();
        private boolean chosen;

        Lines(AudioConsumer consumer, TcpLine line) {
            this.consumer = consumer;
            this.line = line;
        }

        void usual() {
            if (!chosen) {
                chosen = true;
                follow(consumers.usual());
            }
        }

        @Override
        public void handle(Buffer bytes) {
            for (int at = 0; at < bytes.length() && !consumer.isClosed(); at++) {
                if (bytes.getByte(at) == '\n') {
                    Buffer whole = begun;
                    begun = Buffer.buffer();
                    command(whole);
                } else if (begun.length() < AudioStreamApi.MOST_COMMAND_BYTES) {
                    begun.appendByte(bytes.getByte(at));
                } else {
                    consumer.broke(MeshException.invalid(
                            "message",
                            "a line has at most " + AudioStreamApi.MOST_COMMAND_BYTES
                                    + " bytes and is JSON such as {\"types\":[\"levels\"],\"rate\":10}"));
                }
            }
        }

        private void command(Buffer text) {
            chosen = true;
            line.plainLengths();
            try {
                follow(AudioStreamApi.parsed(consumer, text.getBytes(), consumers.types()));
            } catch (MeshException invalid) {
                consumer.broke(invalid);
            }
        }

        private void follow(AudioWish wish) {
            consumer.follow(wish).onFailure(failure -> {
                if (!consumer.isClosed()) {
                    consumer.broke(Failures.asMeshException(failure, 500));
                }
            });
        }
    }
}
