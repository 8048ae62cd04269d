package io.mediamesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The connections for all types that have consumers, one for each rate. Lives on one context. */
final class AudioFeeds {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Context context;
    private final Endpoint server;
    private final Optional<String> stream;
    private final Sockets sockets;
    private final ErrorListeners errors;
    private final AudioMessages messages;
    private final Map<AudioType, WantedType> wanted = new TreeMap<>();
    private final Map<AudioType, OptionalDouble> ratesHz = new HashMap<>();
    private final Map<OptionalDouble, AudioFeed> feeds = new HashMap<>();
    private long reconnects;

    AudioFeeds(Context context, Endpoint server, Optional<String> stream, Sockets sockets, ErrorListeners errors) {
        this.context = context;
        this.server = server;
        this.stream = stream;
        this.sockets = sockets;
        this.errors = errors;
        this.messages = new AudioMessages(errors);
    }

    /** Adds a consumer; completes once its connection is open. */
    Future<AudioRegistration> add(AudioRegistration registration) {
        WantedType type = wanted.computeIfAbsent(registration.type(), this::unknown);
        type.add(registration);
        join(type);
        return registration.opened().map(registration);
    }

    private WantedType unknown(AudioType type) {
        WantedType fresh = new WantedType(type);
        fresh.limit(ratesHz.getOrDefault(type, OptionalDouble.empty()));
        return fresh;
    }

    /** Takes a consumer away; completes once a connection that nobody needs any more is closed. */
    Future<Void> remove(AudioRegistration registration) {
        registration.end();
        WantedType type = wanted.get(registration.type());
        if (type == null) {
            return Future.succeededFuture();
        }
        type.remove(registration);
        if (type.isWanted()) {
            return Future.succeededFuture();
        }
        wanted.remove(type.type());
        return leave(type);
    }

    /** Takes a consumer off a type, however often it is there. */
    Future<Void> remove(AudioType type, AudioConsumer consumer) {
        WantedType known = wanted.get(type);
        if (known == null) {
            return Future.succeededFuture();
        }
        List<Future<Void>> removals = known.registrations().stream()
                .filter(registration -> registration.consumer() == consumer)
                .map(this::remove)
                .toList();
        return Future.join(removals).mapEmpty();
    }

    /** Has a type come at another rate, now or once it is wanted. */
    Future<Void> limit(AudioType type, OptionalDouble rateHz) {
        ratesHz.put(type, rateHz);
        WantedType known = wanted.get(type);
        if (known == null || known.rateHz().equals(rateHz)) {
            return Future.succeededFuture();
        }
        Future<Void> left = leave(known);
        known.limit(rateHz);
        join(known);
        return left;
    }

    AudioStatistics statistics() {
        return new AudioStatistics(
                wanted.values().stream().collect(Collectors.toMap(WantedType::type, WantedType::statistics)),
                (int) feeds.values().stream().filter(AudioFeed::isOpen).count(),
                reconnects,
                messages.malformed());
    }

    /** Takes all consumers away; never fails. */
    Future<Void> close() {
        List<AudioRegistration> all = wanted.values().stream()
                .flatMap(type -> type.registrations().stream())
                .toList();
        List<Future<Void>> closing = all.stream().map(this::remove).toList();
        return Future.join(closing).<Void>mapEmpty().otherwiseEmpty();
    }

    private void join(WantedType type) {
        feeds.computeIfAbsent(type.rateHz(), this::feed).add(type);
    }

    private AudioFeed feed(OptionalDouble rateHz) {
        return new AudioFeed(
                context,
                types -> open(types, rateHz),
                new Backoff(FIRST_PAUSE, LONGEST_PAUSE, RandomGenerator.getDefault()),
                messages,
                errors,
                this::refused,
                () -> reconnects++);
    }

    private Future<Void> leave(WantedType type) {
        AudioFeed feed = feeds.get(type.rateHz());
        if (feed == null) {
            return Future.succeededFuture();
        }
        feed.remove(type);
        if (!feed.isEmpty()) {
            return Future.succeededFuture();
        }
        feeds.remove(type.rateHz());
        return feed.close();
    }

    private void refused(WantedType type) {
        wanted.remove(type.type());
        leave(type);
    }

    private Future<WebSocket> open(Set<AudioType> types, OptionalDouble rateHz) {
        StringBuilder path = new StringBuilder(server.prefix().isEmpty() ? "/" : server.prefix());
        path.append("?types=")
                .append(types.stream().sorted().map(AudioType::name).collect(Collectors.joining(",")));
        stream.ifPresent(id -> path.append("&stream=").append(URLEncoder.encode(id, StandardCharsets.UTF_8)));
        rateHz.ifPresent(hz -> path.append("&rate=").append(hz));
        return sockets.open(path.toString());
    }
}
