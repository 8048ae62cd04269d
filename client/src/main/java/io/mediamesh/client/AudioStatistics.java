package io.mediamesh.client;

import java.util.Map;

/**
 * How a client does.
 *
 * @param types those that have consumers
 * @param connections that are open
 * @param reconnects connections that broke, since the client was made
 * @param malformed messages that were not understood, since the client was made
 */
public record AudioStatistics(
        Map<AudioType, AudioTypeStatistics> types, int connections, long reconnects, long malformed) {
    /** Copies the map. */
    public AudioStatistics {
        types = Map.copyOf(types);
    }

    /** Results of all types a second, over the last five seconds. */
    public double dataRateHz() {
        return types.values().stream()
                .mapToDouble(AudioTypeStatistics::dataRateHz)
                .sum();
    }

    /** Consumers of all types; one that is registered for two counts twice. */
    public int activeConsumers() {
        return types.values().stream()
                .mapToInt(AudioTypeStatistics::activeConsumers)
                .sum();
    }

    /** Results that the server left out, of all types. */
    public long dropped() {
        return types.values().stream().mapToLong(AudioTypeStatistics::dropped).sum();
    }
}
