package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
    private static final Setting<Integer> PORT = Setting.integer("gateway.http.port", 8080, 1, 65_535, "A port.");
    private static final Setting<Duration> LINGER = Setting.duration("mesh.linger", "500ms", "A time.");
    private static final Setting<List<String>> NAMES = Setting.words("vision.detectors", "motion,faces", "Names.");
    private static final Setting<String> KEY = Setting.text("roboflow.key", "", "A secret.")
            .withAlias("ROBOFLOW_API_KEY")
            .asSecret();
    private static final Setting<Boolean> FLAG = Setting.flag("cluster.enabled", false, "A flag.");
    private static final List<Setting<?>> ALL = List.of(PORT, LINGER, NAMES, KEY, FLAG);

    @Test
    void theEnvironmentWinsOverTheFileAndTheFileOverTheDefaults() {
        JsonObject file = new JsonObject()
                .put("gateway", new JsonObject().put("http", new JsonObject().put("port", 9000)))
                .put("vision", new JsonObject().put("detectors", new JsonArray().add("people")));
        Settings settings = Settings.resolve(ALL, file, Map.of("MEDIAMESH_GATEWAY_HTTP_PORT", "9100"));
        assertThat(settings.get(PORT)).isEqualTo(9100);
        assertThat(settings.get(NAMES)).containsExactly("people");
        assertThat(settings.get(LINGER)).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.isGiven(LINGER)).isFalse();
    }

    @Test
    void theVariableOfAnOlderSystemIsHonouredBelowOurOwn() {
        assertThat(Settings.resolve(ALL, new JsonObject(), Map.of("ROBOFLOW_API_KEY", "a"))
                        .get(KEY))
                .isEqualTo("a");
        assertThat(Settings.resolve(
                                ALL, new JsonObject(), Map.of("ROBOFLOW_API_KEY", "a", "MEDIAMESH_ROBOFLOW_KEY", "b"))
                        .get(KEY))
                .isEqualTo("b");
    }

    @Test
    void anUnknownKeyStopsTheStartWithTheNearestKnownOne() {
        JsonObject file =
                new JsonObject().put("gateway", new JsonObject().put("http", new JsonObject().put("prot", 1)));
        assertThatThrownBy(() -> Settings.resolve(ALL, file, Map.of()))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("\"gateway.http.prot\"")
                .hasMessageContaining("did you mean gateway.http.port?")
                .extracting(failure -> ((MeshException) failure).code())
                .isEqualTo(FailureCode.FATAL);
        assertThatThrownBy(() -> Settings.resolve(ALL, new JsonObject(), Map.of("MEDIAMESH_MESH_LINGR", "1s")))
                .hasMessageContaining("did you mean MEDIAMESH_MESH_LINGER?");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> Settings.resolve(
                        ALL,
                        new JsonObject(),
                        Map.of("MEDIAMESH_GATEWAY_HTTP_PORT", "70000", "MEDIAMESH_CLUSTER_ENABLED", "perhaps")))
                .hasMessageContaining("gateway.http.port must be a whole number from 1 to 65535, not \"70000\"")
                .hasMessageContaining("cluster.enabled must be true or false, not \"perhaps\"");
    }

    @ParameterizedTest
    @CsvSource({"250ms, 250", "5s, 5000", "2m, 120000", "1h, 3600000", "1d, 86400000", "0, 0", "1.5, 1500"})
    void durationsHaveUnits(String text, long millis) {
        Settings settings = Settings.of(ALL, Map.of("mesh.linger", text));
        assertThat(settings.get(LINGER)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void aYamlFileIsRead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("mediamesh.yaml");
        Files.writeString(file, "gateway:\n  http:\n    port: 8123\nvision:\n  detectors: [faces, people]\n");
        Settings settings = NodeLauncher.settings(ALL, Optional.of(file), Map.of());
        assertThat(settings.get(PORT)).isEqualTo(8123);
        assertThat(settings.get(NAMES)).containsExactly("faces", "people");
    }

    @Test
    void aBrokenOrMissingFileIsNamed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("broken.yaml");
        Files.writeString(file, "gateway: [1, 2\n  x: }");
        assertThatThrownBy(() -> NodeLauncher.settings(ALL, Optional.of(file), Map.of()))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("broken.yaml");
        assertThatThrownBy(() -> NodeLauncher.settings(ALL, Optional.of(folder.resolve("no.yaml")), Map.of()))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("no.yaml");
    }

    /** Renaming a key or changing a default breaks somebody's deployment, so it must be done on purpose. */
    @Test
    void theKeysAndDefaultsOfTheMeshAreThese() {
        Map<String, String> defaults = new TreeMap<>();
        Node.settingsOf(List.of()).forEach(setting -> defaults.put(setting.key(), setting.defaultText()));
        defaults.remove("mesh.encoder_threads");
        assertThat(defaults)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("cluster.enabled", "false"),
                        Map.entry("cluster.name", "mediamesh"),
                        Map.entry("cluster.host", "127.0.0.1"),
                        Map.entry("cluster.port", "5701"),
                        Map.entry("cluster.bus_port", "0"),
                        Map.entry("cluster.members", "127.0.0.1"),
                        Map.entry("cluster.tie_wait", "10s"),
                        Map.entry("cluster.tls.certificate", ""),
                        Map.entry("cluster.tls.key", ""),
                        Map.entry("cluster.tls.trust", ""),
                        Map.entry("data.dir", "data"),
                        Map.entry("log.debug", "false"),
                        Map.entry("log.format", "text"),
                        Map.entry("mesh.linger", "500ms"),
                        Map.entry("metrics.topics", "1000"),
                        Map.entry("node.name", ""),
                        Map.entry("node.probe.host", "127.0.0.1"),
                        Map.entry("node.probe.port", "off"),
                        Map.entry("tracing.url", ""),
                        Map.entry("tracing.share", "1.0")));
    }
}
