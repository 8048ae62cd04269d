package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** One type of analysis on its way to one consumer: its buffer, and its rate where the consumer cannot keep up. */
final class AudioViewer extends Viewer implements ChannelFutureListener {
    private final String type;
    private final AudioConsumer consumer;
    private final AudioForm form;
    private final AudioFigures figures;
    private final AudioBuffers buffers;
    private final AdaptiveRate adaptive = new AdaptiveRate();

    /**
     * @param consumer who gets it
     * @param form how it is written
     * @param figures where the type is counted
     */
    AudioViewer(
            String type,
            AudioConsumer consumer,
            AudioForm form,
            ViewOptions options,
            ViewerCounters counters,
            AudioFigures figures,
            AudioBuffers buffers) {
        super(options, counters);
        this.type = type;
        this.consumer = consumer;
        this.form = form;
        this.figures = figures;
        this.buffers = buffers;
    }

    String type() {
        return type;
    }

    /** What it gets of the messages: 1 for all of them, 2 for every second. */
    int stride() {
        return adaptive.stride();
    }

    @Override
    BufferRule rule() {
        return buffers.rule(type);
    }

    /** A full buffer goes on taking items, because its strategy says which of them are of use. */
    @Override
    boolean hungry() {
        return !isClosed();
    }

    @Override
    void offer(Packet packet) {
        consumer.heard();
        if (adaptive.admits()) {
            super.offer(packet);
        } else {
            figures.thinned();
        }
    }

    @Override
    void missed(long count) {
        super.missed(count);
        adaptive.dropped();
        figures.dropped(count);
    }

    @Override
    void expired(int count) {
        figures.expired(count);
    }

    @Override
    void adapt(long nowNanos) {
        adaptive.judge(nowNanos).ifPresent(change -> consumer.line()
                .say(
                        "notice",
                        new JsonObject()
                                .put("type", "notice")
                                .put("data_type", type)
                                .put("stream", consumer.wish().stream().value())
                                .put("rate", change.rateHz())
                                .put("reason", change.reason())));
    }

    @Override
    void write(Packet packet, long dropped) {
        figures.sent();
        consumer.line().send(packet, form, dropped, this);
    }

    @Override
    public void operationComplete(ChannelFuture writing) {
        written(writing.isSuccess());
    }

    @Override
    void tell(Change change) {
        tellState(change.state().name().toLowerCase(Locale.ROOT), change.reason());
    }

    private void tellState(String state, String reason) {
        consumer.line()
                .say(
                        "state",
                        new JsonObject()
                                .put("type", "state")
                                .put("data_type", type)
                                .put("stream", consumer.wish().stream().value())
                                .put("state", state)
                                .put("reason", reason));
    }

    @Override
    void finish(String reason) {
        tellState("ended", reason);
        consumer.ended(this, reason);
    }

    /** All topics of a consumer are dismissed at once, by its line. */
    @Override
    void dismiss(String reason) {
        left();
    }

    @Override
    void fail(MeshException failure) {
        consumer.broke(failure);
    }

    @Override
    void cut() {
        consumer.cut();
    }

    @Override
    void beat(long nowNanos, long quietNanos) {
        consumer.line().beat(nowNanos, quietNanos);
    }
}
