package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionStoreTest {
    private static final RoomName ROOM = new RoomName("Straße 7");
    private static final LiveSession.Recording RECORDING = new LiveSession.Recording("r1", "/data/r1/video.mp4");

    @Test
    void anH2FileKeepsSessionsAndTheConfigurationOverARestart(@TempDir Path directory) throws Exception {
        keeps(new GatewayConfig.Store(directory, "", "", ""));
    }

    @Test
    @Tag("slow")
    void postgresKeepsSessionsAndTheConfigurationOverARestart(@TempDir Path directory) throws Exception {
        try (PostgresServer postgres = PostgresServer.start(directory)) {
            keeps(postgres.store(directory));
        }
    }

    private static void keeps(GatewayConfig.Store where) throws Exception {
        LiveSession first;
        LiveSession updated;
        LiveSession last;
        try (Database database = Database.open(where)) {
            SessionStore store = new SessionStore(database);
            first = store.open(ROOM, "PA_1", Optional.empty());
            assertThat(first.status()).isEqualTo(LiveSession.Status.ACTIVE);
            assertThat(first.record()).isFalse();
            assertThat(first.stream()).isEqualTo(ROOM.stream());
            assertThat(store.open(ROOM, "PA_2", Optional.empty()))
                    .as("a room has one open session")
                    .isEqualTo(first);
            store.recorded(first.id(), RECORDING);
            updated = store.update(first.id(), LiveSession.Status.RECONNECTING, "PA_3")
                    .orElseThrow();
            assertThat(updated.recording()).contains(RECORDING);
            assertThat(updated.record()).isTrue();
            assertThat(updated.started()).isEqualTo(first.started());
            oneOfManyOpens(store);
            assertThat(store.end(
                            store.findOpen(new RoomName("raced")).orElseThrow().id(), LiveSession.Status.ENDED))
                    .isTrue();
            ConfigStore config = new ConfigStore(database);
            config.put(Map.of("a", "ü", "b", "2"));
            config.put(Map.of("b", "", "c", "3"));
        }
        try (Database database = Database.open(where)) {
            SessionStore store = new SessionStore(database);
            assertThat(store.open()).containsExactly(updated);
            assertThat(store.end(first.id(), LiveSession.Status.FAILED)).isTrue();
            assertThat(store.end(first.id(), LiveSession.Status.ENDED))
                    .as("again")
                    .isFalse();
            assertThat(store.update(first.id(), LiveSession.Status.ACTIVE, "PA_4"))
                    .isEmpty();
            assertThat(store.findOpen(ROOM)).isEmpty();
            assertThat(store.knows(ROOM)).isTrue();
            assertThat(store.knows(new RoomName("never"))).isFalse();
            assertThat(store.forgetEndedBefore(Instant.now().minusSeconds(3_600)))
                    .as("none is over for an hour")
                    .isZero();
            assertThat(store.knows(ROOM)).isTrue();
            last = store.open(new RoomName("open"), "PA_5", Optional.of(RECORDING));
            assertThat(store.forgetEndedBefore(Instant.now().plusSeconds(1))).isEqualTo(2);
            assertThat(store.knows(ROOM)).isFalse();
            assertThat(store.open()).containsExactly(last);
            store.end(last.id(), LiveSession.Status.ENDED);
            assertThat(store.forgetEndedBefore(Instant.now().plusSeconds(1))).isEqualTo(1);
            assertThat(new ConfigStore(database).all()).isEqualTo(Map.of("a", "ü", "c", "3"));
        }
        try (Database database = Database.open(where)) {
            assertThat(new SessionStore(database)
                            .open(ROOM, "PA_6", Optional.empty())
                            .id())
                    .as("an id is not used again although its session is forgotten")
                    .isGreaterThan(last.id());
        }
    }

    private static void oneOfManyOpens(SessionStore store) throws Exception {
        RoomName raced = new RoomName("raced");
        List<Callable<Long>> racers = IntStream.range(0, 8)
                .mapToObj(index -> (Callable<Long>)
                        () -> store.open(raced, "PA_" + index, Optional.empty()).id())
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.invokeAll(racers).stream().map(Future::resultNow).collect(Collectors.toSet()))
                    .hasSize(1);
        }
    }
}
