package io.mediamesh.audio;

import io.mediamesh.mesh.Setting;

/** The settings of this service, without those of the single analyses. */
final class AudioConfig {
    static final Setting<Integer> THREADS = Setting.integer(
            "audio.threads",
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
            1,
            64,
            "Threads that analyse sound, for all streams together.");

    private AudioConfig() {}
}
