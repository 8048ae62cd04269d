package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The worked example of {@code docs/extending-audio.md}: it is found, it works, and it is what the document shows. */
class ExtensionTest {
    private static AnalyserKind found() {
        return ServiceLoader.load(AnalyserKind.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(kind -> kind.type().equals("crest_factor"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAnalysisThatIsRegisteredIsFoundAndWorks() {
        AnalyserKind kind = found();
        List<ArraySound.Result> results =
                new ArraySound(Tones.RATE_HZ, Tones.sine(1, 500, 0.3)).play(kind.open(TestSettings.defaultsOf(kind)));
        assertThat(results).hasSize(10).allSatisfy(result -> assertThat(
                        result.fields().number("crest_factor_db").orElseThrow())
                .isCloseTo(20 * Math.log10(Math.sqrt(2)), within(0.01)));
        assertThat(new ArraySound(Tones.RATE_HZ, Tones.silence(1))
                        .play(kind.open(TestSettings.defaultsOf(kind)))
                        .getFirst()
                        .fields()
                        .get("crest_factor_db"))
                .get()
                .isInstanceOfSatisfying(Fields.Value.Real.class, real -> assertThat(real.number())
                        .isNaN());
    }

    @Test
    void theDocumentShowsTheClassThatIsTested() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        String shown = Files.readString(
                Optional.ofNullable(module.getParent()).orElseThrow().resolve("docs/extending-audio.md"));
        assertThat(shown)
                .contains(Files.readString(module.resolve("src/test/java/org/example/crest/CrestFactorKind.java")));
        assertThat(shown)
                .contains(Files.readString(
                                module.resolve("src/test/resources/META-INF/services/" + AnalyserKind.class.getName()))
                        .strip());
    }
}
