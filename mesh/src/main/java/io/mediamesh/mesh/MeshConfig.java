package io.mediamesh.mesh;

import java.time.Duration;
import java.util.List;

/**
 * The settings of the mesh itself.
 *
 * @param linger how long a producer goes on after its last subscriber left, so that reloading a page does not close
 *     the camera
 * @param encoderThreads threads that encode pictures for subscribers
 * @param metricsTopics how many topics have metrics of their own in a process
 */
public record MeshConfig(Duration linger, int encoderThreads, int metricsTopics) {
    static final Setting<Duration> LINGER = Setting.duration(
            "mesh.linger", "500ms", "How long a source or an analysis goes on after its last subscriber left.");
    static final Setting<Integer> ENCODER_THREADS = Setting.integer(
            "mesh.encoder_threads",
            0,
            0,
            64,
            "Threads that encode pictures as JPEG for subscribers; 0 for one per processor.");
    static final Setting<Integer> METRICS_TOPICS = Setting.integer(
            "metrics.topics",
            1000,
            0,
            100_000,
            "How many active topics of a process have metrics of their own; those beyond are summed up by kind.");

    /** The defaults. */
    public static MeshConfig defaults() {
        return of(Settings.of(all(), java.util.Map.of()));
    }

    /** All settings of the mesh. */
    public static List<Setting<?>> all() {
        return List.of(LINGER, ENCODER_THREADS, METRICS_TOPICS);
    }

    /** The values in force. */
    public static MeshConfig of(Settings settings) {
        int threads = settings.get(ENCODER_THREADS);
        return new MeshConfig(
                settings.get(LINGER),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                settings.get(METRICS_TOPICS));
    }
}
