package io.mediamesh.audio;

import java.util.List;
import java.util.stream.IntStream;

/** How people call channels. */
final class ChannelLabels {
    private ChannelLabels() {}

    /** {@code mono}, {@code L} and {@code R}, or numbers from 1. */
    static List<String> of(int channels) {
        return switch (channels) {
            case 1 -> List.of("mono");
            case 2 -> List.of("L", "R");
            default ->
                IntStream.rangeClosed(1, channels).mapToObj(Integer::toString).toList();
        };
    }
}
