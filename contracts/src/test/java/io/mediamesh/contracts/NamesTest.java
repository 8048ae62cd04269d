package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"cam1", "A", "0.front-door_2", "conn_1700000000000"})
    void aStreamIdMayHaveLettersDigitsDotUnderscoreAndHyphen(String id) {
        assertThat(new StreamId(id).value()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "../etc", ".hidden", "-x", "ä", "a b", "a\nb", "a\u0000"})
    void otherStreamIdsAreRefusedWithTheAllowedCharacters(String id) {
        assertThatThrownBy(() -> new StreamId(id))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("letters, digits")
                .extracting(failure -> ((MeshException) failure).field().orElseThrow())
                .isEqualTo("id");
    }

    @Test
    void aStreamIdOfTenKilobytesIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> new StreamId("x".repeat(10_240)))
                .isInstanceOf(MeshException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(300));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cam1/", "/video", "cam1", "cam1/Video", "cam1/a/b"})
    void aTopicIsStreamSlashKind(String text) {
        assertThatThrownBy(() -> Topic.parse(text)).isInstanceOf(MeshException.class);
        assertThat(Topic.parse("cam1/fft_spectrum")).isEqualTo(Topic.of("cam1", "fft_spectrum"));
    }

    @ParameterizedTest
    @CsvSource({
        "rtsp://admin:geheim@10.0.0.5:554/live, rtsp://***@10.0.0.5:554/live",
        "RTSP://admin:p@ss@host/live, RTSP://***@host/live",
        "http://host/a.mjpg?user=bob&password=geheim&x=1, http://host/a.mjpg?user=bob&password=***&x=1",
        "http://host/a?access_token=geheim, http://host/a?access_token=***",
        "http://host/a?api-key=geheim#f, http://host/a?api-key=***#f",
        "file:///clip.mp4, file:///clip.mp4",
        "test:?size=640x480, test:?size=640x480"
    })
    void aSourceUrlIsShownWithoutItsCredentials(String url, String shown) {
        SourceUrl source = SourceUrl.parse(url);
        assertThat(source.masked()).isEqualTo(shown);
        assertThat(source).hasToString(shown);
        assertThat(source.secret()).isEqualTo(url);
        StreamDescription description = new StreamDescription(new StreamId("cam1"), source, false, Map.of());
        assertThat(description.toString()).doesNotContain("geheim");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "clip.mp4", "/dev/video0", "://x", "1a:x"})
    void aSourceNeedsAScheme(String text) {
        assertThatThrownBy(() -> SourceUrl.parse(text))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("rtsp://");
    }

    @Test
    void aDescriptionSurvivesItsJson() {
        StreamDescription description = new StreamDescription(
                new StreamId("cam1"), SourceUrl.parse("rtsp://u:p@host/x"), true, Map.of("place", "door", "a", "b"));
        assertThat(StreamDescription.ofSecretJson(description.toSecretJson())).isEqualTo(description);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101})
    void aJpegQualityIsOneToAHundred(int quality) {
        assertThatThrownBy(() -> JpegForm.ofQuality(quality)).hasMessageContaining("1 to 100");
    }
}
