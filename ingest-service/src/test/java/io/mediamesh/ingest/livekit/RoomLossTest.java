package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.LiveKitToken;
import io.mediamesh.testkit.RoomGuest;
import io.vertx.core.net.NetServerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RoomLossTest extends OnStage {
    private static final long DOWN_NANOS = Duration.ofSeconds(10).toNanos();

    private static final StreamId ALICE = new StreamId("stage.alice");
    private static final StreamId BOB = new StreamId("stage.bob");
    private static final Pattern TOKEN = Pattern.compile("access_token=([^& ]+)");

    private String sid() {
        return stage.status().details().getOrDefault(StreamStatus.PARTICIPANT_SID, "");
    }

    @Test
    void aServerThatWasGoneForTenSecondsIsJoinedAgainOnce() {
        stage.put(server.room("a"));
        List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
        String before;
        try (RoomGuest alice = RoomGuest.join(server, "a", "alice")) {
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
        try (RoomGuest alice = RoomGuest.join(server, "a", "alice")) {
            Stage.goesOn(video, () -> alice.tell("video"));
            stage.awaitState(StreamStatus.State.LIVE, "");
            assertThat(server.ours("a")).hasSize(1);
        }
    }

    @Test
    void aFrozenServerIsNoticedAndWeAreTheSameParticipantAfterwards() {
        stage.put(server.room("b"));
        List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
        try (RoomGuest alice = RoomGuest.join(server, "b", "alice")) {
            alice.tell("video");
            Await.until("pictures", () -> frames(video).size() > 5);
            String before = sid();
            server.freeze();
            stage.awaitState(StreamStatus.State.RECONNECTING, "the LiveKit server 127.0.0.1:" + server.port());
            Stage.goesOn(video, server::thaw);
            stage.awaitState(StreamStatus.State.LIVE, "");
            assertThat(sid()).isEqualTo(before);
            assertThat(server.ours("b")).hasSize(1);
        }
    }

    @Test
    void aCutConnectionComesBackUnnoticed() {
        try (CuttableLine line = new CuttableLine(server.port());
                RoomGuest alice = RoomGuest.join(server, "c", "alice")) {
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
            assertThat(Stage.epochs(video)).hasSize(1);
            assertThat(server.ours("c")).hasSize(1);
            assertThat(stage.meter("mediamesh.livekit.reconnects", "way", "resumed"))
                    .isGreaterThanOrEqualTo(3);
            assertThat(stage.meter("mediamesh.livekit.reconnects", "way", "rejoined"))
                    .isZero();
        }
    }

    @Test
    void participantsWhoComeBackAfterARestartOfTheServerGoOnInANewEpochAndOthersEnd() {
        stage.put(server.room("d"));
        List<Delivery> room = stage.collect(STREAM, Topic.VIDEO);
        List<Delivery> seen;
        try (RoomGuest alice = RoomGuest.join(server, "d", "alice");
                RoomGuest bob = RoomGuest.join(server, "d", "bob")) {
            alice.tell("video");
            bob.tell("video");
            stage.awaitThere(ALICE);
            stage.awaitThere(BOB);
            seen = stage.collect(ALICE, Topic.VIDEO);
            Await.until(
                    "pictures", () -> frames(seen).size() > 5 && frames(room).size() > 5);
            assertThat(stage.meter("mediamesh.livekit.participants")).isEqualTo(2);
            server.kill();
            Await.until("alice is lost", () -> stage.status(ALICE).state() == StreamStatus.State.RECONNECTING);
        }
        server.restart();
        stage.awaitState(StreamStatus.State.STARTING, "joined; nobody publishes");
        assertThat(stage.status(ALICE).state()).isEqualTo(StreamStatus.State.RECONNECTING);
        try (RoomGuest alice = RoomGuest.join(server, "d", "alice")) {
            Stage.goesOn(seen, () -> alice.tell("video"));
            Await.until("alice is live", () -> stage.status(ALICE).state() == StreamStatus.State.LIVE);
            assertThat(Stage.epochs(seen)).hasSize(2).isSorted();
            Await.until("the room goes on", () -> Stage.epochs(room).size() == 2);
            assertThat(seen)
                    .noneMatch(delivery ->
                            delivery instanceof Delivery.Changed changed && changed.state() == SubscriptionState.ENDED);
            assertThat(stage.meter("mediamesh.livekit.reconnects", "way", "rejoined"))
                    .isEqualTo(1);
            Await.until("bob is not waited for any more", Duration.ofSeconds(40), () -> stage.find(BOB)
                    .isEmpty());
        }
    }

    @Test
    void aLineThatSwallowsEverythingIsFoundOutAndLeftBehind() {
        try (CuttableLine line = new CuttableLine(server.port());
                RoomGuest alice = RoomGuest.join(server, "e", "alice")) {
            alice.tell("video");
            stage.put(server.room("e").replace(":" + server.port() + "/", ":" + line.port() + "/"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 5);
            String before = sid();
            line.swallow(true);
            Await.until(
                    "the silence is noticed",
                    Duration.ofSeconds(40),
                    () -> stage.status().state() == StreamStatus.State.RECONNECTING);
            line.swallow(false);
            stage.awaitState(StreamStatus.State.LIVE, "");
            Stage.goesOn(video, () -> {});
            assertThat(sid()).isEqualTo(before);
            assertThat(server.ours("e")).hasSize(1);
        }
    }

    @Test
    void weComeBackWithTheTokenThatTheServerHasSentMeanwhile() {
        List<String> tokens = new CopyOnWriteArrayList<>();
        UnaryOperator<String> expiring = request -> {
            Matcher token = TOKEN.matcher(request);
            assertThat(token.find()).isTrue();
            tokens.add(token.group(1));
            // Servers take tokens for a minute longer than they are valid.
            return tokens.size() > 1
                    ? request
                    : token.replaceFirst("access_token="
                            + LiveKitToken.ending(token.group(1), Instant.now().minusSeconds(50)));
        };
        try (CuttableLine line =
                        new CuttableLine(server.port(), new NetServerOptions().setHost("127.0.0.1"), expiring);
                RoomGuest alice = RoomGuest.join(server, "f", "alice")) {
            alice.tell("video");
            stage.put(server.room("f").replace(":" + server.port() + "/", ":" + line.port() + "/"));
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 5);
            String before = sid();
            Stage.goesOn(video, line::cut);
            Await.until("we are back", () -> tokens.size() == 2);
            assertThat(tokens.getLast()).isNotEqualTo(tokens.getFirst());
            assertThat(LiveKitToken.claims(tokens.getLast()).getString("sub"))
                    .isEqualTo(LiveKitToken.claims(tokens.getFirst()).getString("sub"));
            assertThat(server.takes(tokens.getLast())).isTrue();
            assertThat(server.takes(
                            LiveKitToken.ending(tokens.getFirst(), Instant.now().minusSeconds(70))))
                    .isFalse();
            Await.until("resumed", () -> stage.meter("mediamesh.livekit.reconnects", "way", "resumed") == 1);
            assertThat(sid()).isEqualTo(before);
        }
    }
}
