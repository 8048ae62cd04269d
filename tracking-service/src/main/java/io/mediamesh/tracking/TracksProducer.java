package io.mediamesh.tracking;

import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.ItemLoop;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@code tracks} of one stream: from its pictures where objects were marked by hand, otherwise from its detections.
 * What another member needs to go on is remembered twice a second, and at the end. Used on the service's context;
 * pictures and detections are worked on in the pool.
 */
final class TracksProducer {
    private static final Logger LOG = LoggerFactory.getLogger(TracksProducer.class);
    private static final long KEEP_EVERY_NANOS = Duration.ofMillis(500).toNanos();
    private static final long PICTURE_MILLIS = 8_000;
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration MAX_DELAY = Duration.ofSeconds(15);
    private static final int MAX_RACES = 8;

    private final Parts parts;
    private final Publisher publisher;
    private final Context context;
    private final TracksKeeper keeper;
    private final MarkedObjects marked;
    private final FoundTracks found;
    /** The highest id given so far. */
    private final AtomicLong lastId = new AtomicLong();

    private Future<Void> switches = Future.succeededFuture();
    private Future<Void> writes = Future.succeededFuture();
    private int writing;
    private @Nullable ItemLoop loop;
    private String source = "";
    private Duration delay = FIRST_DELAY;
    private boolean stopped;
    private boolean replaced;
    private volatile long keptNanos = System.nanoTime() - KEEP_EVERY_NANOS;
    private volatile long keptId;

    /** What it works with. */
    record Parts(
            Mesh mesh,
            TrackingConfig config,
            TrackerKind kind,
            SessionStore store,
            WorkerPool pool,
            FaultLog faults,
            TracksMeters meters) {}

    private TracksProducer(Parts parts, Publisher publisher, Context context) {
        this.parts = parts;
        this.publisher = publisher;
        this.context = context;
        this.keeper = new TracksKeeper(parts.store, publisher.topic().stream());
        this.marked = new MarkedObjects(
                parts.kind,
                () -> {
                    parts.meters.marked();
                    return lastId.incrementAndGet();
                },
                parts.faults);
        this.found = new FoundTracks(parts.config.maxGap(), parts.config.certainty(), () -> {
            parts.meters.found();
            return lastId.incrementAndGet();
        });
    }

    /** Goes on from what is remembered, on the context of the caller. */
    static Future<TracksProducer> start(Parts parts, Publisher publisher) {
        TracksProducer producer =
                new TracksProducer(parts, publisher, parts.mesh.vertx().getOrCreateContext());
        return producer.keeper.take().recover(producer::unreadable).compose(remembered -> {
            remembered.ifPresent(producer::resume);
            // At once, so that a member that had the topic before can see that it is not its any more.
            Future<Void> signed = remembered.isPresent()
                    ? producer.keep(remembered.get().signed(publisher.epoch()), MAX_RACES)
                    : Future.succeededFuture();
            return signed.map(done -> {
                producer.choose();
                return producer;
            });
        });
    }

    private Future<Optional<TracksRecord>> unreadable(Throwable failure) {
        if (failure instanceof MeshException refusal && refusal.code() == FailureCode.INVALID) {
            parts.faults.fault("store", "the tracks of another version are not continued", failure);
            return Future.succeededFuture(Optional.empty());
        }
        return Future.failedFuture(failure);
    }

    private void resume(TracksRecord remembered) {
        parts.meters.takenOver();
        lastId.set(remembered.lastId());
        keptId = remembered.lastId();
        marked.resume(remembered);
        try {
            found.resume(remembered.found());
        } catch (RuntimeException foreign) {
            parts.faults.fault("detections", "the tracks of another version are not continued", foreign);
        }
    }

