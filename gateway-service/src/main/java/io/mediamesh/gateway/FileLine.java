package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** A consumer that is a file: one message a line. One line is being written at a time; the others wait in the buffers. */
final class FileLine extends AudioLine {
    private final RotatingFile file;
    private final VirtualThreads blocking;
    private final Consumer<Throwable> onFailure;
    private final Deque<Runnable> turns = new ArrayDeque<>();
    private boolean writing;
    private boolean over;

    /**
     * @param onFailure told once why nothing can be written any more
     */
    FileLine(RotatingFile file, VirtualThreads blocking, Consumer<Throwable> onFailure) {
        this.file = file;
        this.blocking = blocking;
        this.onFailure = onFailure;
    }

    @Override
    void send(Packet packet, AudioForm form, long dropped, AudioViewer sender) {
        sendText(packet.audio().message(form).json(dropped), sender::written);
    }

    @Override
    void sendText(byte[] json, Consumer<Boolean> done) {
        turns.addLast(() -> write(json, done));
        next();
    }

    /** At most one turn for each type of the consumer waits here. */
    private void next() {
        Runnable turn = writing || over ? null : turns.pollFirst();
        if (turn != null) {
            writing = true;
            turn.run();
        }
    }

    private void write(byte[] json, Consumer<Boolean> done) {
        blocking.call(() -> {
                    file.append(json);
                    return json;
                })
                .onComplete(written -> {
                    writing = false;
                    if (over) {
                        closeFile();
                    } else if (written.failed()) {
                        close();
                        onFailure.accept(written.cause());
                    }
                    done.accept(written.succeeded());
                    next();
                });
    }

    private void close() {
        if (!over) {
            over = true;
            turns.clear();
            if (!writing) {
                closeFile();
            }
        }
    }

    private void closeFile() {
        blocking.call(() -> {
            file.close();
            return file;
        });
    }

    @Override
    void say(String name, JsonObject message) {
        // States and notices are not analyses: the file has none of them.
    }

    @Override
    void refuse(MeshException failure) {
        close();
        onFailure.accept(failure);
    }

    @Override
    void finish(String reason) {
        close();
    }

    @Override
    void cut() {
        close();
        onFailure.accept(new IOException("the disk takes nothing"));
    }
}
