package io.mediamesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A WebSocket that is opened again when it breaks, until it is closed from here. Lives on one context. */
final class AudioLink {
    private static final long NONE = -1;
    /** Servers say with one of these why they close; less 4000 it is the status that HTTP has for it. */
    private static final int FIRST_REFUSAL = 4400;

    private static final int LAST_REFUSAL = 4499;
    private static final int REFUSAL_OFFSET = 4000;

    private final Context context;
    private final Supplier<Future<WebSocket>> sockets;
    private final Backoff backoff;
    private final Listener listener;

    private @Nullable WebSocket socket;
    private long retryTimer = NONE;
    private boolean opening;
    private boolean over;

    /** What is told, on the context. */
    interface Listener {
        void opened();

        void message(String text);

        /** It broke after it was open. */
        void lost(String reason);

        /** It was not opened. */
        void unopened(Throwable failure);

        /** The server has closed it for a reason that will be the same again, as a status of HTTP. */
        void refused(int status);
    }

    /**
     * @param sockets opens the WebSocket; called on the context
     */
    AudioLink(Context context, Supplier<Future<WebSocket>> sockets, Backoff backoff, Listener listener) {
        this.context = context;
        this.sockets = sockets;
        this.backoff = backoff;
        this.listener = listener;
    }

    /** Opens it, unless it is or will be open. */
    void open() {
        if (over || opening || socket != null || retryTimer != NONE) {
            return;
        }
        opening = true;
        sockets.get().onComplete(attempt -> {
            opening = false;
            if (attempt.succeeded()) {
                listen(attempt.result());
            } else if (!over) {
                listener.unopened(attempt.cause());
            }
        });
    }

    /** Opens it after a pause, which is told. */
    long openLater() {
        long pauseMillis = backoff.nextPauseMillis();
        retryTimer = context.owner().setTimer(pauseMillis, due -> {
            retryTimer = NONE;
            open();
        });
        return pauseMillis;
    }

    boolean isOpen() {
        return socket != null;
    }

    /** Sends a text where it is open. */
    void send(String text) {
        WebSocket open = socket;
        if (open != null) {
            open.writeTextMessage(text);
        }
    }

    /** What comes is of use: should it break, there is no need for a long pause. */
    void works() {
        backoff.reset();
    }

    /** Closes it for good. */
    Future<Void> close() {
        over = true;
        if (retryTimer != NONE) {
            context.owner().cancelTimer(retryTimer);
        }
        WebSocket open = socket;
        socket = null;
        return open == null ? Future.succeededFuture() : Sockets.close(open);
    }

    private void listen(WebSocket fresh) {
        if (over) {
            Sockets.close(fresh);
            return;
        }
        socket = fresh;
        fresh.textMessageHandler(text -> {
            if (socket == fresh) {
                listener.message(text);
            }
        });
        // What breaks it is told when it closes.
        fresh.exceptionHandler(fault -> {});
        fresh.closeHandler(closed -> gone(fresh, fresh.closeStatusCode()));
        // Not every server closes the connection once it has said goodbye.
        fresh.frameHandler(frame -> {
            if (frame.isClose()) {
                gone(fresh, frame.closeStatusCode());
                Sockets.close(fresh);
            }
        });
        listener.opened();
    }

    private void gone(WebSocket closed, @Nullable Short status) {
        if (over || socket != closed) {
            return;
        }
        socket = null;
        if (status != null && status >= FIRST_REFUSAL && status <= LAST_REFUSAL) {
            listener.refused(status - REFUSAL_OFFSET);
        } else {
            listener.lost("the WebSocket broke" + (status == null ? "" : " with code " + status));
        }
    }
}