    /** Follows the objects in these boxes, too; completes when they are remembered. */
    Future<List<Track>> mark(List<Box> boxes) {
        if (stopped) {
            return Future.failedFuture(handedOver());
        }
        MarkedObjects.Wish wish = new MarkedObjects.Wish(boxes);
        marked.wish(wish);
        choose();
        long timer = context.owner().setTimer(PICTURE_MILLIS, late -> {
            marked.withdraw(
                    wish,
                    new MeshException(
                            FailureCode.UNAVAILABLE,
                            "the stream " + publisher.topic().stream() + " gives no picture now"));
            choose();
        });
        return wish.answer().future().onComplete(done -> context.owner().cancelTimer(timer));
    }

    /** Somebody ended objects that were marked. */
    void ended() {
        writes = writes.transform(before -> keeper.take()).map(remembered -> {
            remembered.ifPresent(this::comply);
            return null;
        });
        writes.onFailure(this::notKept).onSuccess(done -> choose());
    }

    /** Objects that are not remembered any more were ended, unless they are newer than what is remembered. */
    private void comply(TracksRecord remembered) {
        if (remembered.topicEpoch() > publisher.epoch()) {
            replaced = true;
            return;
        }
        Set<Long> wanted =
                remembered.marked().stream().map(object -> object.track().id()).collect(Collectors.toSet());
        marked.retain(wanted, remembered.lastId());
    }

    /** Takes what has to be taken now: pictures or detections. */
    private void choose() {
        switches = switches.transform(before -> {
            String wanted = marked.isWanted() ? Topic.VIDEO : Topic.DETECTIONS;
            return stopped || wanted.equals(source) ? Future.succeededFuture() : change(wanted);
        });
    }

    private Future<Void> change(String wanted) {
        return close().compose(closed -> open(wanted)).transform(opened -> {
            if (opened.succeeded()) {
                source = wanted;
                delay = FIRST_DELAY;
                loop = opened.result();
                loop.begin();
            } else {
                LOG.debug(
                        "{} waits for {}: {}",
                        publisher.topic(),
                        wanted,
                        opened.cause().getMessage());
                // Those who wish for something while detections are asked for in vain need pictures, which are asked
                // for next.
                if (wanted.equals(Topic.VIDEO)) {
                    marked.refuseAll(MeshException.ofReply(opened.cause()));
                }
                context.owner().setTimer(delay.toMillis(), again -> choose());
                Duration doubled = delay.multipliedBy(2);
                delay = doubled.compareTo(MAX_DELAY) < 0 ? doubled : MAX_DELAY;
            }
            return Future.succeededFuture();
        });
    }

    private Future<ItemLoop> open(String kind) {
        SubscribeOptions options = SubscribeOptions.latest(publisher.topic().toString());
        boolean pictures = kind.equals(Topic.VIDEO);
        return ItemLoop.open(
                parts.mesh,
                publisher,
                kind,
                pictures ? options.withMaxRateHz(parts.config.maxRateHz()) : options,
                parts.pool,
                parts.faults,
                pictures ? this::look : this::follow);
    }

    /** Completes when nothing comes any more, and nobody works on what came. */
    private Future<Void> close() {
        ItemLoop open = loop;
        loop = null;
        source = "";
        return open == null
                ? Future.succeededFuture()
                : open.stop()
                        .compose(idle -> inPool(() -> {
                            marked.rest();
                            return null;
                        }));
    }

    /** Work of some milliseconds that has to be done: in the pool, or here where that has no room. */
    private <T> Future<T> inPool(Callable<T> work) {
        return parts.pool.submit(context, work).recover(failure -> {
            if (!(failure instanceof RejectedExecutionException)) {
                return Future.failedFuture(failure);
            }
            try {
                return Future.succeededFuture(work.call());
            } catch (Exception broken) {
                return Future.failedFuture(broken);
            }
        });
    }

    private void look(Item item) {
        if (!(item.payload() instanceof VideoFrame frame)) {
            return;
        }
        long from = System.nanoTime();
        I420 picture = frame.picture(parts.mesh.pictures());
        MarkedObjects.Seen seen = marked.look(picture);
        publish(item, picture.widthPx(), picture.heightPx(), seen.tracks(), from);
        if (!seen.begun().isEmpty() || isDue()) {
            later(record(), seen.begun());
        }
        if (seen.tracks().isEmpty()) {
            context.runOnContext(now -> choose());
        }
    }

