package io.mediamesh.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handler's hold on the intensity of a connection. Safe to use from any thread. */
public final class Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final String connectionId;
    private final Consumer<IntensityData> handler;
    private final Function<Registration, Future<Void>> closing;
    private final FaultLog faults;
    private final Promise<Void> ended = Promise.promise();

    /**
     * @param closing takes the registration off its feed
     */
    Registration(String connectionId, Consumer<IntensityData> handler, Function<Registration, Future<Void>> closing) {
        this.connectionId = connectionId;
        this.handler = handler;
        this.closing = closing;
        this.faults = new FaultLog(LOG, "a handler of the intensity of " + connectionId + " failed");
    }

    /** The connection whose intensity the handler gets. */
    public String connectionId() {
        return connectionId;
    }

    /**
     * Completes when the handler will not be called any more: because this was closed or the handlers were
     * unregistered, because the connection has ended, or because the client was shut down. Fails with a {@link
     * MediameshException} where the server refuses to go on, for example because a token has run out. Callbacks
     * come where the handlers are called.
     */
    public Future<Void> ended() {
        return ended.future();
    }

    /**
     * Takes this one handler away, and closes the WebSocket if it was the last of its connection. Once the future has
     * completed the handler is not called any more. Safe to call twice.
     */
    public Future<Void> close() {
        return closing.apply(this);
    }

    void deliver(IntensityData data) {
        // One handler may have closed another a moment ago.
        if (ended.future().isComplete()) {
            return;
        }
        try {
            handler.accept(data);
        } catch (Throwable thrown) {
            faults.add(thrown);
        }
    }

    void end() {
        ended.tryComplete();
    }

    void fail(Throwable failure) {
        ended.tryFail(failure);
    }
}
