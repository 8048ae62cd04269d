package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where models may come from. */
final class ModelSourceTest {
    private static final String SUM = "0123456789abcdef".repeat(4);
    private static final ModelHosts HOSTS =
            ModelHosts.parse("models.example.com, https://example.org:8443/detectors, http://intern.example/");

    @Test
    void filesAndUrlsAreToldApartAndMayHaveAChecksum() {
        assertThat(ModelSource.parse("models/yolo.onnx"))
                .isEqualTo(new ModelSource.OfFile(Path.of("models/yolo.onnx"), Optional.empty()));
        assertThat(ModelSource.parse("https://h.example/a.onnx?key=1#sha256=" + SUM.toUpperCase(Locale.ROOT)))
                .isEqualTo(new ModelSource.OfUrl(URI.create("https://h.example/a.onnx?key=1"), Optional.of(SUM)));
    }

    @Test
    void whatMayBeSecretInAUrlIsNotShown() {
        assertThat(ModelSource.parse("https://h.example/a.onnx?key=geheim").text())
                .isEqualTo("https://h.example/a.onnx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:word@h.example/a.onnx",
                "https://h.example",
                "https://h.example/",
                "https://h.example/x/../a.onnx",
                "https://h.example/x/%2e%2e/a.onnx",
                "https://h.example/x%2f..%2fa.onnx",
                "https://h.example//a.onnx",
                "https:///a.onnx",
                "https://h.example/a.onnx#sha256=12",
                "https://h.example/a b.onnx"
            })
    void urlsThatMeanSomethingElseToAServerAreRefused(String url) {
        assertThatThrownBy(() -> ModelSource.parse(url)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "models/yolo.onnx",
                "https://models.example.com/any/a.onnx",
                "https://MODELS.example.com:443/a.onnx",
                "https://example.org:8443/detectors/a.onnx"
            })
    void whatTheSettingNamesIsAllowed(String text) {
        assertThatCode(() -> HOSTS.check(ModelSource.parse(text))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://models.example.com/a.onnx",
                "https://models.example.com:444/a.onnx",
                "https://models.example.com.evil.example/a.onnx",
                "https://example.org/detectors/a.onnx",
                "https://example.org:8443/detectors-other/a.onnx",
                "https://intern.example/a.onnx"
            })
    void everythingElseIsForbiddenAndTheSettingIsNamed(String text) {
        assertThatThrownBy(() -> HOSTS.check(ModelSource.parse(text)))
                .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.code())
                        .isEqualTo(FailureCode.FORBIDDEN))
                .hasMessageContaining("vision.model_hosts");
    }

    @Test
    void withoutEncryptionAChecksumIsNeeded() {
        assertThatThrownBy(() -> HOSTS.check(ModelSource.parse("http://intern.example/a.onnx")))
                .hasMessageContaining("sha256");
        assertThatCode(() -> HOSTS.check(ModelSource.parse("http://intern.example/a.onnx#sha256=" + SUM)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h.example/", "https://", "https://user@h.example/", "https://h.example/?x", "a b"})
    void hostsThatAreNoneAreRefused(String text) {
        assertThatThrownBy(() -> ModelHosts.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("models.example.com");
    }
}
