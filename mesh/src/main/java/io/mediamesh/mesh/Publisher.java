package io.mediamesh.mesh;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Payload;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.vertx.core.Future;

/**
 * The way by which a producer's items get to the subscribers of its topic. Any thread may use it; items are ordered
 * as they are published. Publishing never blocks: what a subscriber can't take is dropped as that subscriber said.
 */
public final class Publisher {
    private final Mesh mesh;
    private final TopicHub hub;

    Publisher(Mesh mesh, TopicHub hub) {
        this.mesh = mesh;
        this.hub = hub;
    }

    /** The topic to produce. */
    public Topic topic() {
        return hub.topic();
    }

    /** The epoch of the items published now. */
    public long epoch() {
        return hub.epoch();
    }

    /** Whether any subscriber would take an item now; when not, costly work may be skipped. */
    public boolean wanted() {
        return hub.wanted();
    }

    /** Whether any subscriber would take a picture now; when not, the light of it is all that is wanted. */
    public boolean picturesWanted() {
        return hub.picturesWanted();
    }

    /**
     * Calls when an item would be taken that would not have been before, on any thread, and sometimes when not: the
     * producer looks at {@link #wanted} then. Whoever makes items all the time does not need it.
     */
    public void onDemand(Runnable grew) {
        hub.onDemand(grew);
    }

    /**
     * From now on who subscribes gets the item at once that was published last, however old: for topics whose next item may
     * wait for somebody to have seen this one. A subscription that joins another of its member in one link waits for the next.
     */
    public void keepLatest() {
        hub.keepLatest();
    }

    /** Publishes an item that comes from a source. */
    public void publish(CaptureTime capture, Payload payload) {
        hub.publish(capture, payload);
    }

    /** Publishes an item that was made from the one with this stamp. */
    public void publish(Stamp origin, Payload payload) {
        hub.publish(origin, payload);
    }

    /** Begins a new epoch, because the source was opened again. */
    public Future<Long> reopened() {
        return mesh.advanceEpoch(hub);
    }

    /** The topic came to its end: subscribers are told why, and the producer is stopped. */
    public void end(String reason) {
        mesh.endHosted(hub, reason);
    }

    @Override
    public String toString() {
        return "publisher of " + hub.topic();
    }
}
