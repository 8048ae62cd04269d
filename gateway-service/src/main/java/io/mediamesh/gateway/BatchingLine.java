package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects messages for a while and sends them as one JSON array. At most {@value #MOST_MESSAGES} are collected while the
 * batch before is being written; whoever comes then waits in its own buffer.
 */
final class BatchingLine extends AudioLine {
    private static final int MOST_MESSAGES = 256;

    private final Vertx vertx;
    private final AudioLine inner;
    private final int periodMillis;
    private final List<byte[]> batch = new ArrayList<>();
    private final List<AudioViewer> blocked = new ArrayList<>();
    private boolean writing;
    private boolean timing;
    private boolean due;

    BatchingLine(Vertx vertx, AudioLine inner, int periodMillis) {
        this.vertx = vertx;
        this.inner = inner;
        this.periodMillis = periodMillis;
    }

    /** The line, or one that collects. */
    static AudioLine of(Vertx vertx, AudioLine line, AudioWish wish) {
        return wish.batchMillis() == 0 ? line : new BatchingLine(vertx, line, wish.batchMillis());
    }

    @Override
    void send(Packet packet, AudioForm form, long dropped, AudioViewer sender) {
        batch.add(packet.audio().message(form).json(dropped));
        if (!timing && !due) {
            timing = true;
            vertx.setTimer(periodMillis, over -> {
                timing = false;
                due = true;
                flush();
            });
        }
        if (batch.size() < MOST_MESSAGES) {
            sender.written(true);
        } else {
            blocked.add(sender);
            due = true;
            flush();
        }
    }

    private void flush() {
        if (!due || writing) {
            return;
        }
        due = false;
        if (batch.isEmpty()) {
            return;
        }
        writing = true;
        byte[] text = array();
        batch.clear();
        inner.sendText(text, this::flushed);
    }

    private void flushed(boolean succeeded) {
        writing = false;
        List<AudioViewer> waiting = List.copyOf(blocked);
        blocked.clear();
        waiting.forEach(viewer -> viewer.written(succeeded));
        if (succeeded) {
            flush();
        }
    }

    private byte[] array() {
        ByteArrayOutputStream text = new ByteArrayOutputStream(
                batch.stream().mapToInt(message -> message.length + 1).sum() + 1);
        char before = '[';
        for (byte[] message : batch) {
            text.write(before);
            text.writeBytes(message);
            before = ',';
        }
        text.write(']');
        return text.toByteArray();
    }

    @Override
    void sendText(byte[] json, Consumer<Boolean> done) {
        inner.sendText(json, done);
    }

    @Override
    void say(String name, JsonObject message) {
        inner.say(name, message);
    }

    @Override
    void refuse(MeshException failure) {
        inner.refuse(failure);
    }

    @Override
    void finish(String reason) {
        inner.finish(reason);
    }

    @Override
    void dismiss(String reason) {
        inner.dismiss(reason);
    }

    @Override
    void cut() {
        inner.cut();
    }

    @Override
    void beat(long nowNanos, long quietNanos) {
        inner.beat(nowNanos, quietNanos);
    }
}
