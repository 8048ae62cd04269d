package io.mediamesh.vision;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.media.OnnxProvider;
import io.mediamesh.mesh.NodeConfig;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.vision.onnx.ModelHosts;
import io.mediamesh.vision.onnx.ModelSource;
import io.mediamesh.vision.onnx.NamedModel;
import io.mediamesh.vision.opencv.OpenCvDetectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of this service.
 *
 * @param detectors names of the detectors that look at every stream
 * @param maxRateHz detections a second and stream, at most, where no inference server is asked
 * @param threads threads that detect, for all streams together
 * @param thresholds from where on something counts as found
 * @param models that detectors may be
 * @param hosted models that detectors may be, on an inference server
 * @param drawTracks which tracks are drawn into {@code annotated}
 * @param intensitySamples frames in the average of an intensity
 * @param intensityLogInterval how often a stream's intensity is logged
 */
record VisionConfig(
        List<String> detectors,
        double maxRateHz,
        int threads,
        OpenCvDetectors.Thresholds thresholds,
        Models models,
        RoboflowConfig hosted,
        DrawTracks drawTracks,
        int intensitySamples,
        Duration intensityLogInterval) {
    /**
     * Models in files.
     *
     * @param files by the names that choose them
     * @param limits under which they are loaded
     * @param hosts from where they may be downloaded
     * @param folder of those that are downloaded or may be chosen at run time
     * @param checkInterval how often it is looked whether a file was exchanged; zero for never
     */
    record Models(
            Map<String, ModelSource> files,
            NamedModel.Limits limits,
            ModelHosts hosts,
            Path folder,
            Duration checkInterval) {}

    /** When tracks are drawn into pictures. */
    enum DrawTracks {
        /** Those of objects that were marked by hand, besides what detectors find. */
        MARKED,
        /** All, instead of what detectors find. */
        ALWAYS,
        /** None. */
        NEVER
    }

    static final Setting<List<String>> DETECTORS = new Setting<>(
            "vision.detectors",
            "list of " + String.join(", ", OpenCvDetectors.NAMES) + " and names of vision.models and roboflow.models",
            "motion,faces",
            "Detectors that look at every stream; their results are combined.",
            "",
            false,
            VisionConfig::detectorNames);
    static final Setting<Map<String, ModelSource>> MODELS = new Setting<>(
            "vision.models",
            "list of NAME=FILE or NAME=URL, with #sha256=… behind it or not",
            "",
            "ONNX files of detectors, with the names by which vision.detectors chooses them.",
            "",
            false,
            VisionConfig::modelFiles);
    static final Setting<ModelHosts> MODEL_HOSTS = new Setting<>(
            "vision.model_hosts",
            "list of hosts and beginnings of URLs",
            "",
            "From where models may be downloaded: a host for https, or for example https://example.org/detectors/.",
            "",
            false,
            ModelHosts::parse);
    static final Setting<String> MODEL_DIRECTORY = Setting.text(
            "vision.model_dir",
            "",
            "Folder of models that may be chosen at run time, and of those that were downloaded; empty: the folder models in"
                    + " data.dir.");
    static final Setting<String> MODEL_PROVIDER = Setting.choice(
            "vision.model_provider",
            OnnxProvider.CPU.word(),
            OnnxProvider.words(),
            "Where models run; on the CPU where the other is not there, which is told in the log and in /api/v1/models.");
    static final Setting<Integer> MODEL_THREADS =
            Setting.integer("vision.model_threads", 1, 1, 64, "Threads with which a model looks at one picture.");
    static final Setting<Double> MODEL_MIN_CONFIDENCE = Setting.number(
            "vision.model_min_confidence",
            0,
            0,
            1,
            "Less certain objects that models find are left out; each model's own limit holds besides.");
    static final Setting<Integer> MODEL_MAX_MEBIBYTES =
            Setting.integer("vision.model_max_mib", 512, 1, 2047, "Larger files of models are refused; in mebibytes.");
    static final Setting<Duration> MODEL_CHECK_INTERVAL = Setting.duration(
            "vision.model_check_interval",
            "2s",
            "How often it is looked whether the file of a model was exchanged; 0 for never.");
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
    static final Setting<String> DRAW_TRACKS = Setting.choice(
            "vision.draw_tracks",
            "marked",
            List.of("marked", "always", "never"),
            "Tracks in the topic annotated: of objects that were marked by hand, besides the boxes of detectors; or always,"
                    + " then instead of these boxes.");
    static final Setting<Integer> INTENSITY_SAMPLES =
            Setting.integer("intensity.max_samples", 30, 1, 1000, "Frames in the average of the intensity.");
    static final Setting<Duration> INTENSITY_LOG_INTERVAL = Setting.duration(
            "intensity.log_interval", "1s", "How often the intensity of a stream is logged, at level DEBUG.");

    private static final Pattern MODEL = Pattern.compile("([a-z][a-z0-9-]{0,31})\\s*=\\s*(\\S.*)");

    static List<Setting<?>> all() {
        List<Setting<?>> own = List.of(
                DETECTORS,
                MODELS,
                MODEL_HOSTS,
                MODEL_DIRECTORY,
                NodeConfig.DATA_DIR,
                MODEL_PROVIDER,
                MODEL_THREADS,
                MODEL_MIN_CONFIDENCE,
                MODEL_MAX_MEBIBYTES,
                MODEL_CHECK_INTERVAL,
                MAX_RATE,
                THREADS,
                MOTION_MIN_AREA,
                PEOPLE_MIN_CONFIDENCE,
                FACES_MIN_CONFIDENCE,
                DRAW_TRACKS,
                INTENSITY_SAMPLES,
                INTENSITY_LOG_INTERVAL);
        return Stream.concat(own.stream(), RoboflowConfig.all().stream()).toList();
    }

    static VisionConfig of(Settings settings) {
        Map<String, ModelSource> files = settings.get(MODELS);
        ModelHosts hosts = settings.get(MODEL_HOSTS);
        checkHosts(files, hosts);
        List<String> detectors = settings.get(DETECTORS);
        RoboflowConfig hosted = RoboflowConfig.of(settings);
        checkNames(files, hosted);
        checkKnown(detectors, files, hosted);
        hosted.check(detectors);
        return new VisionConfig(
                detectors,
                settings.get(MAX_RATE),
                settings.get(THREADS),
                new OpenCvDetectors.Thresholds(
                        settings.get(MOTION_MIN_AREA),
                        settings.get(PEOPLE_MIN_CONFIDENCE),
                        settings.get(FACES_MIN_CONFIDENCE)),
                new Models(
                        files,
                        new NamedModel.Limits(
                                (long) settings.get(MODEL_MAX_MEBIBYTES) << 20,
                                settings.get(MODEL_THREADS),
                                settings.get(MODEL_MIN_CONFIDENCE),
                                OnnxProvider.ofWord(settings.get(MODEL_PROVIDER))),
                        hosts,
                        modelFolder(settings),
                        settings.get(MODEL_CHECK_INTERVAL)),
                hosted,
                DrawTracks.valueOf(settings.get(DRAW_TRACKS).toUpperCase(Locale.ROOT)),
                settings.get(INTENSITY_SAMPLES),
                settings.get(INTENSITY_LOG_INTERVAL));
    }

    private static void checkHosts(Map<String, ModelSource> files, ModelHosts hosts) {
        for (ModelSource source : files.values()) {
            try {
                hosts.check(source);
            } catch (MeshException refused) {
                throw MeshException.invalid(MODELS.key(), "the setting vision.models: " + refused.getMessage());
            }
        }
    }

    private static Path modelFolder(Settings settings) {
        String folder = settings.get(MODEL_DIRECTORY).strip();
        return folder.isEmpty() ? Path.of(settings.get(NodeConfig.DATA_DIR)).resolve("models") : Path.of(folder);
    }

    private static void checkNames(Map<String, ModelSource> files, RoboflowConfig hosted) {
        for (String name : hosted.models().keySet()) {
            if (files.containsKey(name) || OpenCvDetectors.NAMES.contains(name)) {
                throw MeshException.invalid(
                        RoboflowConfig.MODELS.key(),
                        "the setting roboflow.models must not use the name " + name
                                + ", which is that of another detector");
            }
        }
    }

    private static void checkKnown(List<String> detectors, Map<String, ModelSource> files, RoboflowConfig hosted) {
        List<String> known = Stream.of(
                        OpenCvDetectors.NAMES, files.keySet(), hosted.models().keySet())
                .flatMap(Collection::stream)
                .toList();
        for (String name : detectors) {
            if (!known.contains(name)) {
                boolean none = files.isEmpty() && hosted.models().isEmpty();
                throw MeshException.invalid(
                        DETECTORS.key(),
                        "the setting vision.detectors must be one or more of " + String.join(", ", known) + ", not "
                                + Quoted.of(name)
                                + (none
                                        ? "; vision.models adds files of models to them, roboflow.models hosted ones"
                                        : ""));
            }
        }
    }

    /** Whether a detector is a model on an inference server. */
    boolean asksServer() {
        return detectors.stream().anyMatch(hosted.models()::containsKey);
    }

    /** Detections a second and stream, at most. */
    double rateHz() {
        return asksServer() ? Math.min(maxRateHz, hosted.maxRateHz()) : maxRateHz;
    }

    /** The same with what a stream's own settings say otherwise. */
    VisionConfig with(Map<String, String> streamSettings) {
        return new VisionConfig(
                detectors,
                maxRateHz,
                threads,
                thresholds,
                models,
                hosted,
                drawTracks,
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
        if (names.isEmpty()) {
            throw new IllegalArgumentException("one or more of " + String.join(", ", OpenCvDetectors.NAMES)
                    + " and the names that vision.models gives");
        }
        return List.copyOf(names);
    }

    private static Map<String, ModelSource> modelFiles(String text) {
        Map<String, ModelSource> files = new LinkedHashMap<>();
        for (String entry : text.split(",", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            Matcher model = MODEL.matcher(entry.strip());
            if (!model.matches()
                    || OpenCvDetectors.NAMES.contains(model.group(1))
                    || files.containsKey(model.group(1))) {
                throw new IllegalArgumentException(
                        "a list of NAME=FILE, for example yolo=models/yolo.onnx, where a name is of small letters, digits"
                                + " and hyphens, each once and none of " + String.join(", ", OpenCvDetectors.NAMES));
            }
            // An InvalidPathException is an IllegalArgumentException, too.
            files.put(model.group(1), ModelSource.parse(model.group(2)));
        }
        return Collections.unmodifiableMap(files);
    }
}
