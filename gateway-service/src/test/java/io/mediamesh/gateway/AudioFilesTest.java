package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioFilesTest {
    private static final String PATH = "/api/v1/audio/files";

    private static void awaitRunning(RunningGateway gateway, String type) {
        Await.until(
                type + " is analysed", () -> !gateway.analysis(type).running().isEmpty());
    }

    private static long lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void emit(RunningGateway gateway, Path file, int count) {
        for (int message = 0; message < count; message++) {
            long before = lines(file);
            gateway.emit("levels");
            Await.until("it is written", () -> lines(file) == before + 1);
        }
    }

    @Tag("slow")
    @Test
    void messagesAreWrittenALineEachOverARestartAndDownloadedUntilTheyAreDeleted(@TempDir Path directory) {
        Path file = directory.resolve("recordings/audio-logs/night.jsonl");
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            HttpResponse<String> added = gateway.send(
                    "POST", PATH, "{\"name\":\"night\",\"types\":[\"levels\"]}", "Content-Type", "application/json");
            assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
            assertThat(added.headers().firstValue("Location")).contains(PATH + "/night");
            awaitRunning(gateway, "levels");
            emit(gateway, file, 3);
            assertThat(gateway.send("POST", PATH, "{\"name\":\"night\"}", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(409);
        }
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            awaitRunning(gateway, "levels");
            emit(gateway, file, 2);
            String text = gateway.get(PATH + "/night/night.jsonl").body();
            assertThat(text.lines()).hasSize(5).allSatisfy(line -> assertThat(
                            new JsonObject(line).getJsonObject("metadata").getString("data_type"))
                    .isEqualTo("levels"));
            HttpResponse<String> range = gateway.get(PATH + "/night/night.jsonl", "Range", "bytes=2-9");
            assertThat(range.statusCode()).isEqualTo(206);
            assertThat(range.body()).isEqualTo("metadata");
            assertThat(gateway.get(PATH + "/night/night.jsonl", "Range", "bytes=99999999-")
                            .statusCode())
                    .isEqualTo(416);

            JsonObject stopped = RunningGateway.json(gateway.send("POST", PATH + "/night/stop", ""));
            assertThat(stopped.getString("state")).isEqualTo("stopped");
            Await.until(
                    "nobody analyses any more", () -> gateway.analysis("levels").stops() == 1);
            assertThat(RunningGateway.json(gateway.get(PATH)).getInteger("count"))
                    .isEqualTo(1);
            assertThat(gateway.send("DELETE", PATH + "/night", "").statusCode()).isEqualTo(204);
            assertThat(file).doesNotExist();
            assertThat(gateway.get(PATH + "/night").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aFileThatCannotBeWrittenFailsWithAReasonAndIsCounted(@TempDir Path directory) throws IOException {
        Path logs = directory.resolve("recordings/audio-logs");
        Files.createDirectories(logs.resolve("night.jsonl"));
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            gateway.send("POST", PATH, "{\"name\":\"night\"}", "Content-Type", "application/json");
            JsonObject shown = RunningGateway.json(gateway.get(PATH + "/night"));
            assertThat(shown.getString("state")).isEqualTo("failed");
            assertThat(shown.getString("reason")).contains("cannot be written");
            assertThat(gateway.meter("audio.files.failed")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | name",
                "{\"name\":\"../etc\"} | 400 | name",
                "{\"name\":\"a.b\"} | 400 | name",
                "{\"name\":\"a\",\"max_file_mb\":0} | 400 | max_file_mb",
                "{\"name\":\"a\",\"types\":[\"levls\"]} | 400 | types",
                "{\"name\":\"a\",\"rate\":-1} | 400 | rate",
                "{\"name\":\"a\",\"stream\":\"unknown\"} | 404 | stream",
            })
    void aFileThatIsNotPossibleIsRefused(String body, int status, String field, @TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.withSound(directory, Map.of())) {
            HttpResponse<String> response = gateway.postJson(PATH, new JsonObject(body));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(RunningGateway.json(response).getString("field")).isEqualTo(field);
            assertThat(RunningGateway.json(gateway.get(PATH)).getInteger("count"))
                    .isZero();
        }
    }

    @Test
    void aFullFileGivesWayToANewOneAndTheOldestIsDeleted(@TempDir Path folder) throws IOException {
        byte[] line = new byte[40];
        Arrays.fill(line, (byte) 'x');
        try (RotatingFile file = RotatingFile.open(folder, "a", 100, 3)) {
            for (int count = 0; count < 9; count++) {
                file.append(line);
            }
        }
        List<Path> files = RotatingFile.files(folder, "a", 3);
        assertThat(files)
                .extracting(path -> path.getFileName().toString())
                .containsExactly("a.jsonl", "a.1.jsonl", "a.2.jsonl");
        assertThat(lines(files.getFirst())).isEqualTo(1);
        assertThat(lines(files.getLast())).isEqualTo(2);
        Files.writeString(files.getFirst(), "half a li");
        try (RotatingFile again = RotatingFile.open(folder, "a", 100, 3)) {
            again.append(line);
        }
        assertThat(Files.readAllLines(files.getFirst())).containsExactly("half a li", "x".repeat(40));
    }
}
