package io.mediamesh.vision;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.mediamesh.vision.roboflow.HostedModel;
import io.mediamesh.vision.roboflow.InferenceServer;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of models on an inference server.
 *
 * @param models by the names that choose them
 * @param access how the server is asked
 * @param maxRateHz pictures of a stream that it is asked about in a second, at most
 */
record RoboflowConfig(Map<String, HostedModel> models, InferenceServer.Access access, double maxRateHz) {
    static final Setting<Map<String, HostedModel>> MODELS = new Setting<>(
            "roboflow.models",
            "list of NAME=PROJECT/VERSION",
            "",
            "Models on Roboflow's or your own inference server, with the names by which vision.detectors chooses them.",
            "",
            false,
            RoboflowConfig::models);
    static final Setting<String> API_KEY = Setting.text(
                    "roboflow.api_key", "", "Your key at Roboflow; models of roboflow.models need it.")
            .withAlias("ROBOFLOW_API_KEY")
            .asSecret();
    static final Setting<String> URL = Setting.webUrl(
            "roboflow.url",
            "https://serverless.roboflow.com",
            "The inference server, for example http://localhost:9001 for one of your own.");
    static final Setting<Double> MAX_RATE = Setting.number(
            "roboflow.max_rate",
            2,
            0.01,
            60,
            "Pictures a second that the server is asked about for each stream, at most; vision.max_rate holds besides.");
    static final Setting<Double> MIN_CONFIDENCE =
            Setting.number("roboflow.min_confidence", 0.4, 0, 1, "Less certain objects are left out by the server.");
    static final Setting<Integer> CONNECTIONS = Setting.integer(
            "roboflow.connections", 4, 1, 64, "Requests at one time, of all streams together; others wait.");
    static final Setting<Duration> TIMEOUT =
            Setting.duration("roboflow.timeout", "5s", "How long the server may take for an answer.");
    static final Setting<Integer> RETRIES = Setting.integer(
            "roboflow.retries", 2, 0, 10, "How often a picture is sent again where the server failed, after pauses.");
    static final Setting<Duration> PAUSE = Setting.duration(
            "roboflow.pause",
            "30s",
            "How long a server that failed 5 times, or a model that it refused, is not asked about.");

    private static final Pattern MODEL = Pattern.compile("([a-z][a-z0-9-]{0,31})\\s*=\\s*(\\S+)");

    static List<Setting<?>> all() {
        return List.of(MODELS, API_KEY, URL, MAX_RATE, MIN_CONFIDENCE, CONNECTIONS, TIMEOUT, RETRIES, PAUSE);
    }

    static RoboflowConfig of(Settings settings) {
        return new RoboflowConfig(
                settings.get(MODELS),
                new InferenceServer.Access(
                        settings.get(URL),
                        settings.get(API_KEY),
                        atLeastOneMilli(settings.get(TIMEOUT)),
                        settings.get(RETRIES),
                        atLeastOneMilli(settings.get(PAUSE)),
                        settings.get(CONNECTIONS),
                        settings.get(MIN_CONFIDENCE)),
                settings.get(MAX_RATE));
    }

    /** Refuses a choice of models that can't be asked. */
    void check(Collection<String> detectors) {
        for (String name : detectors) {
            if (!models.containsKey(name)) {
                continue;
            }
            if (access.apiKey().isEmpty()) {
                throw MeshException.invalid(
                        API_KEY.key(),
                        "the detector " + name
                                + " is a model of roboflow.models, which needs a key: set the environment"
                                + " variable ROBOFLOW_API_KEY");
            }
            if (access.url().isEmpty()) {
                throw MeshException.invalid(
                        URL.key(),
                        "the detector " + name + " is a model of roboflow.models, so roboflow.url must not be empty");
            }
        }
    }

    private static Duration atLeastOneMilli(Duration given) {
        return given.toMillis() < 1 ? Duration.ofMillis(1) : given;
    }

    private static Map<String, HostedModel> models(String text) {
        Map<String, HostedModel> models = new LinkedHashMap<>();
        for (String entry : text.split(",", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            Matcher model = MODEL.matcher(entry.strip());
            if (!model.matches() || models.containsKey(model.group(1))) {
                throw new IllegalArgumentException(
                        "a list of NAME=PROJECT/VERSION, for example players=football-players/12, where a name is of small"
                                + " letters, digits and hyphens, each once");
            }
            models.put(model.group(1), HostedModel.of(model.group(2)));
        }
        return Collections.unmodifiableMap(models);
    }
}
