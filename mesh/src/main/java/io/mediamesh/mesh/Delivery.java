package io.mediamesh.mesh;

import io.mediamesh.contracts.Item;

/** What a subscription hands to its consumer, in order. Only {@link Data} takes a credit. */
public sealed interface Delivery {
    /**
     * An item.
     *
     * @param item the item, in the form that was asked for
     * @param droppedBefore items that this subscriber's policy dropped since the previous delivery
     */
    record Data(Item item, long droppedBefore) implements Delivery {}

    /**
     * A lossless subscriber was too slow: these items are missing here.
     *
     * @param epoch epoch of the first missing item
     * @param firstSequence sequence of the first missing item
     * @param items how many are missing
     * @param durationNanos capture time between the first and the last missing item
     */
    record Gap(long epoch, long firstSequence, long items, long durationNanos) implements Delivery {}

    /**
     * The producer was lost, or is there (again).
     *
     * @param state what holds from here on
     * @param reason for a person; empty when live
     */
    record Changed(SubscriptionState state, String reason) implements Delivery {}
}
