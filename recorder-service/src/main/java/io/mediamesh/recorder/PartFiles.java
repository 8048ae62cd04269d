package io.mediamesh.recorder;

import io.mediamesh.contracts.RecorderProtocol.Entry;
import io.mediamesh.contracts.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the files of a part are called. */
final class PartFiles {
    private PartFiles() {}

    static String pictures(int part) {
        return String.format(Locale.ROOT, "video-%04d.mp4", part);
    }

    static String sound(int part) {
        return String.format(Locale.ROOT, "audio-%04d.wav", part);
    }

    /** The first file with media, or where it will be: whoever began the recording wants to know at once. */
    static Path first(Path folder, List<Entry> files, Set<String> topics) {
        return folder.resolve(files.stream()
                .filter(entry -> entry.part() > 0)
                .map(Entry::name)
                .findFirst()
                .orElseGet(() -> topics.equals(Set.of(Topic.AUDIO)) ? sound(1) : pictures(1)));
    }
}
