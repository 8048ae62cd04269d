package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.ObjectEvent.Snapshot;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last second of a stream's pictures, to cut snapshots out of them once it is known where objects were. Switched on
 * and off on one context; pictures are taken on any thread.
 */
final class RecentFrames implements Photographer {
    private static final double RATE_HZ = 8;
    private static final int KEPT = 8;
    private static final Duration AGAIN = Duration.ofSeconds(5);
    /** A picture that is further away shows the object elsewhere. */
    private static final long MOST_APART_NANOS = Duration.ofMillis(200).toNanos();
    /** What is seen around an object, as a part of its size. */
    private static final double AROUND = 0.15;

    private static final JpegForm FORM = new JpegForm(80, 320, 320);
    private static final long NANOS_PER_MICRO = 1_000;

    private final Mesh mesh;
    private final Topic video;
    private final String subscriber;
    private final FaultLog faults;
    /** Guarded by itself. */
    private final Deque<Kept> frames = new ArrayDeque<>();

    private boolean wanted;
    private boolean opening;
    private @Nullable Subscription subscription;

    private record Kept(Stamp stamp, VideoFrame frame) {}

    /** Without pictures yet. */
    RecentFrames(Mesh mesh, Topic events, FaultLog faults) {
        this.mesh = mesh;
        this.video = events.sibling(Topic.VIDEO);
        this.subscriber = "snapshots of " + events;
        this.faults = faults;
    }

    /** From now on pictures are kept, or none. */
    void want(boolean yes) {
        wanted = yes;
        if (yes) {
            open();
        } else {
            letGo();
        }
    }

    private void open() {
        if (!wanted || opening || subscription != null) {
            return;
        }
        opening = true;
        mesh.subscribe(video, SubscribeOptions.latest(subscriber).withMaxRateHz(RATE_HZ))
                .onComplete(opened -> {
                    opening = false;
                    if (opened.failed()) {
                        again();
                    } else if (wanted) {
                        subscription = opened.result();
                        opened.result().handler(this::on);
                    } else {
                        opened.result().close();
                    }
                });
    }

    private void again() {
        mesh.vertx().setTimer(AGAIN.toMillis(), due -> open());
    }

    private void on(Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> keep(data.item());
            case Delivery.Gap gap -> {}
            case Delivery.Changed changed -> {
                if (changed.state() == SubscriptionState.ENDED) {
                    subscription = null;
                    again();
                }
            }
        }
    }

    private void keep(Item item) {
        if (item.payload() instanceof VideoFrame frame && frame.hasPicture()) {
            synchronized (frames) {
                frames.addLast(new Kept(item.stamp(), frame));
                if (frames.size() > KEPT) {
                    frames.removeFirst();
                }
            }
        }
    }

    private Future<Void> letGo() {
        Subscription open = subscription;
        subscription = null;
        synchronized (frames) {
            frames.clear();
        }
        return open == null ? Future.succeededFuture() : open.close();
    }

    /** Keeps nothing any more. */
    Future<Void> stop() {
        wanted = false;
        return letGo();
    }

    @Override
    public Optional<Snapshot> take(Stamp stamp, Sight sight) {
        List<Kept> all;
        synchronized (frames) {
            all = List.copyOf(frames);
        }
        Optional<Kept> nearest = all.stream()
                .filter(kept -> kept.stamp.originEpoch() == stamp.originEpoch())
                .min(Comparator.comparingLong(kept -> apartNanos(kept.stamp, stamp)))
                .filter(kept -> apartNanos(kept.stamp, stamp) <= MOST_APART_NANOS);
        try {
            return nearest.map(kept -> cut(kept, sight));
        } catch (RuntimeException fault) {
            faults.fault("snapshots", "a snapshot for " + subscriber + " could not be made", fault);
            return Optional.empty();
        }
    }

    private static long apartNanos(Stamp one, Stamp other) {
        return Math.abs(one.capture().monotonicNanos() - other.capture().monotonicNanos());
    }

    private Snapshot cut(Kept kept, Sight sight) {
        Track track = sight.track();
        I420 picture = kept.frame.picture(mesh.pictures());
        double scaleX = (double) picture.widthPx() / sight.widthPx();
        double scaleY = (double) picture.heightPx() / sight.heightPx();
        double aroundX = AROUND * (track.x2() - track.x1());
        double aroundY = AROUND * (track.y2() - track.y1());
        Jpeg jpeg = mesh.pictures()
                .encode(
                        picture.cropped(
                                (track.x1() - aroundX) * scaleX,
                                (track.y1() - aroundY) * scaleY,
                                (track.x2() + aroundX) * scaleX,
                                (track.y2() + aroundY) * scaleY),
                        FORM);
        return new Snapshot(
                jpeg,
                kept.stamp.capture().unixNanos() / NANOS_PER_MICRO,
                track.found().map(Track.Found::confidence).orElse(1.0));
    }
}
