package io.mediamesh.mesh;

/** Whether a subscription has a producer. */
public enum SubscriptionState {
    /** Not attached to a producer for the first time yet. */
    WAITING,
    /** Attached to a producer. */
    LIVE,
    /** The producer is gone; the mesh looks for another. */
    LOST,
    /** The topic came to its end, or the subscription was closed. */
    ENDED
}
