package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.AudioProtocol;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service on a real mesh of one process, with analyses of the test. */
final class AudioServiceTest {
    private static final int RATE_HZ = 48_000;
    private static final int BLOCK_FRAMES = 960;
    private static final long BLOCK_NANOS = 20_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final CountingKind counting = new CountingKind("counting");
    private final CountingKind other = new CountingKind("other");
    private final AudioService service = new AudioService(new AnalyserKinds(List.of(counting, other)));
    private final SyntheticSource source = SyntheticSource.manual(vertx, AudioServiceTest::block);

    private Mesh mesh;
    private CaptureTime clock = CaptureTime.now();

    /** The first sample of block n is n, in units of 1/32768. */
    private static AudioBlock block(long index) {
        short[] samples = new short[BLOCK_FRAMES];
        samples[0] = (short) index;
        return AudioBlock.takeOver(RATE_HZ, 1, samples);
    }

    @BeforeEach
    void joinMesh() {
        mesh = Await.result(TestMesh.local(vertx, PictureCodec.NONE, Set.of(Topic.AUDIO, "counting", "other")));
        Await.result(mesh.directory().put(TestMesh.stream("mic1")));
        Await.result(mesh.offer(Set.of(Topic.AUDIO), source));
        Await.result(service.start(mesh, Settings.of(service.settings(), Map.of("audio.counting.label", "7"))));
    }

