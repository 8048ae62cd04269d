package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StreamStoreTest {
    private static GatewayConfig.Store h2(Path directory) {
        return new GatewayConfig.Store(directory, "", "", "");
    }

    private static StreamDescription stream(String id, String url) {
        return new StreamDescription(new StreamId(id), SourceUrl.parse(url), true, Map.of("ort", "Straße \"7\""));
    }

    @Test
    void anH2FileKeepsStreamsOverARestart(@TempDir Path directory) throws Exception {
        keepsStreams(h2(directory));
    }

    @Test
    @Tag("slow")
    void postgresKeepsStreamsOverARestart(@TempDir Path directory) throws Exception {
        try (PostgresServer postgres = PostgresServer.start(directory)) {
            keepsStreams(postgres.store(directory));
        }
    }

    @Test
    @Tag("slow")
    void aGatewayWithPostgresHasItsStreamsAgainAfterARestart(@TempDir Path directory) throws Exception {
        try (PostgresServer postgres = PostgresServer.start(directory)) {
            GatewayConfig.Store store = postgres.store(directory);
            Map<String, String> settings = Map.of("store.url", store.url(), "store.user", store.user());
            try (RunningGateway first = RunningGateway.start(directory, settings)) {
                assertThat(first.putJson("/api/v1/streams/cam1", "{\"source\":{\"url\":\"test:\"}}")
                                .statusCode())
                        .isEqualTo(201);
            }
            try (RunningGateway second = RunningGateway.start(directory, settings)) {
                assertThat(second.get("/api/v1/streams/cam1").statusCode()).isEqualTo(200);
            }
            assertThat(directory.resolve("store")).doesNotExist();
        }
    }

    private static void keepsStreams(GatewayConfig.Store where) throws Exception {
        StreamDescription first = stream("b", "rtsp://u:p@host/x");
        StreamDescription other = stream("b", "rtsp://host/y");
        StreamDescription second = stream("a", "test:");
        try (Database database = Database.open(where)) {
            StreamStore store = new StreamStore(database);
            assertThat(database.answers()).isTrue();
            assertThat(store.all()).isEmpty();
            assertThat(store.addIfAbsent(first)).isEqualTo(first);
            assertThat(store.addIfAbsent(other)).as("the first one stays").isEqualTo(first);
            store.addIfAbsent(second);
            oneOfManyWins(store);
            assertThat(store.remove(new StreamId("raced"))).isTrue();
            assertThat(store.remove(new StreamId("raced"))).isFalse();
        }
        try (Database database = Database.open(where)) {
            StreamStore store = new StreamStore(database);
            assertThat(store.all()).containsExactly(second, first);
            assertThat(store.find(new StreamId("b"))).contains(first);
            assertThat(store.find(new StreamId("c"))).isEmpty();
        }
    }

    private static void oneOfManyWins(StreamStore store) throws Exception {
        List<Callable<StreamDescription>> racers = IntStream.range(0, 8)
                .mapToObj(index ->
                        (Callable<StreamDescription>) () -> store.addIfAbsent(stream("raced", "rtsp://host/" + index)))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Set<StreamDescription> winners =
                    threads.invokeAll(racers).stream().map(Future::resultNow).collect(Collectors.toSet());
            assertThat(winners).hasSize(1);
            assertThat(store.find(new StreamId("raced")))
                    .contains(winners.iterator().next());
        }
    }

    @Test
    void aFileThatAnotherProcessUsesIsSaidToBeInUse(@TempDir Path directory) throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = other.inputReader()) {
            assertThat(output.lines().filter(line -> line.equals("open")).findFirst())
                    .isPresent();
            assertThatThrownBy(() -> Database.open(h2(directory)))
                    .hasMessageContaining("another process uses the store")
                    .hasMessageContaining("data.dir");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theFileIsForItsOwnerOnlyBecauseUrlsHoldCredentials(@TempDir Path directory) throws IOException {
        Database.open(h2(directory)).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("store"))))
                .isEqualTo("rwx------");
    }
}
