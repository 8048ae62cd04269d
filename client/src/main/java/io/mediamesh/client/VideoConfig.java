package io.mediamesh.client;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * How the server treats the connections that a client makes.
 *
 * @param maxSamples frames over which the average goes, at least 1
 * @param frameTimeout after so long without a frame the server closes the connection
 * @param logInterval how often the server logs a connection's figures
 */
public record VideoConfig(int maxSamples, Duration frameTimeout, Duration logInterval) {
    /** 30 frames, 5 seconds, 1 second. */
    public static final VideoConfig DEFAULT = new VideoConfig(30, Duration.ofSeconds(5), Duration.ofSeconds(1));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the one that can't be right
     */
    public VideoConfig {
        if (maxSamples < 1) {
            throw new IllegalArgumentException("maxSamples must be at least 1, not " + maxSamples);
        }
        checkPositive("frameTimeout", frameTimeout);
        checkPositive("logInterval", logInterval);
    }

    private static void checkPositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be longer than nothing, not " + value);
        }
    }

    /** The form in an offer. */
    JsonObject toJson() {
        return new JsonObject()
                .put("max_samples", maxSamples)
                .put("frame_timeout", seconds(frameTimeout))
                .put("log_interval", seconds(logInterval));
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }
}
