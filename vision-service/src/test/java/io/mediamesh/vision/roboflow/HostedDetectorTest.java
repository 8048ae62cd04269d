package io.mediamesh.vision.roboflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostedDetectorTest {
    private final SpeakingServer server = new SpeakingServer();
    private final Vertx vertx = Vertx.vertx();
    private Optional<InferenceServer> asking = Optional.empty();

    @AfterEach
    void stop() {
        asking.ifPresent(InferenceServer::close);
        Await.result(vertx.close());
        server.close();
    }

    private HostedDetector detector(String model, String key, Duration timeout, Duration pause) {
        InferenceServer access =
                new InferenceServer(vertx, new InferenceServer.Access(server.url(), key, timeout, 2, pause, 4, 0.25));
        asking = Optional.of(access);
        return new HostedDetector("lamps", access, HostedModel.of(model), new OpenCvPictureCodec());
    }

    private HostedDetector detector() {
        return detector("lamps/3", SpeakingServer.KEY, Duration.ofSeconds(20), Duration.ofMinutes(1));
    }

    @Test
    void whatTheServerFindsIsGivenInPixelsOfTheFrame() {
        List<Detection> found = detector().detect(lamp(640, 480, 160, 120, 320, 300));
        assertThat(found).singleElement().satisfies(one -> {
            assertThat(one.label()).isEqualTo("lamp");
            assertThat(one.confidence()).isEqualTo(0.875);
            assertBox(one, 160, 120, 320, 300, 2);
        });
        assertThat(server.asked).containsExactly("POST /lamps/3 0.250");
    }

    @Test
    void boxesOfAPictureThatWasSentSmallerAreThoseOfTheFrame() {
        List<Detection> found = detector().detect(lamp(2560, 1920, 640, 480, 1280, 1200));
        assertThat(found).singleElement().satisfies(one -> assertBox(one, 640, 480, 1280, 1200, 6));
    }

    @Test
    void aPictureWithNothingInItHasNoDetections() {
        assertThat(detector().detect(lamp(320, 240, 0, 0, 0, 0))).isEmpty();
    }

    @Test
    void whatMayPassIsAskedAgain() {
        server.fail(List.of(503, 429));
        assertThat(detector().detect(lamp(320, 240, 80, 80, 160, 160))).hasSize(1);
        assertThat(server.asked).hasSize(3);
    }

    @Tag("slow")
    @Test
    void aServerThatFailsAgainAndAgainIsLeftAloneForAWhile() {
        HostedDetector detector = detector();
        server.fail(Collections.nCopies(40, 500));
        I420 picture = lamp(320, 240, 80, 80, 160, 160);
        Await.until("it is not asked", () -> {
            try {
                detector.detect(picture);
                return false;
            } catch (MeshException failed) {
                return String.valueOf(failed.getMessage()).contains("failed too often");
            }
        });
        int askedSoFar = server.asked.size();
        assertThatThrownBy(() -> detector.detect(picture)).hasMessageContaining("failed too often");
        assertThat(server.asked).hasSize(askedSoFar).hasSizeLessThan(20);
    }

    @Test
    @Tag("slow")
    void aServerThatHangsIsLeftAloneTooHoweverLongItsFailuresTake() {
        HostedDetector detector =
                detector("lamps/3", SpeakingServer.KEY, Duration.ofMillis(800), Duration.ofMinutes(1));
        server.fail(Collections.nCopies(40, 0));
        I420 picture = lamp(320, 240, 80, 80, 160, 160);
        for (int failure = 0; failure < 5; failure++) {
            assertThatThrownBy(() -> detector.detect(picture)).hasMessageContaining("did not answer");
        }
        assertThatThrownBy(() -> detector.detect(picture)).hasMessageContaining("failed too often");
    }

    @Test
    void aWrongKeyIsToldOnceAndNotTriedAgainBeforeThePauseIsOver() {
        HostedDetector detector = detector("lamps/3", "wrong-key", Duration.ofSeconds(20), Duration.ofMinutes(1));
        I420 picture = lamp(320, 240, 80, 80, 160, 160);
        for (int round = 0; round < 3; round++) {
            assertThatThrownBy(() -> detector.detect(picture))
                    .isInstanceOfSatisfying(MeshException.class, refusal -> assertThat(refusal.code())
                            .isEqualTo(FailureCode.FORBIDDEN))
                    .hasMessageContainingAll("ROBOFLOW_API_KEY", "lamps/3", server.url())
                    .hasMessageNotContaining("wrong-key");
        }
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void whatWasRefusedIsTriedAgainAfterThePause() {
        server.fail(List.of(403));
        HostedDetector detector =
                detector("lamps/3", SpeakingServer.KEY, Duration.ofSeconds(20), Duration.ofMillis(50));
        I420 picture = lamp(320, 240, 80, 80, 160, 160);
        assertThatThrownBy(() -> detector.detect(picture)).hasMessageContaining("403");
        Await.until("it answers", () -> {
            try {
                return detector.detect(picture).size() == 1;
            } catch (MeshException refused) {
                return false;
            }
        });
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThatThrownBy(
                        () -> detector("torches/1", SpeakingServer.KEY, Duration.ofSeconds(20), Duration.ofMinutes(1))
                                .detect(lamp(320, 240, 80, 80, 160, 160)))
                .hasMessageContaining("has no model torches/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not JSON",
                "[]",
                "{\"top\":\"cat\",\"confidence\":0.9}",
                "{\"predictions\":[{\"class\":\"lamp\",\"x\":1,\"y\":1,\"width\":\"wide\",\"height\":1,\"confidence\":1}]}",
                "{\"predictions\":[7]}"
            })
    void anAnswerThatIsNoObjectDetectionIsToldAsSuch(String answer) {
        server.answerInstead = answer;
        assertThatThrownBy(() -> detector().detect(lamp(320, 240, 80, 80, 160, 160)))
                .hasMessageContaining("without the predictions of an object detection");
    }

    @Test
    void theKeyIsInNoMessage() {
        HostedDetector silent = detector("lamps/3", SpeakingServer.KEY, Duration.ofMillis(150), Duration.ofMinutes(1));
        server.fail(List.of(0, 0, 0));
        assertThatThrownBy(() -> silent.detect(lamp(320, 240, 80, 80, 160, 160)))
                .hasMessageContaining("did not answer within 150 ms")
                .hasNoCause()
                .hasMessageNotContaining("k3y");
        asking.ifPresent(InferenceServer::close);

        server.fail(List.of(400));
        assertThatThrownBy(() -> detector().detect(lamp(320, 240, 80, 80, 160, 160)))
                .hasMessageContaining("answered 400")
                .hasNoCause()
                .hasMessageNotContaining("k3y");
        assertThat(new InferenceServer.Access("http://x", "k3y", Duration.ZERO, 0, Duration.ZERO, 1, 0))
                .asString()
                .doesNotContain("k3y");
    }

    @Test
    void aServersOwnWordsAreRepeatedWhereTheySayWhatIsWrong() {
        HostedDetector detector = detector();
        server.fail(List.of(422));
        assertThatThrownBy(() -> detector.detect(lamp(320, 240, 80, 80, 160, 160)))
                .hasMessageContainingAll("answered 422", "Invalid Model ID");
    }

    @Test
    void aServerThatIsNotThereIsToldWithoutItsKey() {
        HostedDetector detector =
                detector("lamps/3", SpeakingServer.KEY, Duration.ofSeconds(20), Duration.ofMinutes(1));
        server.close();
        assertThatThrownBy(() -> detector.detect(lamp(320, 240, 80, 80, 160, 160)))
                .hasMessageContaining("takes no connections")
                .hasNoCause()
                .hasMessageNotContaining("k3y");
    }

    @Test
    void streamsAskSideBySide() throws Exception {
        HostedDetector detector = detector();
        try (ExecutorService streams = Executors.newFixedThreadPool(4)) {
            List<Future<List<Detection>>> all =
                    streams.invokeAll(Collections.nCopies(12, () -> detector.detect(lamp(320, 240, 80, 80, 160, 160))));
            for (Future<List<Detection>> one : all) {
                assertThat(one.get()).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lamps", "lamps/", "/3", "lamps/3/4", "lamps/../etc", "la mps/3", "lamps/3?x=1"})
    void aModelThatIsNotWrittenAsRoboflowDoesIsRefused(String text) {
        assertThatThrownBy(() -> HostedModel.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PROJECT/VERSION");
    }

    private static void assertBox(Detection one, int x1, int y1, int x2, int y2, double tolerancePx) {
        assertThat(one.x1()).isCloseTo(x1, within(tolerancePx));
        assertThat(one.y1()).isCloseTo(y1, within(tolerancePx));
        assertThat(one.x2()).isCloseTo(x2, within(tolerancePx));
        assertThat(one.y2()).isCloseTo(y2, within(tolerancePx));
    }

    /** A dark picture with a bright rectangle. */
    private static I420 lamp(int widthPx, int heightPx, int x1, int y1, int x2, int y2) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        Arrays.fill(planes, 0, widthPx * heightPx, (byte) 30);
        Arrays.fill(planes, widthPx * heightPx, planes.length, (byte) 128);
        for (int y = y1; y < y2; y++) {
            Arrays.fill(planes, y * widthPx + x1, y * widthPx + x2, (byte) 220);
        }
        return new I420(widthPx, heightPx, I420.Range.FULL, Bytes.takeOver(planes));
    }
}
