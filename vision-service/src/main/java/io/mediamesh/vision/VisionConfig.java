package io.mediamesh.vision;

import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.vision.opencv.OpenCvDetectors;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings of this service.
 *
 * @param detectors names of the detectors that look at every stream
 * @param maxRateHz detections a second and stream, at most
 * @param threads threads that detect, for all streams together
 * @param thresholds from where on something counts as found
 * @param intensitySamples frames in the average of an intensity
 * @param intensityLogInterval how often a stream's intensity is logged
 */
record VisionConfig(
        List<String> detectors,
        double maxRateHz,
        int threads,
        OpenCvDetectors.Thresholds thresholds,
        int intensitySamples,
        Duration intensityLogInterval) {
    static final Setting<List<String>> DETECTORS = new Setting<>(
            "vision.detectors",
            "list of " + String.join(", ", OpenCvDetectors.NAMES),
            "motion,faces",
            "Detectors that look at every stream; their results are combined.",
            "",
            false,
            VisionConfig::detectorNames);
    static final Setting<Double> MAX_RATE = Setting.number(
            "vision.max_rate", 10, 0.1, 120, "Detections a second and stream, at most; the newest frame is taken.");
    static final Setting<Integer> THREADS = Setting.integer(
            "vision.threads",
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
            1,
            64,
            "Threads that detect, for all streams together.");
    static final Setting<Double> MOTION_MIN_AREA = Setting.number(
            "vision.motion.min_area", 0.002, 0, 1, "Smallest moving object, as a share of the picture's area.");
    static final Setting<Double> PEOPLE_MIN_CONFIDENCE =
            Setting.number("vision.people.min_confidence", 0.5, 0, 1, "Less certain people are left out.");
    static final Setting<Double> FACES_MIN_CONFIDENCE =
            Setting.number("vision.faces.min_confidence", 0.5, 0, 1, "Less certain faces are left out.");
    static final Setting<Integer> INTENSITY_SAMPLES =
            Setting.integer("intensity.max_samples", 30, 1, 1000, "Frames in the average of the intensity.");
    static final Setting<Duration> INTENSITY_LOG_INTERVAL = Setting.duration(
            "intensity.log_interval", "1s", "How often the intensity of a stream is logged, at level DEBUG.");

    static List<Setting<?>> all() {
        return List.of(
                DETECTORS,
                MAX_RATE,
                THREADS,
                MOTION_MIN_AREA,
                PEOPLE_MIN_CONFIDENCE,
                FACES_MIN_CONFIDENCE,
                INTENSITY_SAMPLES,
                INTENSITY_LOG_INTERVAL);
    }

    static VisionConfig of(Settings settings) {
        return new VisionConfig(
                settings.get(DETECTORS),
                settings.get(MAX_RATE),
                settings.get(THREADS),
                new OpenCvDetectors.Thresholds(
                        settings.get(MOTION_MIN_AREA),
                        settings.get(PEOPLE_MIN_CONFIDENCE),
                        settings.get(FACES_MIN_CONFIDENCE)),
                settings.get(INTENSITY_SAMPLES),
                settings.get(INTENSITY_LOG_INTERVAL));
    }

    /** The same with what a stream's own settings say otherwise. */
    VisionConfig with(Map<String, String> streamSettings) {
        return new VisionConfig(
                detectors,
                maxRateHz,
                threads,
                thresholds,
                own(INTENSITY_SAMPLES, streamSettings, intensitySamples),
                own(INTENSITY_LOG_INTERVAL, streamSettings, intensityLogInterval));
    }

    private static <T> T own(Setting<T> setting, Map<String, String> streamSettings, T otherwise) {
        String text = streamSettings.get(setting.key());
        return text == null ? otherwise : setting.parse(text);
    }

    private static List<String> detectorNames(String text) {
        Set<String> names = new LinkedHashSet<>();
        Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(names::add);
        if (names.isEmpty() || !OpenCvDetectors.NAMES.containsAll(names)) {
            throw new IllegalArgumentException("one or more of " + String.join(", ", OpenCvDetectors.NAMES));
        }
        return List.copyOf(names);
    }
}
