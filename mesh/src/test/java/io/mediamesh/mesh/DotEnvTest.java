package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve(".env"), text);
    }

    /** The values are those that bash gives to the same lines. */
    @Test
    void linesAreReadAsAShellReadsThem() throws IOException {
        Path file = write("""
                # the key of the detector
                ROBOFLOW_API_KEY=rf_abc-123=

                export DEBUG=1
                QUOTED="two words # no comment, \\"quoted\\""
                SINGLE='back\\slash'   # a comment
                BARE=value # a comment
                HASH=a#b
                EMPTY= # nothing
                NUMBER=#1
                """.replace("\n", "\r\n"));
        assertThat(DotEnv.under(Map.of(), file))
                .isEqualTo(Map.of(
                        "ROBOFLOW_API_KEY", "rf_abc-123=",
                        "DEBUG", "1",
                        "QUOTED", "two words # no comment, \"quoted\"",
                        "SINGLE", "back\\slash",
                        "BARE", "value",
                        "HASH", "a#b",
                        "EMPTY", "",
                        "NUMBER", "#1"));
    }

    @Test
    void theEnvironmentOfTheProcessWins() throws IOException {
        Path file = write("DEBUG=1\nOTHER=2\n");
        assertThat(DotEnv.under(Map.of("DEBUG", "0"), file)).isEqualTo(Map.of("DEBUG", "0", "OTHER", "2"));
    }

    @Test
    void withoutAFileThereIsTheEnvironment() {
        assertThat(DotEnv.under(Map.of("A", "b"), folder.resolve(".env"))).isEqualTo(Map.of("A", "b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sk_secret", "1KEY=sk_secret", "KEY='sk_secret", "KEY=\"sk_secret", "KEY=\"sk_secret\" more"})
    void aLineThatIsWrongIsNamedWithoutItsContent(String line) throws IOException {
        Path file = write("# first\n" + line + "\n");
        assertThatThrownBy(() -> DotEnv.under(Map.of(), file))
                .hasMessageStartingWith("line 2 of the file ")
                .message()
                .doesNotContain("sk_secret");
    }

    @Test
    void variablesOfTheCommandAreRefusedBecauseTheyWouldBeTooLate() throws IOException {
        Path file = write("MEDIAMESH_CONFIG=other.yaml\n");
        assertThatThrownBy(() -> DotEnv.under(Map.of(), file)).hasMessageContaining("MEDIAMESH_CONFIG");
    }
}
