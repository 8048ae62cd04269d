package io.mediamesh.mesh;

import java.nio.file.Path;
import java.util.List;

/** Where recordings lie: recorders write below it, and whoever names a folder for recordings is held to it. */
public final class RecordingsFolder {
    /** The folder itself. */
    public static final Setting<String> DIRECTORY = Setting.text(
            "recorder.directory", "", "Folder of the recordings; empty: the folder recordings in data.dir.");

    private RecordingsFolder() {}

    /** All settings about it. */
    public static List<Setting<?>> all() {
        return List.of(NodeConfig.DATA_DIR, DIRECTORY);
    }

    /** The absolute path in force. */
    public static Path of(Settings settings) {
        String directory = settings.get(DIRECTORY).strip();
        Path root = directory.isEmpty()
                ? Path.of(settings.get(NodeConfig.DATA_DIR)).resolve("recordings")
                : Path.of(directory);
        return root.toAbsolutePath().normalize();
    }
}
