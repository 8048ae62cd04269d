package io.mediamesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one WebSocket of a connection, with all handlers that want what comes over it. It opens again when it breaks, as
 * long as the server knows the connection. Lives on one context.
 */
final class IntensityFeed {
    private static final Logger LOG = LoggerFactory.getLogger(IntensityFeed.class);
    private static final int NORMAL_CLOSURE = 1000;
    private static final long NONE = -1;

    private final String connectionId;
    private final Context context;
    private final Supplier<Future<WebSocket>> sockets;
    private final Backoff backoff;
    private final Consumer<End> whenOver;
    private final Promise<Void> opened = Promise.promise();
    private final FaultLog malformed;

    private List<Registration> registrations = List.of();
    private @Nullable WebSocket socket;
    private long retryTimer = NONE;
    private boolean early;
    private boolean broken;
    private boolean over;

    /** Why a feed is over. */
    enum End {
        /** The server says that there is no such connection any more. */
        CONNECTION_ENDED,
        /** The last handler has left. */
        UNWANTED,
        /** The server refuses. */
        REFUSED
    }

    /**
     * @param sockets opens the WebSocket; called on the context
     * @param whenOver told once, on the context
     */
    IntensityFeed(
            String connectionId,
            Context context,
            Supplier<Future<WebSocket>> sockets,
            Backoff backoff,
            Consumer<End> whenOver) {
        this.connectionId = connectionId;
        this.context = context;
        this.sockets = sockets;
        this.backoff = backoff;
        this.whenOver = whenOver;
        this.malformed = new FaultLog(LOG, "a message about the intensity of " + connectionId + " is not understood");
    }

    /** Opens the WebSocket for the first time. */
    void open() {
        sockets.get().onComplete(attempt -> {
            if (attempt.succeeded()) {
                listen(attempt.result());
            } else {
                refused(attempt.cause());
            }
        });
    }

    /** The server has the connection now: a feed that waits for it need not wait any longer. */
    void connected() {
        if (early) {
            backoff.reset();
            if (retryTimer != NONE && context.owner().cancelTimer(retryTimer)) {
                retryTimer = NONE;
                open();
            }
        }
    }

    /**
     * Adds a handler; completes when the WebSocket is open or the server has said that the connection is not there yet,
     * and fails when the WebSocket could not be opened for another reason.
     */
    Future<Registration> add(Registration registration) {
        registrations =
                Stream.concat(registrations.stream(), Stream.of(registration)).toList();
        return opened.future().map(registration);
    }

    /** Takes a handler away, and closes the WebSocket after the last one. */
    Future<Void> remove(Registration registration) {
        registration.end();
        registrations =
                registrations.stream().filter(other -> other != registration).toList();
        return registrations.isEmpty() ? close() : Future.succeededFuture();
    }

    /** Takes all handlers away and closes the WebSocket. */
    Future<Void> close() {
        WebSocket current = socket;
        finish(End.UNWANTED, null);
        return current == null ? Future.succeededFuture() : Sockets.close(current);
    }

    private void listen(WebSocket fresh) {
        if (over) {
            Sockets.close(fresh);
            return;
        }
        socket = fresh;
        early = false;
        fresh.textMessageHandler(this::message);
        fresh.exceptionHandler(fault -> LOG.debug("the WebSocket of {} has a fault", connectionId, fault));
        fresh.closeHandler(closed -> gone(fresh, fresh.closeStatusCode()));
        // Not every server closes the connection once it has said goodbye.
        fresh.frameHandler(frame -> {
            if (frame.isClose()) {
                gone(fresh, frame.closeStatusCode());
                Sockets.close(fresh);
            }
        });
        if (broken) {
            broken = false;
            LOG.info("the intensity of {} comes again", connectionId);
        }
        opened.tryComplete();
    }

    private void message(String text) {
        IntensityData data;
        try {
            data = IntensityData.ofJson(new JsonObject(text));
        } catch (DecodeException | ClassCastException fault) {
            malformed.add(fault);
            return;
        }
        // Not as soon as the socket is open: a server that accepts and breaks at once would be asked without a pause.
        backoff.reset();
        for (Registration registration : registrations) {
            registration.deliver(data);
        }
    }

    private void gone(WebSocket closed, @Nullable Short status) {
        if (over || socket != closed) {
            return;
        }
        socket = null;
        if (status != null && status == NORMAL_CLOSURE) {
            LOG.debug("the server says that {} has ended", connectionId);
            finish(End.CONNECTION_ENDED, null);
        } else {
            tryAgain("its WebSocket broke" + (status == null ? "" : " with code " + status));
        }
    }

    private void refused(Throwable failure) {
        if (over) {
            return;
        }
        boolean unknown = failure instanceof MediameshException told && told.isNotFound();
        if (!opened.future().isComplete()) {
            if (!unknown) {
                finish(End.REFUSED, failure);
                return;
            }
            early = true;
            LOG.info("there is no connection {} yet; its handlers wait for it", connectionId);
            opened.complete();
        }
        switch (failure) {
            case MediameshException told when unknown && early -> openLater();
            case MediameshException told when unknown -> finish(End.CONNECTION_ENDED, null);
            case MediameshException told
            when told.status() >= 500 || told.status() == 429 -> tryAgain(String.valueOf(told.getMessage()));
            case NoAnswerException silent -> tryAgain(String.valueOf(silent.getMessage()));
            default -> {
                LOG.warn("the intensity of {} does not come any more: {}", connectionId, failure.getMessage());
                finish(End.REFUSED, failure);
            }
        }
    }

    private void tryAgain(String reason) {
        long pauseMillis = backoff.nextPauseMillis();
        if (broken) {
            LOG.debug("the intensity of {} is still missing, next try in {} ms: {}", connectionId, pauseMillis, reason);
        } else {
            broken = true;
            LOG.warn("the intensity of {} is missing, trying again from now on: {}", connectionId, reason);
        }
        openAfter(pauseMillis);
    }

    private void openLater() {
        openAfter(backoff.nextPauseMillis());
    }

    private void openAfter(long pauseMillis) {
        retryTimer = context.owner().setTimer(pauseMillis, due -> {
            retryTimer = NONE;
            if (!over) {
                open();
            }
        });
    }

    private void finish(End end, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        over = true;
        List<Registration> last = registrations;
        registrations = List.of();
        whenOver.accept(end);
        if (failure == null) {
            last.forEach(Registration::end);
            opened.tryComplete();
        } else {
            last.forEach(registration -> registration.fail(failure));
            opened.tryFail(failure);
        }
    }
}
