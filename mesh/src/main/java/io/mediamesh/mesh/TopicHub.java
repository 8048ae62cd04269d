package io.mediamesh.mesh;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.Payload;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A topic at the member that produces it: stamps items and passes them to everybody attached. */
final class TopicHub {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Topic topic;
    private final StageMeters.Stages stages;
    private final CopyOnWriteArrayList<Outlet> outlets = new CopyOnWriteArrayList<>();
    private final LatencyWindow publishLatency = new LatencyWindow();
    private final LatencyWindow deliverLatency = new LatencyWindow();
    private volatile Runnable demandGrew = () -> {};

    // Guarded by this.
    private long epoch;
    private long sequence;
    private long published;
    private long lastCaptureNanos;
    private long windowStartNanos = System.nanoTime();
    private long windowStartPublished;
    private double rateHz;
    private long droppedByGone;
    private boolean keepsLatest;
    private Optional<Item> latest = Optional.empty();

    TopicHub(Topic topic, long epoch, StageMeters.Stages stages) {
        this.topic = topic;
        this.epoch = epoch;
        this.stages = stages;
    }

    Topic topic() {
        return topic;
    }

    synchronized long epoch() {
        return epoch;
    }

    /** Items from here on belong to the new epoch, and count from 0. */
    synchronized void enterEpoch(long next) {
        epoch = next;
        sequence = 0;
    }

    void attach(Outlet outlet) {
        outlet.measureInto(deliverLatency);
        outlet.onHunger(() -> demandGrew.run());
        synchronized (this) {
            if (outlets.addIfAbsent(outlet)) {
                latest.ifPresent(item -> outlet.accept(item, 0));
            }
        }
        demandGrew.run();
    }

    /** From now on whoever is attached gets the latest item at once. */
    synchronized void keepLatest() {
        keepsLatest = true;
    }

    /** Calls when an item would be taken that would not have been before. */
    void onDemand(Runnable grew) {
        demandGrew = grew;
    }

    void detach(Outlet outlet) {
        if (outlets.remove(outlet)) {
            synchronized (this) {
                droppedByGone += outlet.dropped();
            }
        }
    }

    boolean isDeserted() {
        return outlets.isEmpty();
    }

    boolean wanted() {
        for (Outlet outlet : outlets) {
            if (outlet.hungry()) {
                return true;
            }
        }
        return false;
    }

    boolean picturesWanted() {
        for (Outlet outlet : outlets) {
            if (outlet.wantsPictures() && outlet.hungry()) {
                return true;
            }
        }
        return false;
    }

    /** Publishes an item of a source. */
    synchronized void publish(CaptureTime capture, Payload payload) {
        distribute(new Item(topic, Stamp.ofSource(epoch, sequence++, capture), payload));
    }

    /** Publishes an item derived from another. */
    synchronized void publish(Stamp origin, Payload payload) {
        distribute(new Item(topic, Stamp.derived(epoch, sequence++, origin), payload));
    }

    private void distribute(Item item) {
        published++;
        lastCaptureNanos = item.stamp().capture().monotonicNanos();
        long age = System.nanoTime() - lastCaptureNanos;
        publishLatency.record(age);
        stages.record(StageMeters.Stage.PUBLISH, age);
        if (keepsLatest) {
            latest = Optional.of(item);
        }
        for (Outlet outlet : outlets) {
            outlet.accept(item, 0);
        }
    }

    /** Tells everybody that the topic is over, and lets go of them. */
    void end(String reason) {
        List<Outlet> all = List.copyOf(outlets);
        outlets.clear();
        all.forEach(outlet -> outlet.feedEnded(reason));
    }

    /** Tells everybody to look for another producer, and lets go of them. */
    void lose(String reason) {
        List<Outlet> all = List.copyOf(outlets);
        outlets.clear();
        all.forEach(outlet -> outlet.feedLost(reason));
    }

    /** Begins a new window of rate and latency. */
    synchronized void roll() {
        long now = System.nanoTime();
        rateHz = (published - windowStartPublished) * NANOS_PER_SECOND / Math.max(1, now - windowStartNanos);
        windowStartNanos = now;
        windowStartPublished = published;
        publishLatency.roll();
        deliverLatency.roll();
    }

    synchronized TopicStats stats(String memberId) {
        long dropped =
                droppedByGone + outlets.stream().mapToLong(Outlet::dropped).sum();
        double age = published == 0 ? -1 : (System.nanoTime() - lastCaptureNanos) / NANOS_PER_SECOND;
        return new TopicStats(
                topic,
                memberId,
                epoch,
                outlets.size(),
                rateHz,
                published,
                dropped,
                age,
                publishLatency.millisAt(50),
                publishLatency.millisAt(95),
                deliverLatency.millisAt(50),
                deliverLatency.millisAt(95));
    }
}
