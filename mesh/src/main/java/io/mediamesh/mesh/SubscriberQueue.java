package io.mediamesh.mesh;

import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.Stamp;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one subscriber, bounded by its policy. Items of an epoch older than one already seen are refused.
 * Not thread-safe: {@link Outlet} guards it.
 */
final class SubscriberQueue {
    private static final int MAX_NOTICES = 16;

    private final Policy policy;
    private final ArrayDeque<Object> entries = new ArrayDeque<>();
    private int items;
    private long highestEpoch = Long.MIN_VALUE;
    private long droppedSinceDelivery;
    private long droppedTotal;
    private long refusedTotal;

    private @Nullable Stamp gapFirst;
    private @Nullable Stamp gapLast;
    private long gapItems;

    SubscriberQueue(Policy policy) {
        this.policy = policy;
    }

    /** Takes an item as the policy says. */
    void offer(Item item) {
        long epoch = item.stamp().epoch();
        if (epoch < highestEpoch) {
            refusedTotal++;
            return;
        }
        highestEpoch = epoch;
        if (items >= policy.capacity()) {
            switch (policy) {
                case Policy.Latest latest -> dropOldest();
                case Policy.Buffer buffer -> dropOldest();
                case Policy.Lossless lossless -> {
                    extendGap(item.stamp());
                    return;
                }
            }
        }
        closeGap();
        entries.addLast(item);
        items++;
    }

    /** Adds what is not an item: it keeps its place among the items and takes no credit. */
    void notice(Delivery notice) {
        if (notice instanceof Delivery.Gap gap) {
            droppedTotal += gap.items();
        }
        closeGap();
        if (entries.size() - items >= MAX_NOTICES) {
            removeFirst(false);
        }
        entries.addLast(notice);
    }

    /** Adds to the count of dropped items some that were dropped on the way here. */
    void droppedElsewhere(long count) {
        droppedSinceDelivery += count;
        droppedTotal += count;
    }

    /** The next delivery, or null when nothing may be delivered: items need {@code credit}, notices don't. */
    @Nullable Delivery poll(boolean credit) {
        Object head = entries.peekFirst();
        if (head == null) {
            if (gapItems > 0) {
                closeGap();
                return poll(credit);
            }
            return null;
        }
        if (head instanceof Item item) {
            if (!credit) {
                return null;
            }
            entries.removeFirst();
            items--;
            long dropped = droppedSinceDelivery;
            droppedSinceDelivery = 0;
            return new Delivery.Data(item, dropped);
        }
        entries.removeFirst();
        return (Delivery) head;
    }

    int items() {
        return items;
    }

    /** How many items fit before the policy has to drop something. */
    int room() {
        return policy.capacity() - items;
    }

    boolean isEmpty() {
        return entries.isEmpty() && gapItems == 0;
    }

    long highestEpoch() {
        return highestEpoch;
    }

    long droppedTotal() {
        return droppedTotal;
    }

    long refusedTotal() {
        return refusedTotal;
    }

    void clear() {
        entries.clear();
        items = 0;
        gapItems = 0;
    }

    private void dropOldest() {
        removeFirst(true);
        items--;
        droppedSinceDelivery++;
        droppedTotal++;
    }

    private void removeFirst(boolean item) {
        Iterator<Object> iterator = entries.iterator();
        while (iterator.hasNext()) {
            if (iterator.next() instanceof Item == item) {
                iterator.remove();
                return;
            }
        }
    }

    private void extendGap(Stamp stamp) {
        if (gapItems == 0) {
            gapFirst = stamp;
        }
        gapLast = stamp;
        gapItems++;
        droppedTotal++;
    }

    private void closeGap() {
        Stamp first = gapFirst;
        Stamp last = gapLast;
        if (gapItems == 0 || first == null || last == null) {
            return;
        }
        entries.addLast(new Delivery.Gap(
                first.epoch(),
                first.sequence(),
                gapItems,
                last.capture().monotonicNanos() - first.capture().monotonicNanos()));
        gapItems = 0;
    }
}
