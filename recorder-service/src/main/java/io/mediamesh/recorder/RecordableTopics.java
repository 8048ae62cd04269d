package io.mediamesh.recorder;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.Topic;
import java.util.Set;
import java.util.SortedSet;

/** Which topics can be recorded together. */
final class RecordableTopics {
    private static final Set<String> NO_PICTURES =
            Set.of(Topic.PACKETS, Topic.INTENSITY, Topic.DETECTIONS, Topic.TRACKS, Topic.EVENTS, Topic.HUB);

    private RecordableTopics() {}

    /**
     * Refuses what is no recording.
     *
     * @throws MeshException naming the field {@code topics}
     */
    static void check(SortedSet<String> topics) {
        long pictures =
                topics.stream().filter(kind -> !kind.equals(Topic.AUDIO)).count();
        boolean wrong = topics.stream().anyMatch(NO_PICTURES::contains);
        if (topics.isEmpty() || pictures > 1 || wrong) {
            throw MeshException.invalid(
                    "topics",
                    "a recording has audio, one topic of pictures such as video or annotated, or both; not "
                            + Quoted.of(String.join(",", topics)));
        }
    }
}
