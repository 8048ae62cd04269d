package io.mediamesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The feeds of all connections that have handlers. Lives on one context, and so do the handlers. */
final class IntensityFeeds {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Context context;
    private final Endpoint server;
    private final Sockets sockets;
    private final Consumer<String> whenEnded;
    private final Map<String, IntensityFeed> feeds = new HashMap<>();

    /**
     * @param whenEnded told the id of a connection when the server says that it is no more
     */
    IntensityFeeds(Context context, Endpoint server, Sockets sockets, Consumer<String> whenEnded) {
        this.context = context;
        this.server = server;
        this.sockets = sockets;
        this.whenEnded = whenEnded;
    }

    /** Adds a handler to the feed of its connection, which opens with the first one. */
    Future<Registration> add(Registration registration) {
        IntensityFeed known = feeds.get(registration.connectionId());
        if (known != null) {
            return known.add(registration);
        }
        IntensityFeed feed = feed(registration.connectionId());
        feeds.put(registration.connectionId(), feed);
        Future<Registration> added = feed.add(registration);
        feed.open();
        return added;
    }

    private IntensityFeed feed(String connectionId) {
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, RandomGenerator.getDefault());
        return new IntensityFeed(
                connectionId, context, () -> sockets.open(server.intensity(connectionId)), backoff, end -> {
                    feeds.remove(connectionId);
                    if (end == IntensityFeed.End.CONNECTION_ENDED) {
                        whenEnded.accept(connectionId);
                    }
                });
    }

    /** The server has a connection that it may not have had before. */
    void connected(String connectionId) {
        IntensityFeed feed = feeds.get(connectionId);
        if (feed != null) {
            feed.connected();
        }
    }

    /** Takes one handler away. */
    Future<Void> remove(Registration registration) {
        IntensityFeed feed = feeds.get(registration.connectionId());
        // A registration that has ended may be older than the feed that has this id now.
        return feed == null || registration.ended().isComplete() ? Future.succeededFuture() : feed.remove(registration);
    }

    /** Takes all handlers of a connection away. */
    Future<Void> remove(String connectionId) {
        IntensityFeed feed = feeds.get(connectionId);
        return feed == null ? Future.succeededFuture() : feed.close();
    }

    /** Takes all handlers away; never fails. */
    Future<Void> close() {
        List<Future<Void>> closing =
                List.copyOf(feeds.values()).stream().map(IntensityFeed::close).toList();
        return Future.join(closing).<Void>mapEmpty().otherwiseEmpty();
    }
}
