package io.mediamesh.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;

/** A consumer's hold on a type of analysis. Safe to use from any thread. */
public final class AudioRegistration {
    private final AudioType type;
    private final AudioConsumer consumer;
    private final Function<AudioRegistration, Future<Void>> closing;
    private final Promise<Void> opened = Promise.promise();
    private final Promise<Void> ended = Promise.promise();

    AudioRegistration(AudioType type, AudioConsumer consumer, Function<AudioRegistration, Future<Void>> closing) {
        this.type = type;
        this.consumer = consumer;
        this.closing = closing;
    }

    /** What the consumer gets. */
    public AudioType type() {
        return type;
    }

    /** Who gets it. */
    public AudioConsumer consumer() {
        return consumer;
    }

    /**
     * Completes when the consumer will not get anything any more because it was taken away or the client was shut down.
     * Fails with a {@link MediameshException} where the server refuses, for example because it has no such type.
     */
    public Future<Void> ended() {
        return ended.future();
    }

    /** Takes the consumer off this type; once the future has completed it gets nothing more. Safe to call twice. */
    public Future<Void> close() {
        return closing.apply(this);
    }

    /** Completes once the connection is there, and fails where that can't be. */
    Future<Void> opened() {
        return opened.future();
    }

    boolean isWaiting() {
        return !opened.future().isComplete();
    }

    void open() {
        opened.tryComplete();
    }

    void end() {
        ended.tryComplete();
        opened.tryComplete();
    }

    void fail(Throwable failure) {
        ended.tryFail(failure);
        opened.tryFail(failure);
    }
}