    @AfterEach
    void leaveMesh() {
        Await.result(mesh.drain());
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    private Subscription subscribe(String kind) {
        return Await.result(mesh.subscribe(
                Topic.of("mic1", kind), SubscribeOptions.latest("test").withPolicy(Policy.lossless(10_000))));
    }

    private void play(int blocks) {
        for (int block = 0; block < blocks; block++) {
            source.emitAt(clock);
            clock = clock.plusNanos(BLOCK_NANOS);
        }
    }

    private static List<JsonObject> results(List<Delivery> deliveries) {
        return TestMesh.items(deliveries).stream()
                .map(data -> ((Analysis) data.item().payload()).toJson())
                .toList();
    }

    private JsonObject ask(AudioProtocol.Request request) {
        return Await.result(vertx.eventBus()
                        .<JsonObject>request(AudioProtocol.addressOf(mesh.memberId()), request.toJson())
                        .recover(failure -> Future.failedFuture(MeshException.ofReply(failure))))
                .body();
    }

    @Test
    void nothingIsFetchedOrAnalysedWhileNobodyIsSubscribed() {
        assertThat(source.starts()).isZero();
        assertThat(counting.opened).hasValue(0);

        Subscription subscription = subscribe("counting");
        assertThat(source.starts()).isEqualTo(1);
        Await.result(subscription.close());
        Await.until("the sound is let go", () -> source.stops() == 1);
        assertThat(ask(new AudioProtocol.ShowStatistics()).getInteger("streams"))
                .isZero();
    }

    @Test
    void severalAnalysesOfAStreamShareItsSoundAndAnAnalysisIsSharedByItsSubscribers() {
        List<Delivery> first = TestMesh.collect(subscribe("counting"));
        List<Delivery> second = TestMesh.collect(subscribe("counting"));
        List<Delivery> third = TestMesh.collect(subscribe("other"));
        play(10);
        Await.until(
                "all results",
                () -> results(first).size() == 20 && results(third).size() == 20);
        Await.until("all results at the second", () -> results(second).size() == 20);
        assertThat(source.starts()).isEqualTo(1);
        assertThat(counting.opened).hasValue(1);
        assertThat(results(first).getLast().getInteger("heard")).isEqualTo(10 * BLOCK_FRAMES);
    }

    @Test
    void aResultCarriesTheCaptureTimeOfTheMiddleOfWhatWasAnalysed() {
        List<Delivery> seen = TestMesh.collect(subscribe("counting"));
        CaptureTime begin = clock;
        play(2);
        Await.until("all results", () -> results(seen).size() == 4);
        for (int result = 0; result < 4; result++) {
            long expected = begin.monotonicNanos() + 5_000_000 + result * 10_000_000L;
            assertThat(TestMesh.items(seen).get(result).item().stamp().capture().monotonicNanos())
                    .isEqualTo(expected);
        }
    }

    @Test
    void afterALossOfSoundTheAnalysisBeginsAnew() {
        List<Delivery> seen = TestMesh.collect(subscribe("counting"));
        play(3);
        Await.until("results before", () -> results(seen).size() == 6);
        clock = clock.plusNanos(500_000_000);
        play(1);
        Await.until("results after", () -> results(seen).size() == 8);
        assertThat(results(seen).get(6).getInteger("heard")).isEqualTo(CountingKind.EVERY_FRAMES);
        assertThat(results(seen).get(6).getDouble("first")).isEqualTo(Math.round(3e6 / 32768) / 1e6);
    }

    @Test
    void anAnalysisThatBreaksIsCountedAndGoesOnWhileOthersAreUntouched() {
        counting.breaksAtFrame = 4 * BLOCK_FRAMES;
        List<Delivery> broken = TestMesh.collect(subscribe("counting"));
        List<Delivery> whole = TestMesh.collect(subscribe("other"));
        play(6);
        Await.until("the other has all", () -> results(whole).size() == 12);
        Await.until("the broken one goes on", () -> results(broken).stream()
                .anyMatch(json -> json.getInteger("heard") >= 6 * BLOCK_FRAMES));
        JsonObject report = ask(new AudioProtocol.ShowStatistics()).getJsonArray("analyses").stream()
                .map(JsonObject.class::cast)
                .filter(json -> json.getString("type").equals("counting"))
                .findFirst()
                .orElseThrow();
        assertThat(report.getInteger("faults")).isEqualTo(1);
    }

    @Test
    void aChangeOfSettingsHoldsForTheAnalysisThatRunsAndForNoOtherStream() {
        Await.result(mesh.directory().put(TestMesh.stream("mic2")));
        List<Delivery> seen = TestMesh.collect(subscribe("counting"));
        play(1);
        Await.until("results before", () -> results(seen).size() == 2);
        assertThat(results(seen).getFirst().getInteger("label")).isEqualTo(7);
        assertThat(results(seen).getFirst().getDouble("rate")).isEqualTo(20.0);

        JsonObject after = ask(new AudioProtocol.Change(
                Optional.of(new StreamId("mic1")), Map.of("audio.counting.label", "8", "audio.counting.rate", "0")));
        assertThat(after.getJsonObject("values").getString("audio.counting.label"))
                .isEqualTo("8");
        Await.until("the analysis is opened again", () -> counting.opened.get() >= 2);
        Await.until("results with the new settings", () -> {
            play(1);
            return results(seen).getLast().getInteger("label") == 8;
        });
        assertThat(results(seen).getLast().getValue("rate")).isNull();
        assertThat(ask(new AudioProtocol.ShowSettings(Optional.of(new StreamId("mic2"))))
                        .getJsonObject("values")
                        .getString("audio.counting.label"))
                .isEqualTo("7");

        ask(new AudioProtocol.Change(Optional.of(new StreamId("mic1")), Map.of("audio.counting.label", "")));
        assertThat(ask(new AudioProtocol.ShowSettings(Optional.of(new StreamId("mic1"))))
                        .getJsonObject("values")
                        .getString("audio.counting.label"))
                .isEqualTo("7");
    }

    @Test
    void settingsThatAreUnknownOrNotAllowedOrDoNotGoTogetherAreRefusedAndChangeNothing() {
        for (Map<String, String> wrong : List.of(
                Map.of("audio.counting.labl", "1"),
                Map.of("audio.counting.label", "1", "audio.counting.rate", "-1"),
                Map.of("audio.counting.rate", "1000000000"),
                Map.of("audio.counting.label", "99"))) {
            assertThatThrownBy(() -> ask(new AudioProtocol.Change(Optional.empty(), wrong)))
                    .isInstanceOfSatisfying(MeshException.class, failure -> assertThat(failure.code())
                            .isEqualTo(FailureCode.INVALID));
        }
        assertThat(ask(new AudioProtocol.ShowSettings(Optional.empty()))
                        .getJsonObject("changed")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void theEndOfTheSoundIsTheEndOfItsAnalyses() {
        List<Delivery> seen = TestMesh.collect(subscribe("counting"));
        source.running().forEach(publisher -> publisher.end("the stream mic1 has no sound"));
        Await.until("the end with its reason", () -> seen.stream()
                .anyMatch(delivery -> delivery instanceof Delivery.Changed changed
                        && changed.state() == SubscriptionState.ENDED
                        && changed.reason().contains("no sound")));
    }
}
