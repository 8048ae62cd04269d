package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.mesh.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SettingsReferenceTest {
    @Test
    void theReferenceInTheDocumentsIsUpToDate() throws IOException {
        assertThat(Files.readString(Repository.root().resolve("docs/settings.md")))
                .as("docs/settings.md is stale: run  ./mediamesh settings > docs/settings.md")
                .isEqualTo(SettingsReference.markdown(Composition.create().settings()));
    }

    @Test
    void alternativesDoNotBreakTheTable() {
        Setting<String> choice = Setting.choice("a.b", "x", List.of("x", "y"), "which one");
        assertThat(SettingsReference.markdown(List.of(choice)))
                .contains("| `a.b` | x \\| y | `x` | `MEDIAMESH_A_B` | Which one. |");
    }

    @Test
    void anotherSystemsVariableAndSecrecyAreTold() {
        Setting<String> key =
                Setting.text("a.key", "", "The key.").withAlias("OTHER_KEY").asSecret();
        assertThat(SettingsReference.markdown(List.of(key)))
                .contains("| `a.key` | text, *secret* |  | `MEDIAMESH_A_KEY` or `OTHER_KEY` | The key. |");
    }
}
