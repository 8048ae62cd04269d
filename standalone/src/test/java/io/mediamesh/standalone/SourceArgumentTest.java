package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceArgumentTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void withoutAnyThereIsTheTestPicture() {
        assertThat(SourceArgument.parse(List.of())).singleElement().satisfies(stream -> {
            assertThat(stream.id().value()).isEqualTo("test");
            assertThat(stream.url().secret()).isEqualTo("test:");
        });
    }

    @Test
    void sourcesWithoutANameAreNamedByTheirPlace() {
        assertThat(SourceArgument.parse(List.of("rtsp://a/1", "door=rtsp://a/2", "rtsp://a/3")))
                .extracting(stream -> stream.id().value())
                .containsExactly("cam1", "door", "cam3");
    }

    @Test
    void anEqualsSignInAUrlIsNoName() {
        StreamDescription stream = only("http://host/video?quality=9");
        assertThat(stream.id().value()).isEqualTo("cam1");
        assertThat(stream.url().secret()).isEqualTo("http://host/video?quality=9");
    }

    @Test
    void aNamedUrlKeepsItsOwnEqualsSigns() {
        StreamDescription stream = only("door=http://host/video?quality=9");
        assertThat(stream.id().value()).isEqualTo("door");
        assertThat(stream.url().secret()).isEqualTo("http://host/video?quality=9");
    }

    @Test
    void aPathOfAFileBecomesAFileUrlAndLoops() throws IOException {
        Path clip = Files.createFile(folder.resolve("a=b.mp4"));
        StreamDescription stream = only(clip.toString());
        assertThat(stream.url().secret()).isEqualTo("file://" + clip.toAbsolutePath());
        assertThat(stream.loop()).isTrue();
    }

    @Test
    void aPathWithoutAFileIsRefusedWithTheSchemesThatThereAre() {
        assertThatThrownBy(() -> only(folder.resolve("none.mp4").toString()))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("none.mp4")
                .hasMessageContaining("rtsp:");
    }

    @Test
    void aNameWithASlashIsRefusedWithTheAllowedCharacters() {
        assertThatThrownBy(() -> only("a/b=test:"))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("a/b")
                .hasMessageContaining("letters, digits");
    }

    @Test
    void twoSourcesOfTheSameNameAreRefused() {
        assertThatThrownBy(() -> SourceArgument.parse(List.of("door=test:", "door=rtsp://a/b")))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("door");
    }

    private static StreamDescription only(String argument) {
        return SourceArgument.parse(List.of(argument)).getFirst();
    }
}
