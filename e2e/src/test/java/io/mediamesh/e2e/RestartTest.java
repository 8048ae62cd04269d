package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class RestartTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void streamsThatWerePutAreThereAgainAfterARestartAndSigtermEndsCleanly() {
        try (Product first = Product.start(folder, Map.of())) {
            first.putStream("kept", "test:?size=320x240");
            first.putStream("gone", "test:?size=320x240");
            assertThat(first.delete("/api/v1/streams/gone").statusCode()).isEqualTo(204);
            first.terminate();
            assertThat(first.exitStatus()).isIn(0, 143);
        }
        try (Product second = Product.start(folder, Map.of())) {
            List<String> ids = second.getJson("/api/v1/streams").getJsonArray("streams").stream()
                    .map(stream -> ((JsonObject) stream).getString("id"))
                    .toList();
            assertThat(ids).contains("kept", "test").doesNotContain("gone");
            assertThat(second.get("/api/v1/streams/kept/snapshot.jpg").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aKilledProductKeepsWhatItAnswered() {
        try (Product first = Product.start(folder, Map.of())) {
            first.putStream("kept", "test:?size=320x240");
            Tool.signal("KILL", first.pid());
            first.exitStatus();
        }
        try (Product second = Product.start(folder, Map.of())) {
            assertThat(second.status("/api/v1/streams/kept")).isEqualTo(200);
        }
    }
}
