package io.mediamesh.mesh;

import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.MeshException;
import java.time.Duration;

/**
 * How somebody wants a topic.
 *
 * @param subscriber who it is, for logs and statistics, for example {@code "viewer 12"}
 * @param policy what happens when it is slower than the producer
 * @param maxRateHz at most so many items a second; {@link Double#POSITIVE_INFINITY} for all
 * @param form the form of video
 * @param inPlace whether deliveries come on the thread that publishes, one at a time, instead of on the context that
 *     subscribed: for handlers that are quick and don't care on which thread they are
 * @param gathering how long items may wait for each other, to be handed over together; zero for not at all. Sooner where
 *     half of what the policy lets wait is there
 */
public record SubscribeOptions(
        String subscriber, Policy policy, double maxRateHz, Form form, boolean inPlace, Duration gathering) {
    /** Checks the rate. */
    public SubscribeOptions {
        if (!(maxRateHz > 0)) {
            throw MeshException.invalid("rate", "the rate must be above 0 Hz, not " + maxRateHz);
        }
    }

    /** The newest item, at any rate, by reference. */
    public static SubscribeOptions latest(String subscriber) {
        return new SubscribeOptions(
                subscriber, Policy.LATEST, Double.POSITIVE_INFINITY, Form.BY_REFERENCE, false, Duration.ZERO);
    }

    /** The same with another policy. */
    public SubscribeOptions withPolicy(Policy other) {
        return new SubscribeOptions(subscriber, other, maxRateHz, form, inPlace, gathering);
    }

    /** The same with at most so many items a second. */
    public SubscribeOptions withMaxRateHz(double hz) {
        return new SubscribeOptions(subscriber, policy, hz, form, inPlace, gathering);
    }

    /** The same with video in this form. */
    public SubscribeOptions withForm(Form other) {
        return new SubscribeOptions(subscriber, policy, maxRateHz, other, inPlace, gathering);
    }

    /** The same with deliveries on the thread that publishes, which saves waking up another one for each item. */
    public SubscribeOptions withDeliveryInPlace() {
        return new SubscribeOptions(subscriber, policy, maxRateHz, form, true, gathering);
    }

    /** The same for somebody who is not in a hurry, and would rather be woken up seldom. */
    public SubscribeOptions gathered(Duration time) {
        return new SubscribeOptions(subscriber, policy, maxRateHz, form, inPlace, time);
    }
}
