package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a service on its own ends where it can't serve. The codes are those of docs/operations.md. */
final class ServiceProcessTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static final class Idle implements Service {
        private static final Setting<Integer> DEPTH = Setting.integer("idle.depth", 1, 1, 9, "A depth.");

        @Override
        public String name() {
            return "idle";
        }

        @Override
        public Set<String> kinds() {
            return Set.of();
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(DEPTH);
        }

        @Override
        public Future<Void> start(Mesh mesh, Settings settings) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> stop() {
            return Future.succeededFuture();
        }

        @Override
        public Health health() {
            return new Health(true, "idle");
        }
    }

    private Optional<Integer> start(String... arguments) {
        return ServiceProcess.start(
                List.of(arguments),
                new Idle(),
                PictureCodec.NONE,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void helpTellsTheOptionsAndTheExitCodes() {
        assertThat(start("--help")).contains(0);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("idle", "--config FILE", "cluster.members", "Exit codes");
    }

    @Test
    void theVersionIsTold() {
        assertThat(start("--version")).contains(0);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("mediamesh ");
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        assertThat(start("--port", "1")).contains(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--port");
    }

    @Test
    void anOptionWithoutItsValueIsWrongUsage() {
        assertThat(start("--config")).contains(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--config");
    }

    @Test
    void aSettingsFileThatIsNotThereIsWrongInput() {
        assertThat(start("--config=no.yaml")).contains(5);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no.yaml");
    }

    @Test
    void aServiceWithoutAClusterIsWrongInput() {
        assertThat(start()).contains(5);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("the service idle works only together with the others");
    }

    @Test
    void settingsOfOtherServicesMayBeSetAndOthersNot() {
        Service service = new Idle();
        Map<String, String> environment = Map.of("MEDIAMESH_CLUSTER_ENABLED", "true", "MEDIAMESH_OTHER_SIZE", "4");
        assertThatCode(() -> ServiceProcess.settings(service, List.of("other.size"), Optional.empty(), environment))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () -> ServiceProcess.settings(service, List.of("other.sizes"), Optional.empty(), environment))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("did you mean MEDIAMESH_OTHER_SIZES?");
    }

    @Test
    void theVariableNamesTheSettingsFileWhereNoArgumentDoes() {
        Map<String, String> environment = Map.of("MEDIAMESH_CONFIG", "a.yaml");
        assertThat(ServiceArguments.parse(List.of(), environment).file()).contains(Path.of("a.yaml"));
        assertThat(ServiceArguments.parse(List.of("--config", "b.yaml"), environment)
                        .file())
                .contains(Path.of("b.yaml"));
    }
}
