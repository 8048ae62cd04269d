package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of wrong input: one message, an exit code, never a stack trace. */
final class CommandLineTest {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void anUnknownSettingStopsTheStartAndNamesTheNearest() throws IOException {
        Path file = Files.writeString(folder.resolve("mesh.yaml"), "gateway:\n  http:\n    prot: 9090\n");
        assertThat(run("up", "--config", file.toString())).isEqualTo(5);
        assertThat(err.toString()).contains("gateway.http.prot").contains("did you mean gateway.http.port?");
    }

    @Test
    void aSettingsFileThatIsNotThereIsNamed() {
        assertThat(run("up", "--config", folder.resolve("none.yaml").toString()))
                .isEqualTo(5);
        assertThat(err.toString()).contains("none.yaml");
    }

    @Test
    void aSettingsFileThatIsNotYamlIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.yaml"), "a: [1\nb: {");
        assertThat(run("doctor", "--config", file.toString())).isEqualTo(5);
        assertThat(err.toString()).contains("broken.yaml");
    }

    @Test
    void aValueOutOfBoundsIsToldWithItsBounds() throws IOException {
        Path file = Files.writeString(folder.resolve("mesh.yaml"), "gateway:\n  http:\n    port: 70000\n");
        assertThat(run("doctor", "--config", file.toString())).isEqualTo(5);
        assertThat(err.toString()).contains("gateway.http.port").contains("0 to 65535");
    }

    @Test
    void aSourceThatIsNeitherUrlNorFileIsRefused() {
        assertThat(run("up", "--source", "clip-that-is-not-there.mp4")).isEqualTo(5);
        assertThat(err.toString()).contains("clip-that-is-not-there.mp4");
    }

    @Test
    void aSchemeThatNothingOpensIsRefused() {
        assertThat(run("up", "--source", "gopher://host/video")).isEqualTo(5);
        assertThat(err.toString()).contains("gopher").contains("rtsp");
    }

    @Test
    void aFileUrlWithoutAFileIsRefused() {
        assertThat(run("up", "--source", folder.resolve("none.mp4").toUri().toString()))
                .isEqualTo(5);
        assertThat(err.toString()).contains("none.mp4");
    }

    @Test
    void aFileThatIsNoModelIsRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("text.onnx"), "no model");
        assertThat(run("model", "check", file.toString())).isEqualTo(5);
        assertThat(err.toString()).contains("text.onnx").contains("no model that ONNX Runtime can use");
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        assertThat(run("up", "--sauce", "test:")).isEqualTo(2);
        assertThat(err.toString()).contains("--sauce");
    }

    @Test
    void aServiceThatDoesNotExistIsWrongUsageAndTheOthersAreNamed() {
        assertThat(run("service", "visoin")).isEqualTo(2);
        assertThat(err.toString()).contains("visoin").contains("ingest, vision, tracking, audio, recorder, gateway");
    }

    @Test
    void aServiceWithoutAClusterIsRefusedWithWhatToDo() throws IOException {
        Path file = Files.writeString(folder.resolve("mesh.yaml"), "node:\n  name: alone\n");
        assertThat(run("service", "vision", "--config", file.toString())).isEqualTo(5);
        assertThat(err.toString())
                .contains("vision")
                .contains("MEDIAMESH_CLUSTER_ENABLED=true")
                .contains("cluster.members")
                .contains("./mediamesh up");
    }

    @Test
    void aServiceSharesTheSettingsFileOfAllAndFindsWhatIsMisspeltInIt() throws IOException {
        Path file = Files.writeString(
                folder.resolve("mesh.yaml"),
                "gateway:\n  http:\n    port: 9090\nrecorder:\n  directori: /recordings\n");
        assertThat(run("service", "vision", "--config", file.toString())).isEqualTo(5);
        assertThat(err.toString())
                .contains("recorder.directori")
                .contains("did you mean recorder.directory?")
                .doesNotContain("gateway.http.port");
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("up")
                .contains("service")
                .contains("doctor")
                .contains("settings");
    }

    private int run(String... arguments) {
        int exitCode = StandaloneMain.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
        assertThat(err.toString()).doesNotContain("\tat ");
        return exitCode;
    }
}
