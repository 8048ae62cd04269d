package io.mediamesh.gateway;

import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One subscription shared by all viewers who want the same. It asks the mesh for the next item only while some viewer
 * could take one, so viewers who all stand still cost nothing, and one who stands still does not hold up the others.
 * Lives on one event loop.
 */
final class ViewerHub {
    private final Subscription subscription;
    private final Function<Item, Packet> packets;
    private final boolean keepsLatest;
    private final Consumer<ViewerHub> onClose;
    private Viewer[] viewers = {};
    private int expected;
    private boolean asked;
    private boolean delivering;
    private boolean over;
    private Viewer.@Nullable Change trouble;
    private Viewer.@Nullable Change sourceTrouble;
    private @Nullable Packet latest;

    /**
     * @param subscription not flowing yet
     * @param packets what goes to the viewers of an item
     * @param keepsLatest whether a viewer that comes later gets the latest packet at once
     * @param onClose called when the last viewer has left or the topic is over
     */
    ViewerHub(
            Subscription subscription,
            Function<Item, Packet> packets,
            boolean keepsLatest,
            Consumer<ViewerHub> onClose) {
        this.subscription = subscription;
        this.packets = packets;
        this.keepsLatest = keepsLatest;
        this.onClose = onClose;
        subscription.pause();
        subscription.handler(this::deliver);
    }

    Topic topic() {
        return subscription.topic();
    }

    boolean isOver() {
        return over;
    }

    /** Keeps the hub open for a viewer whose connection is still being set up. */
    ViewerHub expectViewer() {
        expected++;
        return this;
    }

    /** The expected viewer does not come. */
    void expectNoMore() {
        expected--;
        releaseIfEmpty();
    }

    /** Takes in the expected viewer. */
    void add(Viewer viewer) {
        expected--;
        if (over) {
            viewer.finish("the topic has ended");
            return;
        }
        viewers = Arrays.copyOf(viewers, viewers.length + 1);
        viewers[viewers.length - 1] = viewer;
        viewer.attachTo(this);
        Viewer.Change told = trouble == null ? sourceTrouble : trouble;
        if (told != null) {
            viewer.change(told);
        }
        Packet shown = latest;
        if (shown != null) {
            offer(viewer, shown);
        }
        wantMore();
    }

    void remove(Viewer viewer) {
        viewers = Arrays.stream(viewers).filter(other -> other != viewer).toArray(Viewer[]::new);
        releaseIfEmpty();
        wantMore();
    }

    private void releaseIfEmpty() {
        if (viewers.length == 0 && expected == 0 && !over) {
            close();
        }
    }

    /** Asks for the next item if there is a viewer for it. */
    void wantMore() {
        if (asked || delivering || over) {
            return;
        }
        for (Viewer viewer : viewers) {
            if (viewer.hungry()) {
                asked = true;
                subscription.fetch(1);
                return;
            }
        }
    }

    void check(long nowNanos, long stallNanos) {
        for (Viewer viewer : viewers) {
            viewer.check(nowNanos, stallNanos);
        }
    }

    /** Tells everybody that it is over. */
    void end(String reason) {
        Viewer[] last = viewers;
        close();
        for (Viewer viewer : last) {
            viewer.finish(reason);
        }
    }

    /** Sends everybody away to another server. */
    void dismiss(String reason) {
        Viewer[] last = viewers;
        close();
        for (Viewer viewer : last) {
            viewer.dismiss(reason);
        }
    }

    private void deliver(Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                asked = false;
                trouble = null;
                fanOut(data);
            }
            case Delivery.Gap gap -> {
                for (Viewer viewer : viewers) {
                    viewer.missed(gap.items());
                }
            }
            case Delivery.Changed changed -> change(changed);
        }
        wantMore();
    }

    private void fanOut(Delivery.Data data) {
        Packet packet = packets.apply(data.item());
        delivering = true;
        try {
            for (Viewer viewer : viewers) {
                if (data.droppedBefore() > 0) {
                    viewer.missed(data.droppedBefore());
                }
                offer(viewer, packet);
            }
        } finally {
            delivering = false;
            if (keepsLatest && !over) {
                forgetLatest();
                latest = packet;
            } else {
                packet.release();
            }
        }
    }

    private void forgetLatest() {
        Packet shown = latest;
        latest = null;
        if (shown != null) {
            shown.release();
        }
    }

    private static void offer(Viewer viewer, Packet packet) {
        try {
            viewer.offer(packet);
        } catch (RuntimeException fault) {
            viewer.fail(Failures.asMeshException(fault, 500));
            viewer.left();
        }
    }

    private void change(Delivery.Changed changed) {
        if (changed.state() == SubscriptionState.ENDED) {
            end(changed.reason());
            return;
        }
        Viewer.Change told = told(changed.state(), changed.reason());
        boolean troubled = trouble != null;
        trouble = changed.state() == SubscriptionState.LIVE ? null : told;
        if (troubled || trouble != null) {
            tell(told);
        }
    }

    /** How the source does: told when it is lost, once for each reason, and when it is back. */
    void source(StreamStatus status) {
        Viewer.Change before = sourceTrouble;
        switch (status.state()) {
            // A source that is being opened has a reason where it waits for something, a room for somebody who
            // publishes.
            case RECONNECTING, STARTING -> {
                Viewer.Change now = told(SubscriptionState.LOST, status.reason());
                if (!status.reason().isEmpty() && !now.equals(before)) {
                    sourceTrouble = now;
                    tell(now);
                }
            }
            case LIVE -> {
                if (before != null) {
                    sourceTrouble = null;
                    tell(told(SubscriptionState.LIVE, ""));
                }
            }
            case IDLE, ENDED, FAILED -> {
                // Nothing is wrong yet, or the topic ends with it.
            }
        }
    }

    private Viewer.Change told(SubscriptionState state, String reason) {
        return new Viewer.Change(subscription.topic().stream(), state, reason);
    }

    private void tell(Viewer.Change change) {
        for (Viewer viewer : viewers) {
            viewer.change(change);
        }
    }

    private void close() {
        if (!over) {
            over = true;
            forgetLatest();
            subscription.close();
            onClose.accept(this);
        }
    }
}