    private void follow(Item item) {
        if (!(item.payload() instanceof Detections detections)) {
            return;
        }
        long from = System.nanoTime();
        List<Track> tracks = found.update(item.stamp(), detections);
        publish(item, detections.widthPx(), detections.heightPx(), tracks, from);
        if (isDue() && (!tracks.isEmpty() || keptId != lastId.get())) {
            later(record(), List.of());
        }
    }

    private void publish(Item item, int widthPx, int heightPx, List<Track> tracks, long fromNanos) {
        parts.meters.frame(System.nanoTime() - fromNanos);
        publisher.publish(item.stamp(), new Tracks(item.stamp().originSequence(), widthPx, heightPx, tracks));
    }

    private boolean isDue() {
        return System.nanoTime() - keptNanos >= KEEP_EVERY_NANOS;
    }

    private TracksRecord record() {
        return new TracksRecord(publisher.epoch(), lastId.get(), marked.all(), found.state(), marked.state());
    }

    private void later(TracksRecord record, List<MarkedObjects.Begun> begun) {
        keptNanos = System.nanoTime();
        context.runOnContext(now -> {
            if (writing > 0 && begun.isEmpty()) {
                return;
            }
            writing++;
            writes = writes.transform(before -> keep(record, MAX_RACES));
            writes.onComplete(done -> {
                        writing--;
                        begun.forEach(one -> answer(one, done.cause()));
                    })
                    .onFailure(this::notKept);
            if (!begun.isEmpty()) {
                writes.onSuccess(done -> tell());
            }
        });
    }

    private static void answer(MarkedObjects.Begun begun, @Nullable Throwable failure) {
        if (failure == null) {
            begun.wish().answer().tryComplete(begun.tracks());
        } else {
            begun.wish().answer().tryFail(failure);
        }
    }

    private void tell() {
        context.owner()
                .eventBus()
                .publish(
                        TracksProtocol.CHANGED,
                        new TracksProtocol.Changed(publisher.topic().stream(), marked.count(), false).toJson());
    }

    private void notKept(Throwable why) {
        if (!replaced && !stopped) {
            parts.faults.fault("store", "the tracks of " + publisher.topic() + " could not be remembered", why);
        }
    }

    private Future<Void> keep(TracksRecord record, int racesLeft) {
        if (replaced) {
            return Future.failedFuture(new MeshException(
                    FailureCode.UNAVAILABLE, "another member follows the objects of this stream by now; try again"));
        }
        return allowed()
                .compose(present -> present ? keeper.keep(record) : Future.succeededFuture())
                .onSuccess(kept -> keptId = record.lastId())
                .recover(failure ->
                        failure instanceof MeshException refusal && refusal.code() == FailureCode.STALE && racesLeft > 0
                                ? keeper.take().compose(remembered -> {
                                    remembered.ifPresent(this::comply);
                                    return keep(record.only(marked::has), racesLeft - 1);
                                })
                                : Future.failedFuture(failure));
    }

    /** Nothing is to be remembered for the first time of a stream that has been removed. */
    private Future<Boolean> allowed() {
        return keeper.hasRecord()
                ? Future.succeededFuture(true)
                : parts.mesh.directory().get(publisher.topic().stream()).map(stream -> stream.isPresent());
    }

    /** Lets go of everything; another producer goes on with what is remembered. */
    Future<Void> stop() {
        stopped = true;
        marked.refuseAll(handedOver());
        switches = switches.transform(before -> close());
        return switches.transform(closed -> writes.transform(before -> keepLast()));
    }

    private static MeshException handedOver() {
        return new MeshException(FailureCode.UNAVAILABLE, "the objects are just being handed over; try again");
    }

    private Future<Void> keepLast() {
        boolean worth = marked.count() > 0 || keeper.hasRecord() || lastId.get() > 0;
        return worth && !replaced ? keep(record(), MAX_RACES).otherwiseEmpty() : Future.succeededFuture();
    }
}
