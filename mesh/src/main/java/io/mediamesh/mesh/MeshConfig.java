package io.mediamesh.mesh;

import java.time.Duration;
import java.util.List;

/**
 * The settings of the mesh itself.
 *
 * @param linger how long a producer goes on after its last subscriber left, so that reloading a page does not close
 *     the camera
 * @param encoderThreads threads that encode pictures for subscribers
 * @param tieWait how long the half of a divided cluster that lacks the oldest member waits before it goes on; zero for ever
 * @param metricsTopics how many topics have metrics of their own in a process
 */
public record MeshConfig(Duration linger, int encoderThreads, Duration tieWait, int metricsTopics) {
    static final Setting<Duration> LINGER = Setting.duration(
            "mesh.linger", "500ms", "How long a source or an analysis goes on after its last subscriber left.");
    static final Setting<Integer> ENCODER_THREADS = Setting.integer(
            "mesh.encoder_threads",
            0,
            0,
            64,
            "Threads that encode pictures as JPEG for subscribers; 0 for one per processor.");
    static final Setting<Duration> TIE_WAIT = Setting.duration(
            "cluster.tie_wait",
            "10s",
            "When a cluster falls into equal halves, the one with the oldest member goes on at once, and the other after this"
                    + " time; 0: not before they are together again.");

    static final Setting<Integer> METRICS_TOPICS = Setting.integer(
            "metrics.topics",
            1000,
            0,
            100_000,
            "How many active topics of a process have metrics of their own; those beyond are summed up by kind.");

    /** With the defaults for what only matters where there is much of it. */
    public MeshConfig(Duration linger, int encoderThreads) {
        this(linger, encoderThreads, defaults().tieWait, defaults().metricsTopics);
    }

    /** The defaults. */
    public static MeshConfig defaults() {
        return of(Settings.of(all(), java.util.Map.of()));
    }

    /** All settings of the mesh. */
    public static List<Setting<?>> all() {
        return List.of(LINGER, ENCODER_THREADS, TIE_WAIT, METRICS_TOPICS);
    }

    /** The values in force. */
    public static MeshConfig of(Settings settings) {
        int threads = settings.get(ENCODER_THREADS);
        return new MeshConfig(
                settings.get(LINGER),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                settings.get(TIE_WAIT),
                settings.get(METRICS_TOPICS));
    }
}
