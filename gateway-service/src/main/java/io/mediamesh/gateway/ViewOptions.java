package io.mediamesh.gateway;

import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.Topic;
import io.vertx.core.MultiMap;

/**
 * How somebody wants to view a topic: the query parameters {@code policy}, {@code size}, {@code rate}, {@code quality}.
 *
 * @param buffered whether a few items may wait for a slow reader; otherwise the newest wins
 * @param queueCapacity how many items may wait behind the one being written
 * @param maxRateHz at most so many items a second; infinite for all
 * @param quality of JPEG, 1 to 100
 */
record ViewOptions(boolean buffered, int queueCapacity, double maxRateHz, int quality) {
    private static final int DEFAULT_QUALITY = 80;
    private static final int DEFAULT_SIZE = 8;
    /** Of events that come seldom, several at a time, and are worth something each. */
    private static final int EVENTS_SIZE = 64;

    private static final int MAX_SIZE = 256;
    static final double MIN_RATE_HZ = 0.01;
    static final double MAX_RATE_HZ = 1_000;
    /** What waited longer than this behind a slow reader is no longer worth sending to somebody who wants the latest. */
    private static final long STALE_NANOS = 1_000_000_000L;

    /** The newest item at any rate. */
    static ViewOptions latest(double maxRateHz, int quality) {
        return new ViewOptions(false, 1, maxRateHz, quality);
    }

    /** Every item, as long as no more than so many wait. */
    static ViewOptions buffered(int queueCapacity) {
        return new ViewOptions(true, queueCapacity, Double.POSITIVE_INFINITY, DEFAULT_QUALITY);
    }

    /**
     * Reads the query of a request.
     *
     * @throws MeshException naming the parameter and what is allowed
     */
    static ViewOptions of(MultiMap query) {
        boolean sized = query.contains("size");
        String policy = text(query, "policy", sized ? "buffer" : "latest");
        double rate = query.contains("rate") ? rate(text(query, "rate", "")) : Double.POSITIVE_INFINITY;
        int quality = integer(query, "quality", DEFAULT_QUALITY, 100);
        return switch (policy) {
            case "latest" -> {
                if (sized) {
                    throw MeshException.invalid("size", "size goes with policy=buffer only");
                }
                yield latest(rate, quality);
            }
            case "buffer" -> new ViewOptions(true, integer(query, "size", DEFAULT_SIZE, MAX_SIZE), rate, quality);
            default ->
                throw MeshException.invalid("policy", "policy must be latest or buffer, not " + Quoted.of(policy));
        };
    }

    /** The same of a topic: of what objects do no newer event stands for an older one. */
    static ViewOptions of(MultiMap query, Topic topic) {
        ViewOptions options = of(query);
        return topic.kind().equals(Topic.EVENTS) && !query.contains("policy") && !query.contains("size")
                ? new ViewOptions(true, EVENTS_SIZE, options.maxRateHz, options.quality)
                : options;
    }

    /** What becomes of items that wait. */
    BufferRule rule() {
        return new BufferRule(
                queueCapacity, BufferRule.Strategy.DROP_OLDEST, buffered ? BufferRule.FOR_EVER : STALE_NANOS);
    }

    /** The form in which video is wanted. */
    JpegForm form() {
        return JpegForm.ofQuality(quality);
    }

    private static double rate(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= MIN_RATE_HZ && value <= MAX_RATE_HZ) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below, together with the bounds
        }
        throw MeshException.invalid("rate", "rate must be a number from 0.01 to 1000 Hz, not " + Quoted.of(text));
    }

    private static int integer(MultiMap query, String name, int defaultValue, int max) {
        String text = text(query, name, String.valueOf(defaultValue));
        try {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= max) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below, together with the bounds
        }
        throw MeshException.invalid(
                name, name + " must be a whole number from 1 to " + max + ", not " + Quoted.of(text));
    }

    private static String text(MultiMap query, String name, String defaultValue) {
        String value = query.get(name);
        return value == null ? defaultValue : value;
    }
}
