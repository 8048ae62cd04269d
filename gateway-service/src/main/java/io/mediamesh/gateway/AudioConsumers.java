package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** All consumers of analyses of sound at this gateway, and what is counted about them. On its event loop only. */
final class AudioConsumers {
    /** A lasting consumer without a stream looks for it this often. */
    static final int RETRY_SECONDS = 3;
    /** One that gets nothing for so long is told why, where that is known. */
    static final int SILENT_SECONDS = 3;

    private static final long SETTLED_MILLIS = 1_000L * SILENT_SECONDS;

    private final Mesh mesh;
    private final ViewerHubs hubs;
    private final AudioTypes types;
    private final AudioBuffers buffers;
    private final StreamId defaultStream;
    private final ViewerCounters counters;
    private final Set<AudioConsumer> open = new LinkedHashSet<>();
    private final Map<AudioProtocolKind, AtomicInteger> numbers = new EnumMap<>(AudioProtocolKind.class);
    private final Map<String, AudioFigures> figures = new TreeMap<>();
    private long rolledNanos = System.nanoTime();

    AudioConsumers(
            Mesh mesh,
            ViewerHubs hubs,
            AudioTypes types,
            AudioBuffers buffers,
            StreamId defaultStream,
            ViewerCounters counters) {
        this.mesh = mesh;
        this.hubs = hubs;
        this.types = types;
        this.buffers = buffers;
        this.defaultStream = defaultStream;
        this.counters = counters;
        for (AudioProtocolKind protocol : AudioProtocolKind.values()) {
            AtomicInteger number = new AtomicInteger();
            numbers.put(protocol, number);
            Gauge.builder("mediamesh.gateway.audio.consumers", number, AtomicInteger::get)
                    .description("Consumers of analyses of sound")
                    .tag("protocol", protocol.word())
                    .register(mesh.meters());
        }
    }

    AudioTypes types() {
        return types;
    }

    AudioBuffers buffers() {
        return buffers;
    }

    /** The stream of consumers that name none. */
    StreamId defaultStream() {
        return defaultStream;
    }

    /** What consumers get who say nothing. */
    AudioWish usual() {
        return AudioWish.usual(types, defaultStream);
    }

    /**
     * Takes in a consumer; {@link AudioConsumer#follow} gives it something.
     *
     * @param lasting whether it waits for its stream where that is not there
     */
    AudioConsumer enter(AudioProtocolKind protocol, AudioLine line, AudioWish wish, boolean lasting) {
        AudioConsumer consumer = new AudioConsumer(this, protocol, line, wish, lasting);
        open.add(consumer);
        number(protocol).incrementAndGet();
        return consumer;
    }

    /** Takes in a consumer and sends it away again where it can't have what it wants. */
    AudioConsumer serve(AudioProtocolKind protocol, AudioLine line, AudioWish wish) {
        AudioConsumer consumer = enter(protocol, line, wish, false);
        consumer.follow(wish).onFailure(failure -> {
            if (!consumer.isClosed()) {
                consumer.broke(Failures.asMeshException(failure, 500));
            }
        });
        return consumer;
    }

    void forget(AudioConsumer consumer) {
        if (open.remove(consumer)) {
            number(consumer.protocol()).decrementAndGet();
        }
    }

    private AtomicInteger number(AudioProtocolKind protocol) {
        return numbers.computeIfAbsent(protocol, none -> new AtomicInteger());
    }

    AudioViewer viewer(String type, AudioConsumer consumer) {
        return new AudioViewer(
                type,
                consumer,
                consumer.wish().form(),
                consumer.wish().options(),
                counters,
                figures.computeIfAbsent(type, first -> new AudioFigures()),
                buffers);
    }

    /**
     * A hub for each type, every one of which expects a viewer. Of types that the consumer did not name itself those are
     * left out that nobody makes, as long as there are others.
     */
    Future<Map<String, ViewerHub>> join(AudioWish wish) {
        return exists(wish.stream())
                .compose(found -> whySilent(wish.stream()))
                .compose(why -> why.<Future<Map<String, ViewerHub>>>map(Future::failedFuture)
                        .orElseGet(() -> joinAll(wish)));
    }

    private Future<Map<String, ViewerHub>> joinAll(AudioWish wish) {
        Map<String, Future<ViewerHub>> joining = new LinkedHashMap<>();
        for (String type : wish.types()) {
            joining.put(type, hubs.join(new Topic(wish.stream(), type), wish.options()));
        }
        return Future.join(new ArrayList<>(joining.values())).transform(all -> {
            Map<String, ViewerHub> joined = new LinkedHashMap<>();
            joining.forEach((type, hub) -> {
                if (hub.succeeded()) {
                    joined.put(type, hub.result());
                }
            });
            if (all.succeeded() || (!wish.named() && !joined.isEmpty())) {
                return Future.succeededFuture(joined);
            }
            joined.values().forEach(ViewerHub::expectNoMore);
            return Future.failedFuture(Failures.naming(all.cause(), Map.of(FailureCode.NOT_FOUND, "types")));
        });
    }

    /** Fails where there is no such stream. */
    Future<Void> exists(StreamId stream) {
        return StreamsApi.existing(mesh, stream, "stream").mapEmpty();
    }

    /** Why there can't be any analyses of the stream, where that is known. */
    Future<Optional<MeshException>> whySilent(StreamId stream) {
        return mesh.directory().status(stream).map(status -> {
            boolean settled = status.state() == StreamStatus.State.LIVE
                    && System.currentTimeMillis() - status.sinceUnixMillis() > SETTLED_MILLIS;
            return settled && status.video().isPresent() && status.audio().isEmpty()
                    ? Optional.of(new MeshException(
                            FailureCode.NOT_FOUND, "the stream " + stream + " has no sound", "stream"))
                    : Optional.empty();
        });
    }

    /** Looks after everybody; to be called every second. */
    void check() {
        long now = System.nanoTime();
        double seconds = Math.max(0.001, (now - rolledNanos) / 1e9);
        rolledNanos = now;
        figures.values().forEach(each -> each.roll(seconds));
        consumers().forEach(AudioConsumer::check);
    }

    /** Sends everybody away; what they get ends with their hubs. */
    void close() {
        for (AudioConsumer consumer : consumers()) {
            consumer.leave();
            consumer.line().dismiss("the server is stopping");
        }
    }

    List<AudioConsumer> consumers() {
        return List.copyOf(open);
    }

    /** What was counted, by type; of those that somebody has had. */
    Map<String, AudioFigures> figures() {
        return figures;
    }
}
