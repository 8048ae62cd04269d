package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class RoomLossTest {
    private static final long DOWN_NANOS = Duration.ofSeconds(10).toNanos();

    private LiveKitServer server;
    private Stage stage;

    @BeforeEach
    void start() throws Exception {
        server = LiveKitServer.start();
        stage = new Stage();
    }

    @AfterEach
    void stop() {
        stage.close();
        server.close();
    }

    private String sid() {
        return stage.status().details().getOrDefault(StreamStatus.PARTICIPANT_SID, "");
    }

    @Test
    void aServerThatWasGoneForTenSecondsIsJoinedAgainOnce() {
        stage.put(server.room("a"));
        List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
        String before;
        try (Publisher alice = Publisher.join(server, "a", "alice")) {
            alice.tell("video");
            Await.until("pictures", () -> frames(video).size() > 5);
            before = sid();
            server.kill();
            stage.awaitState(StreamStatus.State.RECONNECTING, "the LiveKit server 127.0.0.1:" + server.port());
        }
        long back = System.nanoTime() + DOWN_NANOS;
        Await.until("ten seconds", () -> System.nanoTime() - back > 0);
        server.restart();
        stage.awaitState(StreamStatus.State.STARTING, "joined; nobody publishes");
        assertThat(sid()).startsWith("PA_").isNotEqualTo(before);
        assertThat(server.ours("a")).hasSize(1);
        try (Publisher alice = Publisher.join(server, "a", "alice")) {
            Stage.goesOn(video, () -> alice.tell("video"));
            stage.awaitState(StreamStatus.State.LIVE, "");
            assertThat(server.ours("a")).hasSize(1);
        }
    }

    @Test
    void aFrozenServerIsNoticedAndWeAreTheSameParticipantAfterwards() throws Exception {
        stage.put(server.room("b"));
        List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
        try (Publisher alice = Publisher.join(server, "b", "alice")) {
            alice.tell("video");
            Await.until("pictures", () -> frames(video).size() > 5);
            String before = sid();
            server.freeze();
            stage.awaitState(StreamStatus.State.RECONNECTING, "the LiveKit server 127.0.0.1:" + server.port());
            Stage.goesOn(video, () -> thaw());
            stage.awaitState(StreamStatus.State.LIVE, "");
            assertThat(sid()).isEqualTo(before);
            assertThat(server.ours("b")).hasSize(1);
        }
    }

    private void thaw() {
        try {
            server.thaw();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void aCutConnectionComesBackUnnoticed() {
        try (CuttableLine line = new CuttableLine(server.port());
                Publisher alice = Publisher.join(server, "c", "alice")) {
            alice.tell("video");
            stage.put(server.room("c").replace(":" + server.port() + "/", ":" + line.port() + "/"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 5);
            StreamStatus before = stage.awaitState(StreamStatus.State.LIVE, "");
            for (int round = 0; round < 3; round++) {
                Stage.goesOn(video, line::cut);
            }
            // What is published afterwards comes too: the server and we still understand each other.
            alice.tell("unpublish video");
            stage.awaitState(StreamStatus.State.STARTING, "joined; nobody publishes");
            Stage.goesOn(video, () -> alice.tell("video 480 360"));
            assertThat(sid()).isEqualTo(before.details().get(StreamStatus.PARTICIPANT_SID));
            assertThat(TestMesh.items(List.copyOf(video)))
                    .extracting(data -> data.item().stamp().epoch())
                    .containsOnly(
                            TestMesh.items(video).getFirst().item().stamp().epoch());
            assertThat(server.ours("c")).hasSize(1);
        }
    }
}
