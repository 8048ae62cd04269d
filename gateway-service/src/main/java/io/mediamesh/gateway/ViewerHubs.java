package io.mediamesh.gateway;

import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The hubs of all topics that somebody views. Lives on one event loop. */
final class ViewerHubs {
    private static final int EVENT_BUFFER = 64;
    /** Of broadcasts, whose frames may be large; enough for a burst. */
    private static final int BROADCAST_BUFFER = 8;

    private final Mesh mesh;
    private final long stallNanos;
    private final Map<Key, Future<ViewerHub>> hubs = new HashMap<>();

    /**
     * @param soundHz sample rate of sound for live sessions; 0 for topics as they are
     * @param source whether the viewers are told how the source does
     */
    private record Key(Topic topic, int quality, double maxRateHz, boolean buffered, int soundHz, boolean source) {}

    ViewerHubs(Mesh mesh, Duration stallTimeout) {
        this.mesh = mesh;
        this.stallNanos = stallTimeout.toNanos();
    }

    /**
     * The hub of those who want the same.
     *
     * @return a hub that expects a viewer: {@link ViewerHub#add} or {@link ViewerHub#expectNoMore} must follow; fails as
     *     {@link Mesh#subscribe} does
     */
    Future<ViewerHub> join(Topic topic, ViewOptions options) {
        boolean pictures = topic.kind().equals(Topic.VIDEO) || topic.kind().equals(Topic.ANNOTATED);
        return join(
                new Key(topic, pictures ? options.quality() : 0, options.maxRateHz(), options.buffered(), 0, false),
                options.form());
    }

    /** The hub of those who see the pictures of a camera and are told how it does; see {@link #join}. */
    Future<ViewerHub> joinCamera(Topic topic, ViewOptions options) {
        return join(
                new Key(topic, options.quality(), options.maxRateHz(), options.buffered(), 0, true), options.form());
    }

    private Future<ViewerHub> join(Key key, JpegForm form) {
        return join(key, form, item -> new Packet(item, form));
    }

    /** The hub of those who want the sound of a live session at this rate; see {@link #join}. */
    Future<ViewerHub> joinSound(StreamId stream, int rateHz) {
        LiveSound sound = new LiveSound(rateHz);
        return join(
                new Key(new Topic(stream, Topic.AUDIO), 0, Double.POSITIVE_INFINITY, true, rateHz, false),
                Form.BY_REFERENCE,
                item -> new Packet(item, sound.convert(item)));
    }

    private Future<ViewerHub> join(Key key, Form form, Function<Item, Packet> packets) {
        Future<ViewerHub> present = hubs.get(key);
        if (present != null && !(present.succeeded() && present.result().isOver())) {
            // Who joined before may have left again by the time that it is open.
            return present.compose(
                    hub -> hub.isOver() ? join(key, form, packets) : Future.succeededFuture(hub.expectViewer()));
        }
        Future<ViewerHub> opened = open(key, form, packets);
        hubs.put(key, opened);
        opened.onFailure(failure -> hubs.remove(key, opened));
        return opened.map(ViewerHub::expectViewer);
    }

    private Future<ViewerHub> open(Key key, Form form, Function<Item, Packet> packets) {
        SubscribeOptions options = SubscribeOptions.latest("viewers of " + key.topic())
                .withMaxRateHz(key.maxRateHz())
                .withPolicy(policy(key))
                .withForm(form);
        return mesh.subscribe(key.topic(), options)
                .map(subscription -> key.source()
                        ? watched(subscription, key, packets)
                        : new ViewerHub(subscription, packets, isBroadcast(key), closed -> forget(key, closed)));
    }

    private ViewerHub watched(Subscription subscription, Key key, Function<Item, Packet> packets) {
        AtomicReference<@Nullable SourceWatch> watch = new AtomicReference<>();
        ViewerHub hub = new ViewerHub(subscription, packets, false, closed -> {
            forget(key, closed);
            SourceWatch last = watch.get();
            if (last != null) {
                last.stop();
            }
        });
        watch.set(SourceWatch.start(mesh.directory(), key.topic().stream(), hub));
        return hub;
    }

    private static boolean isBroadcast(Key key) {
        return key.topic().kind().equals(Topic.HUB);
    }

    private static Policy policy(Key key) {
        if (!key.buffered()) {
            return Policy.LATEST;
        }
        return Policy.buffer(isBroadcast(key) ? BROADCAST_BUFFER : EVENT_BUFFER);
    }

    private void forget(Key key, ViewerHub hub) {
        hubs.computeIfPresent(key, (same, opened) -> opened.succeeded() && opened.result() == hub ? null : opened);
    }

    /** Cuts off viewers that stand still and gives the others a sign of life; to be called every second. */
    void check() {
        long now = System.nanoTime();
        for (ViewerHub hub : open()) {
            hub.check(now, stallNanos);
        }
    }

    /** Sends all viewers away, to another server. */
    void close(String reason) {
        for (ViewerHub hub : open()) {
            hub.dismiss(reason);
        }
    }

    private List<ViewerHub> open() {
        return hubs.values().stream()
                .filter(Future::succeeded)
                .map(Future::result)
                .toList();
    }
}
