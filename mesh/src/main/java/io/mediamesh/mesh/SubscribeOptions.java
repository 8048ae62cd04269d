package io.mediamesh.mesh;

import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.MeshException;

/**
 * How somebody wants a topic.
 *
 * @param subscriber who it is, for logs and statistics, for example {@code "viewer 12"}
 * @param policy what happens when it is slower than the producer
 * @param maxRateHz at most so many items a second; {@link Double#POSITIVE_INFINITY} for all
 * @param form the form of video
 */
public record SubscribeOptions(String subscriber, Policy policy, double maxRateHz, Form form) {
    /** Checks the rate. */
    public SubscribeOptions {
        if (!(maxRateHz > 0)) {
            throw MeshException.invalid("rate", "the rate must be above 0 Hz, not " + maxRateHz);
        }
    }

    /** The newest item, at any rate, by reference. */
    public static SubscribeOptions latest(String subscriber) {
        return new SubscribeOptions(subscriber, Policy.LATEST, Double.POSITIVE_INFINITY, Form.BY_REFERENCE);
    }

    /** The same with another policy. */
    public SubscribeOptions withPolicy(Policy other) {
        return new SubscribeOptions(subscriber, other, maxRateHz, form);
    }

    /** The same with at most so many items a second. */
    public SubscribeOptions withMaxRateHz(double hz) {
        return new SubscribeOptions(subscriber, policy, hz, form);
    }

    /** The same with video in this form. */
    public SubscribeOptions withForm(Form other) {
        return new SubscribeOptions(subscriber, policy, maxRateHz, other);
    }
}
