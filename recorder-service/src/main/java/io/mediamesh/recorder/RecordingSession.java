package io.mediamesh.recorder;

import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording that is being written: holds its {@link Feeds}, and has two threads, one that encodes and one for the
 * disk. Opened on the context of the service; stopping is safe from any thread.
 */
final class RecordingSession implements Feeds.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingSession.class);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int MOST_EVENTS_WAITING = 2_000;
    /** A viewer waits for a picture and a file does not, so that it is first coded for whom sees it live. */
    private static final long LIVE_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

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
    private final Lease lease = new Lease(System::nanoTime);
    private final Feeds feeds;
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private volatile boolean endedByDefect;

    /** Why and as what it ends; {@code last} empty where it is to go on after a restart. */
    private record Ending(Optional<State> last, String reason, long sinceNanos) {}

    /** What the thread has to do. */
    private sealed interface Work {
        record Delivered(Feed feed, Delivery delivery, long arrivedNanos) implements Work {}

        record Found(Item item, Event event) implements Work {}

        record WithoutPictures(String reason) implements Work {}

        record Look() implements Work {}
    }

    RecordingSession(Mesh mesh, Context context, RecorderConfig config, RecorderMeters meters, Journal journal) {
        this.mesh = mesh;
        this.context = context;
        this.config = config;
        this.meters = meters;
        this.journal = journal;
        this.feeds = new Feeds(mesh, context, config, journal, this);
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
        return mesh.directory()
                .status(journal.stream())
                .compose(status -> feeds.open()
                        .map(status.video().map(StreamStatus.Video::fps).orElse(0.0)))
                .onFailure(refused -> feeds.close())
                .map(fps -> {
                    begin(fps);
                    return null;
                });
    }

    private void begin(double fps) {
        DiskWriter disk = new DiskWriter(journal.id(), config.sync(), lease, meters, this::diskFailed);
        disk.then(() -> Reserve.keep(journal.folder()));
        disk.then(() -> journal.manifest().writeTo(journal.folder()));
        RecordingEngine engine =
                new RecordingEngine(journal, config, disk, meters, mesh.pictures(), feeds.havePictures(), fps);
        engine.expectPackets(feeds.mayKeepSound());
        Thread.ofPlatform().daemon().name("recorder-" + journal.id()).start(() -> work(engine, disk));
        feeds.begin();
    }

    @Override
    public void delivered(Feed feed, Delivery delivery) {
        queue.add(new Work.Delivered(feed, delivery, System.nanoTime()));
    }

    @Override
    public void withoutPictures(String reason) {
        queue.add(new Work.WithoutPictures(reason));
    }

    @Override
    public void nothingLeft(String reason) {
        end(Optional.of(State.FINISHED), reason);
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

    /** Whether its files may be written. */
    Lease lease() {
        return lease;
    }

    /** Another member writes the files now, so that they are not touched any more. */
    void abandon() {
        LOG.warn("the recording {} goes on at another recorder, which took it for lost", journal.id());
        lease.lose();
        end(Optional.empty(), "another recorder has taken it over");
    }

    private void end(Optional<State> last, String reason) {
        if (ending.compareAndSet(null, new Ending(last, reason, System.nanoTime()))) {
            feeds.seal();
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
        feeds.close();
        finish(engine, disk);
    }

    private boolean isDone() {
        Ending wanted = ending.get();
        if (wanted == null) {
            return false;
        }
        boolean failed = wanted.last.equals(Optional.of(State.FAILED));
        boolean drained = queue.isEmpty() && feeds.areDrained();
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
            disk.then(() -> Reserve.giveBack(journal.folder()));
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
                if (delivered.feed.isLarge() && queue.isEmpty()) {
                    LockSupport.parkNanos(delivered.arrivedNanos + LIVE_FIRST_NANOS - System.nanoTime());
                }
                try {
                    feeds.take(engine, delivered.feed, delivered.delivery);
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
            case Work.WithoutPictures without -> feeds.withoutPictures(engine, without.reason);
            case Work.Look look -> {}
        }
    }
}
