package io.mediamesh.tracking;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.tracking.onnx.OnnxTrackerKind;
import io.mediamesh.tracking.opencv.FeatureTrackerKind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of this service.
 *
 * @param threads threads that decode and track, for all sessions together
 * @param queue pictures that wait for one of them
 * @param maxSessions of this member
 * @param idleTimeout a session without a picture for so long ends
 * @param maxRateHz frames of a stream a second in which marked objects are looked for, at most
 * @param maxGap for how long an object that detectors found keeps its identity while they do not find it
 * @param certainty from which confidence on a detection may begin a track
 * @param models that tell the pixels of objects; empty where features do
 */
record TrackingConfig(
        int threads,
        int queue,
        int maxSessions,
        Duration idleTimeout,
        double maxRateHz,
        Duration maxGap,
        double certainty,
        Optional<Models> models) {
    /**
     * A model of the SAM family in two files.
     *
     * @param threads that look at one picture
     */
    record Models(Path encoder, Path decoder, int threads) {}

    static final Setting<Integer> THREADS = Setting.integer(
            "tracking.threads",
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
            1,
            64,
            "Threads that decode pictures and follow objects in them, for all sessions together.");
    static final Setting<Integer> QUEUE = Setting.integer(
            "tracking.queue",
            64,
            1,
            10_000,
            "Pictures of all sessions that wait for one of these threads; more are refused with 503.");
    static final Setting<Integer> MAX_SESSIONS = Setting.integer(
            "tracking.max_sessions", 200, 1, 100_000, "Tracking sessions of a member at once, at most.");
    static final Setting<Duration> IDLE_TIMEOUT =
            Setting.duration("tracking.idle_timeout", "5m", "A tracking session without a picture for so long ends.");
    static final Setting<Double> MAX_RATE = Setting.number(
            "tracking.max_rate",
            30,
            0.1,
            120,
            "Frames of a stream a second in which marked objects are looked for, at most; the newest one is taken.");
    static final Setting<Duration> MAX_GAP = Setting.duration(
            "tracking.max_gap",
            "1s",
            "For how long an object that detectors found keeps its identity while they do not find it.");
    static final Setting<Double> CERTAINTY = Setting.number(
            "tracking.certainty",
            0.5,
            0,
            1,
            "From which confidence on a detection may begin a track; less certain ones only keep one going.");

    static final Setting<String> BACKEND = Setting.choice(
            "tracking.backend",
            FeatureTrackerKind.NAME,
            List.of(FeatureTrackerKind.NAME, OnnxTrackerKind.NAME),
            "What tells the pixels of an object: what the first picture shows of it, or a segmentation model of the SAM family.");
    static final Setting<String> ENCODER = Setting.text(
            "tracking.encoder", "", "ONNX file of the model's image encoder; with tracking.backend: onnx.");
    static final Setting<String> DECODER = Setting.text(
            "tracking.decoder",
            "",
            "ONNX file of the model's mask decoder, which takes boxes; with tracking.backend: onnx.");
    static final Setting<Integer> MODEL_THREADS =
            Setting.integer("tracking.model_threads", 1, 1, 64, "Threads with which the model looks at one picture.");

    static List<Setting<?>> all() {
        return List.of(
                THREADS,
                QUEUE,
                MAX_SESSIONS,
                IDLE_TIMEOUT,
                MAX_RATE,
                MAX_GAP,
                CERTAINTY,
                BACKEND,
                ENCODER,
                DECODER,
                MODEL_THREADS);
    }

    static TrackingConfig of(Settings settings) {
        return new TrackingConfig(
                settings.get(THREADS),
                settings.get(QUEUE),
                settings.get(MAX_SESSIONS),
                settings.get(IDLE_TIMEOUT),
                settings.get(MAX_RATE),
                settings.get(MAX_GAP),
                settings.get(CERTAINTY),
                models(settings));
    }

    private static Optional<Models> models(Settings settings) {
        return settings.get(BACKEND).equals(OnnxTrackerKind.NAME)
                ? Optional.of(new Models(file(settings, ENCODER), file(settings, DECODER), settings.get(MODEL_THREADS)))
                : Optional.empty();
    }

    private static Path file(Settings settings, Setting<String> setting) {
        String name = settings.get(setting).strip();
        if (name.isEmpty()) {
            throw MeshException.invalid(
                    setting.key(), "the setting tracking.backend: onnx needs a file in " + setting.key());
        }
        try {
            return Path.of(name);
        } catch (InvalidPathException noPath) {
            throw MeshException.invalid(setting.key(), "the setting " + setting.key() + " is no name of a file");
        }
    }
}
