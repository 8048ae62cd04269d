package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every open connection, so that there are not too many of them and none of them idles its time away: one that has
 * not brought a complete request for a while is closed, however slowly it keeps sending. Lives on one event loop.
 */
final class Connections {
    private static final long REFUSED_NANOS = 2_000_000_000L;

    private final int max;
    private final String key;
    private final long idleNanos;
    private final Map<HttpConnection, Activity> open = new HashMap<>();
    private final AtomicInteger count;
    private boolean leaving;

    private static final class Activity {
        final boolean refused;
        final long sinceNanos;
        int answering;
        long quietSinceNanos;
        long receivingSinceNanos;

        Activity(boolean refused, long sinceNanos) {
            this.refused = refused;
            this.sinceNanos = sinceNanos;
            this.quietSinceNanos = sinceNanos;
        }
    }

    /** The connections of the ports of HTTP. */
    Connections(int max, Duration idle, MeterRegistry meters) {
        this(max, GatewayConfig.MAX_CONNECTIONS.key(), idle, "mediamesh.gateway.connections", meters);
    }

    /**
     * Without any so far.
     *
     * @param key the setting that says how many there may be
     * @param metric under which they are counted
     */
    Connections(int max, String key, Duration idle, String metric, MeterRegistry meters) {
        this.max = max;
        this.key = key;
        this.idleNanos = idle.toNanos();
        this.count = new AtomicInteger();
        Gauge.builder(metric, count, AtomicInteger::get)
                .description("Connections of clients that are open")
                .register(meters);
    }

    void opened(HttpConnection connection) {
        open.put(connection, new Activity(open.size() >= max, System.nanoTime()));
        count.set(open.size());
        // The connection's own close handler is not called once it has become a WebSocket.
        Transport.of(connection).closeFuture().addListener(closed -> {
            open.remove(connection);
            count.set(open.size());
        });
    }

    /** Lets a request through to {@code next}, unless its connection is one too many. */
    void handle(HttpServerRequest request, Handler<HttpServerRequest> next) {
        Activity activity = open.get(request.connection());
        if (activity == null) {
            next.handle(request);
            return;
        }
        if (activity.refused) {
            request.response().putHeader("Connection", "close");
            Failures.answer(
                    request.response(),
                    new MeshException(
                            FailureCode.UNAVAILABLE,
                            "this server has all the connections it may have (" + key + "); try again in a moment"));
            return;
        }
        if (leaving) {
            request.response().putHeader("Connection", "close");
        }
        activity.answering++;
        activity.receivingSinceNanos = System.nanoTime();
        request.response().endHandler(ended -> {
            activity.answering--;
            activity.quietSinceNanos = System.nanoTime();
        });
        next.handle(request);
    }

    /** From now on clients are told to come with another connection, which then is one to another server. */
    void leave() {
        leaving = true;
    }

    /** The request on this connection is all there. */
    void received(HttpServerRequest request) {
        Activity activity = open.get(request.connection());
        if (activity != null) {
            activity.receivingSinceNanos = Long.MAX_VALUE;
        }
    }

    /** Closes what idles; to be called every second. */
    void check() {
        long now = System.nanoTime();
        for (Map.Entry<HttpConnection, Activity> entry : new ArrayList<>(open.entrySet())) {
            Activity activity = entry.getValue();
            Channel channel = Transport.of(entry.getKey());
            boolean idle = activity.answering == 0 && now - activity.quietSinceNanos > idleNanos;
            boolean dribbling = activity.answering > 0
                    && activity.receivingSinceNanos != Long.MAX_VALUE
                    && now - activity.receivingSinceNanos > idleNanos;
            boolean unwanted = activity.refused && now - activity.sinceNanos > REFUSED_NANOS;
            // A WebSocket has signs of life of its own.
            if ((idle || dribbling || unwanted) && !Transport.isWebSocket(channel)) {
                Transport.expect(channel, entry.getKey().close());
            }
        }
    }
}
