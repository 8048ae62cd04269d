package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class RtspSourceTest {
    private Vertx vertx;
    private RtspServer server;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        server = RtspServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        Await.result(vertx.close());
    }

    private Recording play(String... settings) {
        return Recording.of(TestConfigs.source(vertx, server.url(), false, TestConfigs.local(settings)));
    }

    @Test
    void picturesAndSoundOfARealServerComeOnOneEvenClock() {
        try (Recording recording = play()) {
            recording.awaitPictures(75);
            assertThat(recording.video.orElseThrow().widthPx()).isEqualTo(640);
            assertThat(recording.video.orElseThrow().heightPx()).isEqualTo(480);
            assertThat(recording.audio.orElseThrow().sampleRateHz()).isEqualTo(48_000);
            assertThat(recording.sounds).isNotEmpty();
            assertThat(recording.corrupt).hasValue(0);
            var pictures = recording.pictures;
            double seconds = (pictures.get(74).capture().monotonicNanos()
                            - pictures.get(24).capture().monotonicNanos())
                    / 1e9;
            assertThat(seconds).isCloseTo(50 / 25.0, within(0.1));
            assertThat(pictures).allSatisfy(p -> assertThat(p.arrivedNanos())
                    .isGreaterThanOrEqualTo(p.capture().monotonicNanos()));
            for (int index = 1; index < 75; index++) {
                assertThat(pictures.get(index).capture().monotonicNanos())
                        .isGreaterThanOrEqualTo(
                                pictures.get(index - 1).capture().monotonicNanos());
            }
        }
    }

    @Test
    void aKilledServerIsFoundAgainAfterItsReturn() throws Exception {
        try (Recording recording = play()) {
            recording.awaitPictures(10);
            server.kill();
            recording.awaitState("lost: ");
            server.restart();
            int before = recording.pictures.size();
            recording.awaitState("live");
            recording.awaitPictures(before + 10);
        }
    }

    @Test
    void aFrozenServerIsLeftInTimeAndFoundAgain() throws Exception {
        try (Recording recording = play("ingest.stall_timeout", "2s", "ingest.open_timeout", "2s")) {
            recording.awaitPictures(10);
            server.freeze();
            recording.awaitState("lost: nothing came for 2.0 s");
            recording.awaitState("lost: no answer in time");
            server.thaw();
            int before = recording.pictures.size();
            recording.awaitState("live");
            recording.awaitPictures(before + 10);
        }
    }

    @Test
    void whatLibavformatHoldsBackDoesNotPutOffTheEndOfAStall() throws Exception {
        try (Recording recording = play("ingest.stall_timeout", "3s")) {
            recording.awaitPictures(30);
            server.freeze();
            long frozenNanos = System.nanoTime();
            recording.awaitState("lost: nothing came for 3.0 s");
            long latestNanos = recording.pictures.getLast().arrivedNanos();
            assertThat(Duration.ofNanos(latestNanos - frozenNanos)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void stoppingWhileTheServerIsFrozenFreesTheThread() throws Exception {
        Recording recording = play("ingest.stall_timeout", "60s");
        recording.awaitPictures(5);
        server.freeze();
        recording.stop();
        recording.awaitOver();
    }
}
