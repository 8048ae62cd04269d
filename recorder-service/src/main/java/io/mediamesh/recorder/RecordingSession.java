package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording that is being written: holds the subscriptions, and has two threads, one that encodes and one for the
 * disk. Opened on the context of the service; stopping is safe from any thread.
 */
final class RecordingSession {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingSession.class);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int MOST_EVENTS_WAITING = 2_000;

    private final Mesh mesh;
    private final Context context;
    private final RecorderConfig config;
    private final RecorderMeters meters;
    private final Journal journal;
    private final Promise<Void> over = Promise.promise();
    // Bounded by the credits of the feeds, their few notices, and the count of events.
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger eventsWaiting = new AtomicInteger();
    private final AtomicInteger eventsLost = new AtomicInteger();
    private final List<Feed> feeds = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private volatile boolean endedByDefect;

    /** Why and as what it ends; {@code last} empty where it is to go on after a restart. */
    private record Ending(Optional<State> last, String reason, long sinceNanos) {}

    /** What the thread has to do. */
    private sealed interface Work {
        record Delivered(Feed feed, Delivery delivery) implements Work {}

        record Found(Item item, Event event) implements Work {}

        record WithoutPictures(String topic, String reason) implements Work {}

        record Look() implements Work {}
    }

    RecordingSession(Mesh mesh, Context context, RecorderConfig config, RecorderMeters meters, Journal journal) {
        this.mesh = mesh;
        this.context = context;
        this.config = config;
        this.meters = meters;
        this.journal = journal;
    }

    Journal journal() {
        return journal;
    }

    /** Completes when everything is written and closed, whatever the outcome. */
    Future<Void> over() {
        return over.future();
    }

    /** Subscribes and begins; the folder has to be there. */
    Future<Void> open() {
        Optional<String> pictures = pictureKind();
        boolean sound = journal.topics().contains(Topic.AUDIO);
        return mesh.directory()
                .status(journal.stream())
                .compose(status -> {
                    List<Future<Void>> all = new ArrayList<>();
                    pictures.ifPresent(kind -> all.add(openPictures(kind)));
                    if (sound) {
                        all.add(openSound(pictures.isPresent()));
                    }
                    double fps = status.video().map(StreamStatus.Video::fps).orElse(0.0);
                    return Future.join(all).map(fps);
                })
                .onFailure(refused -> feeds.forEach(Feed::close))
                .map(fps -> {
                    begin(fps);
                    return null;
                });
    }

    private Optional<String> pictureKind() {
        return journal.topics().stream()
                .filter(kind -> !kind.equals(Topic.AUDIO))
                .findFirst();
    }

    private Future<Void> openPictures(String kind) {
        if (!kind.equals(Topic.VIDEO) || !config.remux()) {
            return subscribe(kind);
        }
        return subscribe(Topic.PACKETS).recover(notCoded -> subscribe(kind));
    }

    /** A stream of pictures without sound is recorded without it. */
    private Future<Void> openSound(boolean besidePictures) {
        return subscribe(Topic.AUDIO).recover(failure -> {
            MeshException why = MeshException.ofReply(failure);
            return besidePictures && why.code() == FailureCode.NOT_FOUND
                    ? Future.succeededFuture()
                    : Future.failedFuture(why);
        });
    }

    private Future<Void> subscribe(String kind) {
        Topic topic = new Topic(journal.stream(), kind);
        return Feed.open(mesh, topic, journal.id(), this::delivered).map(feed -> {
            feeds.add(feed);
            if (ending.get() != null) {
                feed.close();
            }
            return null;
        });
    }

    private void begin(double fps) {
        DiskWriter disk = new DiskWriter(journal.id(), config.sync(), meters, this::diskFailed);
        disk.then(() -> journal.manifest().writeTo(journal.folder()));
        RecordingEngine engine = new RecordingEngine(
                journal, config, disk, meters, mesh.pictures(), pictureKind().isPresent(), fps);
        Thread.ofPlatform().daemon().name("recorder-" + journal.id()).start(() -> work(engine, disk));
        feeds.forEach(Feed::begin);
    }

    private void delivered(Feed feed, Delivery delivery) {
        queue.add(new Work.Delivered(feed, delivery));
    }

    /** Takes an event of the stream; one too many is counted. Any thread. */
    void found(Item item, Event event) {
        if (eventsWaiting.incrementAndGet() > MOST_EVENTS_WAITING) {
            eventsWaiting.decrementAndGet();
            eventsLost.incrementAndGet();
        } else {
            queue.add(new Work.Found(item, event));
        }
    }

    /** Events of the stream that were lost before they came here. Any thread. */
    void eventsMissing(Topic topic, long items) {
        LOG.debug("recording {}: {} items of {} came too fast", journal.id(), items, topic);
        eventsLost.addAndGet((int) Math.min(items, Integer.MAX_VALUE / 2));
    }

    /** Takes what is on its way, and closes the files. */
    Future<Void> stop(State last, String reason) {
        end(Optional.of(last), reason);
        return over.future();
    }

    /** Closes the files so that it goes on in a new part when the recorder is started again. */
    Future<Void> suspend() {
        end(Optional.empty(), "the recorder was stopped");
        return over.future();
    }

    private void end(Optional<State> last, String reason) {
        if (ending.compareAndSet(null, new Ending(last, reason, System.nanoTime()))) {
            queue.add(new Work.Look());
        }
    }

    private void diskFailed(IOException fault) {
        fail("it could not be written: " + Faults.text(fault));
    }

    private void fail(String reason) {
        LOG.error("the recording {} of {} ends: {}; what was written is kept", journal.id(), journal.stream(), reason);
        meters.failed();
        Ending failed = new Ending(Optional.of(State.FAILED), reason, System.nanoTime());
        ending.set(failed);
        queue.add(new Work.Look());
    }

    private void work(RecordingEngine engine, DiskWriter disk) {
        try {
            while (!isDone()) {
                Work next = queue.poll(config.fragmentInterval().toNanos(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    engine.tick();
                } else {
                    handle(engine, next);
                }
            }
        } catch (MeshException refused) {
            fail(String.valueOf(refused.getMessage()));
        } catch (InterruptedException | RuntimeException | Error defect) {
            LOG.error("a defect of ours ends the recording {}", journal.id(), defect);
            endedByDefect = true;
            fail("internal error: " + defect.getClass().getSimpleName());
        }
        feeds.forEach(Feed::close);
        finish(engine, disk);
    }

    private boolean isDone() {
        Ending wanted = ending.get();
        if (wanted == null) {
            return false;
        }
        boolean failed = wanted.last.equals(Optional.of(State.FAILED));
        boolean drained = queue.isEmpty() && feeds.stream().allMatch(Feed::isDrained);
        return failed || drained || System.nanoTime() - wanted.sinceNanos > DRAIN_NANOS;
    }

    private void finish(RecordingEngine engine, DiskWriter disk) {
        try {
            if (!endedByDefect) {
                engine.finish();
            }
        } catch (RuntimeException | Error defect) {
            LOG.error("the recording {} could not be brought to its end", journal.id(), defect);
        } finally {
            engine.close();
        }
        try {
            disk.then(() -> Parts.closeFile(journal, engine.log().file(), config.sync() != RecorderConfig.Sync.NEVER));
            disk.then(() -> {
                Ending last = ending.get();
                if (last != null) {
                    last.last.ifPresentOrElse(
                            state -> journal.ends(state, last.reason), () -> journal.note(last.reason));
                }
                journal.manifest().writeTo(journal.folder());
            });
            disk.finish();
        } catch (InterruptedException unexpected) {
            Thread.currentThread().interrupt();
        } finally {
            context.runOnContext(done -> over.tryComplete());
        }
    }

    private void handle(RecordingEngine engine, Work work) {
        switch (work) {
            case Work.Delivered delivered -> {
                try {
                    handle(engine, delivered.feed, delivered.delivery);
                } finally {
                    delivered.feed.handled(delivered.delivery);
                }
            }
            case Work.Found found -> {
                eventsWaiting.decrementAndGet();
                int lost = eventsLost.getAndSet(0);
                if (lost > 0) {
                    engine.eventsLost(lost);
                }
                engine.event(found.item, found.event);
            }
            case Work.WithoutPictures without -> {
                engine.changed(without.topic, true, "ended", without.reason);
                engine.withoutPictures();
                endIfNothingIsLeft(without.reason);
            }
            case Work.Look look -> {}
        }
    }

    private void handle(RecordingEngine engine, Feed feed, Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> take(engine, feed, data.item());
            case Delivery.Gap gap -> engine.tooSlow(feed.isPictures(), gap.items(), gap.durationNanos());
            case Delivery.Changed changed -> {
                engine.changed(
                        feed.topic().kind(),
                        feed.isPictures(),
                        changed.state().name().toLowerCase(Locale.ROOT),
                        changed.reason());
                if (changed.state() == SubscriptionState.ENDED) {
                    feedEnded(engine, feed, changed.reason());
                }
            }
        }
    }

    private void take(RecordingEngine engine, Feed feed, Item item) {
        switch (item.payload()) {
            case VideoFrame frame -> engine.picture(item.stamp(), frame);
            case AudioBlock block -> engine.sound(item.stamp(), block);
            case MediaPacket packet -> take(engine, feed, item, packet);
            case Event event ->
                throw MeshException.invalid(
                        "topics", "the topic " + feed.topic().kind() + " has no pictures");
        }
    }

    private void take(RecordingEngine engine, Feed feed, Item item, MediaPacket packet) {
        if (packet.format().track() != MediaPacket.Track.VIDEO || feed.isClosed()) {
            engine.packetPassed(item.stamp());
        } else if (packet.format().codec().equals(PacketPictures.CODEC)) {
            journal.remuxes(true);
            engine.packet(item.stamp(), packet);
        } else {
            encodeInstead(engine, feed, "the source sends " + packet.format().codec());
        }
    }

    /** Pictures that can't be kept coded come from the decoded topic. */
    private void encodeInstead(RecordingEngine engine, Feed packets, String reason) {
        packets.close();
        engine.changed(Topic.PACKETS, true, "left", reason);
        engine.picturesFromElsewhere(reason);
        context.runOnContext(now -> subscribePictures());
    }

    private void subscribePictures() {
        subscribe(Topic.VIDEO)
                .onSuccess(done -> feeds.forEach(Feed::begin))
                .onFailure(none -> queue.add(new Work.WithoutPictures(Topic.VIDEO, String.valueOf(none.getMessage()))));
    }

    private void feedEnded(RecordingEngine engine, Feed feed, String reason) {
        if (feed.topic().kind().equals(Topic.PACKETS)) {
            packetsEnded(engine, feed, reason);
            return;
        }
        feed.close();
        if (feed.isPictures()) {
            engine.withoutPictures();
        }
        endIfNothingIsLeft(reason);
    }

    /** A source that came to its end must not be opened again for its pictures. */
    private void packetsEnded(RecordingEngine engine, Feed packets, String reason) {
        packets.close();
        engine.picturesFromElsewhere(reason);
        mesh.directory().status(journal.stream()).onComplete(status -> {
            boolean goesOn = status.succeeded()
                    && switch (status.result().state()) {
                        case ENDED, FAILED -> false;
                        case IDLE, STARTING, LIVE, RECONNECTING -> true;
                    };
            if (goesOn) {
                context.runOnContext(now -> subscribePictures());
            } else {
                queue.add(new Work.WithoutPictures(Topic.VIDEO, reason));
            }
        });
    }

    private void endIfNothingIsLeft(String reason) {
        if (feeds.stream().allMatch(Feed::isClosed)) {
            end(Optional.of(State.FINISHED), reason);
        }
    }
}
