package io.mediamesh.gateway;

import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.RecordingsFolder;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings of live sessions. Those of the server hold where nothing else was put at {@code /api/config}.
 *
 * @param url of the LiveKit server; empty for none
 * @param access what else the settings say of it
 * @param recordings the folder below which recorders write
 * @param keptFor how long sessions that are over are remembered
 */
record LiveConfig(String url, LiveKitAccess access, Path recordings, Duration keptFor) {
    static final Setting<Duration> KEEP = Setting.duration(
            "live_sessions.keep",
            "30d",
            "How long live sessions that are over are remembered. Their recordings are kept as recorder.* says.");

    static List<Setting<?>> all() {
        return Stream.of(LiveKitAccess.all(), RecordingsFolder.all(), List.of(KEEP))
                .<Setting<?>>flatMap(List::stream)
                .toList();
    }

    static LiveConfig of(Settings settings) {
        return new LiveConfig(
                settings.get(LiveKitAccess.URL),
                LiveKitAccess.of(settings),
                RecordingsFolder.of(settings),
                settings.get(KEEP));
    }
}
