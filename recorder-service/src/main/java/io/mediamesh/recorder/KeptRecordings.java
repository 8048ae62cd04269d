package io.mediamesh.recorder;

import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The recordings on the disk of this member that are not being written. Any thread. */
final class KeptRecordings {
    private final String memberId;

    // Guarded by this.
    private final Map<String, Kept> kept = new TreeMap<>();

    /** A recording that is not being written. */
    record Kept(Recording recording, Path folder) {}

    KeptRecordings(String memberId) {
        this.memberId = memberId;
    }

    synchronized void keep(Recording recording, Path folder) {
        kept.put(recording.id(), new Kept(here(recording, folder), folder));
    }

    /** Ids of members and paths change with each start; the files are what stays. */
    private Recording here(Recording was, Path folder) {
        return new Recording(
                was.id(),
                was.stream(),
                was.topics(),
                was.events(),
                was.state(),
                was.reason(),
                memberId,
                was.startedUnixSeconds(),
                was.endedUnixSeconds(),
                was.durationSeconds(),
                was.sizeBytes(),
                PartFiles.first(folder, was.files(), was.topics()).toString(),
                was.remuxed(),
                was.parts(),
                was.files());
    }

    synchronized Optional<Kept> find(String id) {
        return Optional.ofNullable(kept.get(id));
    }

    /** It is being written from now on, or was deleted. */
    synchronized void forget(String id) {
        kept.remove(id);
    }

    synchronized List<Recording> all() {
        return kept.values().stream().map(Kept::recording).toList();
    }

    /** Those that wait for nothing any more, oldest first. */
    synchronized List<Kept> ended() {
        return kept.values().stream()
                .filter(one -> one.recording.state() != State.RECORDING)
                .sorted(Comparator.comparing((Kept one) -> one.recording.startedUnixSeconds())
                        .thenComparing(one -> one.recording.id()))
                .toList();
    }
}
