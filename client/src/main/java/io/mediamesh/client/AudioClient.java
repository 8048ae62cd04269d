package io.mediamesh.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Analyses of the sound of a stream, for consumers in this program.
 *
 * <p>One WebSocket carries all types that have consumers and no others, so that the server computes nothing for nobody;
 * a type with a rate of its own has one with those of the same rate. It opens with the first consumer and closes with the
 * last. One that breaks, or is silent for a minute, is opened again with growing pauses up to ten seconds; results of the
 * time in between are not made up for.
 *
 * <p>Safe to use from any thread. Nothing blocks: futures complete on the Vert.x context of the caller. They may fail
 * with a {@link MediameshException}, which is the server's answer, a {@link NoAnswerException} when there was none, and an
 * {@link IllegalStateException} after {@link #shutdown()}. What no future tells is told to {@link #addErrorListener}.
 */
public final class AudioClient {
    private final Calls calls;
    private final Sockets sockets;
    private final AudioFeeds feeds;
    private final ErrorListeners errors = new ErrorListeners();
    /** One object, so that a consumer of several types has it once. */
    private final Consumer<AudioError> errorsOfConsumers = errors::tell;

    private AudioClient(
            Vertx vertx, Endpoint server, Optional<String> stream, ClientOptions options, Duration silenceLimit) {
        this.calls = new Calls(vertx);
        this.sockets = new Sockets(vertx, server, options, silenceLimit);
        this.feeds = new AudioFeeds(calls.context(), server, stream, sockets, errors);
    }

    /**
     * A client for the stream that the server has set as the one to listen to.
     *
     * @param url of the server's WebSocket for sound, for example {@code ws://127.0.0.1:8765} or {@code
     *     http://127.0.0.1:8080/api/v1/audio/stream}
     * @throws IllegalArgumentException when that can't be one
     */
    public static AudioClient create(Vertx vertx, URI url) {
        return create(vertx, url, Optional.empty(), ClientOptions.DEFAULT);
    }

    /**
     * A client for a stream. Nothing is sent before the first consumer is registered.
     *
     * @param stream the id; none for the one that the server has set
     */
    public static AudioClient create(Vertx vertx, URI url, Optional<String> stream, ClientOptions options) {
        return create(vertx, url, stream, options, Sockets.SILENCE_LIMIT);
    }

    /** For tests, which can't wait so long until a silent server counts as lost. */
    static AudioClient create(
            Vertx vertx, URI url, Optional<String> stream, ClientOptions options, Duration silenceLimit) {
        return new AudioClient(vertx, Endpoint.ofSocket(url), stream, options, silenceLimit);
    }

    /**
     * Has a consumer get the results of an analysis. The future completes when the connection is open, and fails where it
     * can't be opened. What the server says about the type itself comes over the connection: where it does not have it,
     * {@link AudioRegistration#ended()} fails, and other types go on.
     */
    public Future<AudioRegistration> registerConsumer(AudioType type, AudioConsumer consumer) {
        return calls.call(() -> {
            consumer.addErrorListener(errorsOfConsumers);
            return feeds.add(
                    new AudioRegistration(type, consumer, registration -> calls.run(() -> feeds.remove(registration))));
        });
    }

    /** Takes a consumer off a type. Where it is not registered there is nothing to do. */
    public Future<Void> unregisterConsumer(AudioType type, AudioConsumer consumer) {
        return calls.call(() -> feeds.remove(type, consumer));
    }

    /**
     * Has a type come at another rate, from now on or once it has consumers.
     *
     * @param rateHz results a second at most; 0 for no limit
     */
    public Future<Void> setRate(AudioType type, double rateHz) {
        if (!(rateHz >= 0) || Double.isInfinite(rateHz)) {
            return Future.failedFuture(
                    new IllegalArgumentException("rateHz must be 0 for no limit, or more, not " + rateHz));
        }
        return calls.call(() -> feeds.limit(type, OptionalDouble.of(rateHz)));
    }

    /** Has a type come at the server's own rate again. */
    public Future<Void> resetRate(AudioType type) {
        return calls.call(() -> feeds.limit(type, OptionalDouble.empty()));
    }

    /** How the client does. */
    public Future<AudioStatistics> statistics() {
        return calls.call(() -> Future.succeededFuture(feeds.statistics()));
    }

    /** Has a listener told, on any thread, of what goes wrong here and in the consumers; it must not block. */
    public void addErrorListener(Consumer<AudioError> listener) {
        errors.add(listener);
    }

    /** Takes all consumers away and closes the client. Never fails; safe to call twice. */
    public Future<Void> shutdown() {
        return calls.shutdown(() -> feeds.close().compose(closed -> sockets.close()));
    }
}
