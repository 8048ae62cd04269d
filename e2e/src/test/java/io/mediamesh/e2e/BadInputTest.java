package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong, and what they are told. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {
    private final Path folder;
    private final Product product;

    BadInputTest(@TempDir Path folder) {
        this.folder = folder;
        this.product = Product.start(folder, Map.of());
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private static JsonObject source(String url) {
        return new JsonObject().put("source", new JsonObject().put("url", url));
    }

    private static void assertRefused(HttpResponse<byte[]> answer, int status, String code, String... words) {
        assertThat(answer.statusCode()).as(Product.text(answer)).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        JsonObject error = new JsonObject(Product.text(answer));
        assertThat(error.getString("code")).as(error.encode()).isEqualTo(code);
        assertThat(error.getString("error")).doesNotContain("Exception", "\tat ");
        for (String word : words) {
            assertThat(error.getString("error")).contains(word);
        }
    }

    @Test
    void anUnknownSchemeIsRefusedWithTheKnownOnes() {
        assertRefused(
                product.put("/api/v1/streams/x", source("gopher://host/")), 400, "invalid", "gopher", "rtsp", "file");
        assertThat(product.status("/api/v1/streams/x")).isEqualTo(404);
    }

    @Test
    void aFileThatIsNotThereIsSaidAtOnce() {
        assertRefused(
                product.put("/api/v1/streams/missing", source("file:///no/such/clip.mp4")), 400, "invalid", "clip.mp4");
    }

    @Test
    void aTextFileIsNoVideoAndTheStreamSaysSo() throws IOException {
        Path text = folder.resolve("notes.mp4");
        Files.writeString(text, "This is not a film.\n".repeat(100));
        product.putStream("notes", "file://" + text);
        HttpResponse<byte[]> snapshot = product.get("/api/v1/streams/notes/snapshot.jpg");
        assertThat(snapshot.statusCode()).as(Product.text(snapshot)).isEqualTo(503);
        JsonObject stream = Await.until(
                "the stream has failed", () -> product.getJson("/api/v1/streams/notes"), seen -> seen.getString("state")
                        .equals("failed"));
        assertThat(stream.getString("reason")).isNotBlank();
    }

    @Test
    void aHostThatNeverAnswersDelaysNobodyElse() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            product.putStream("silent", "http://127.0.0.1:" + silent.getLocalPort() + "/a.mjpg");
            product.putStream("brisk", "test:?size=320x240");
            HttpResponse<byte[]> waiting = product.get("/api/v1/streams/silent/snapshot.jpg");
            assertThat(waiting.statusCode()).isEqualTo(503);
            assertThat(waiting.headers().firstValue("retry-after")).isPresent();
            assertThat(product.get("/api/v1/streams/brisk/snapshot.jpg").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anIdWithASlashOrTenKilobytesIsRefused() {
        assertRefused(product.put("/api/v1/streams/a%2Fb", source("test:")), 400, "invalid", "letters");
        HttpResponse<byte[]> longId = product.put("/api/v1/streams/" + "x".repeat(10_240), source("test:"));
        assertThat(longId.statusCode()).isIn(400, 414);
        assertThat(longId.body().length).isLessThan(2000);
    }

    @Test
    void anIdThatIsTakenByAnotherSourceIsAConflict() {
        product.putStream("taken", "test:?size=320x240");
        product.putStream("taken", "test:?size=320x240");
        assertRefused(product.put("/api/v1/streams/taken", source("test:?size=640x480")), 409, "conflict", "taken");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                              | json",
                "[]                             | ",
                "{}                             | source",
                "{\"source\":7}                 | source",
                "{\"source\":{\"url\":7}}       | url",
                "{\"source\":{\"url\":\"test:\",\"loop\":\"yes\"}} | loop",
                "{\"source\":{\"url\":\"test:\"},\"labels\":{\"a\":1}} | labels"
            })
    void jsonOfTheWrongTypeIsRefusedNamingTheField(String body, String word) {
        HttpResponse<byte[]> answer = product.put("/api/v1/streams/typed", body);
        assertRefused(answer, 400, "invalid");
        if (word != null) {
            assertThat(Product.text(answer).toLowerCase(Locale.ROOT)).contains(word);
        }
        assertThat(product.status("/api/v1/streams/typed")).isEqualTo(404);
    }

    @Test
    void credentialsOfASourceAreNeverShown() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            product.putStream(
                    "door", "rtsp://admin:hunter2@127.0.0.1:" + silent.getLocalPort() + "/live?token=hunter3");
            product.get("/api/v1/streams/door/snapshot.jpg");
            assertThat(product.getJson("/api/v1/streams").encode())
                    .contains("***")
                    .doesNotContain("hunter");
            assertThat(product.output()).doesNotContain("hunter");
        }
    }

    @Test
    void unknownPathsAndMethodsAnswerInJson() {
        assertThat(product.get("/api/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(new JsonObject(Product.text(product.get("/api/v1/nothing"))).getString("error"))
                .isNotBlank();
        assertThat(product.delete("/api/v1/streams").statusCode()).isEqualTo(405);
        assertThat(product.put("/api/v1/streams/big", "x".repeat(20 << 20)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void anUnknownSettingStopsTheStartWithTheNearestKnownOne() throws IOException {
        Path file = folder.resolve("typo.yaml");
        Files.writeString(file, "gateway:\n  http:\n    prot: 8080\n");
        try (Product refused = Product.launch(folder, Map.of(), "--config", file.toString())) {
            assertThat(refused.exitStatus()).isNotZero();
            assertThat(refused.output())
                    .contains("gateway.http.prot", "gateway.http.port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aPortInUseIsNamedTogetherWithItsHolder() {
        try (Product second = Product.launch(
                folder,
                Map.of(
                        "MEDIAMESH_GATEWAY_HTTP_PORT", String.valueOf(product.port()),
                        "MEDIAMESH_DATA_DIR", folder.resolve("second").toString()))) {
            assertThat(second.exitStatus()).isNotZero();
            assertThat(second.output())
                    .contains(String.valueOf(product.port()), "java", String.valueOf(product.pid()))
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void anAddressThatOthersReachNeedsAWordAboutAuthentication() {
        try (Product open = Product.launch(folder, Map.of("MEDIAMESH_GATEWAY_HTTP_HOST", "0.0.0.0"))) {
            assertThat(open.exitStatus()).isNotZero();
            assertThat(open.output()).contains("0.0.0.0", "auth").doesNotContain("\tat ");
        }
    }
}
