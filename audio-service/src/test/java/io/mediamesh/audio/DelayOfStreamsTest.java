package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The delay between two streams, aligned by the times of their capture. */
final class DelayOfStreamsTest {
    private static final int BLOCK_FRAMES = 960;
    private static final long BLOCK_NANOS = 20_000_000;
    private static final String TYPE = "delay_estimator";

    private final Vertx vertx = Vertx.vertx();
    private final Mesh mesh = Await.result(TestMesh.local(vertx, PictureCodec.NONE, Set.of(Topic.AUDIO, TYPE)));
    private final AudioService service = new AudioService(new AnalyserKinds(List.of(new DelayEstimatorKind())));
    private final SyntheticSource source = SyntheticSource.manual(vertx, DelayOfStreamsTest::noise);
    private CaptureTime clock = CaptureTime.now();

    /** Every block differs from every other. */
    private static AudioBlock noise(long index) {
        Random random = new Random(index);
        short[] samples = new short[BLOCK_FRAMES];
        for (int frame = 0; frame < BLOCK_FRAMES; frame++) {
            samples[frame] = (short) (4000 * random.nextGaussian());
        }
        return AudioBlock.takeOver(48_000, 1, samples);
    }

    private void start(String reference) {
        Await.result(mesh.directory().put(TestMesh.stream("near")));
        Await.result(mesh.directory().put(TestMesh.stream("far")));
        Await.result(mesh.offer(Set.of(Topic.AUDIO), source));
        Await.result(service.start(
                mesh, Settings.of(service.settings(), Map.of("audio.delay_estimator.reference", reference))));
    }

    @AfterEach
    void stop() {
        Await.result(mesh.drain());
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
    }

    private void play(int blocks) {
        for (int block = 0; block < blocks; block++) {
            source.emitAt(clock);
            clock = clock.plusNanos(BLOCK_NANOS);
        }
    }

    private List<Delivery> follow(String stream, String kind) {
        return TestMesh.collect(Await.result(mesh.subscribe(
                Topic.of(stream, kind), SubscribeOptions.latest("test").withPolicy(Policy.lossless(1000)))));
    }

    @Test
    void whatIsHeardEarlierThanInTheReferenceHasANegativeDelay() {
        start("far");
        follow("near", Topic.AUDIO);
        // Two blocks before the other stream begins with the same: it is 40 ms ahead.
        play(2);
        List<Delivery> delays = follow("near", TYPE);
        Await.until("a delay", () -> {
            play(1);
            return TestMesh.items(delays).stream()
                    .map(data -> (Analysis) data.item().payload())
                    .anyMatch(found -> found.fields().number("confidence").orElse(0) > 0.5
                            && Math.abs(found.fields().number("delay_ms").orElse(0) + 40) < 0.1);
        });
        assertThat(source.starts()).isEqualTo(2);
    }

    @Test
    void theReferenceIsLetGoWithTheAnalysis() {
        start("far");
        var subscription = Await.result(mesh.subscribe(Topic.of("near", TYPE), SubscribeOptions.latest("test")));
        assertThat(source.starts()).isEqualTo(2);
        Await.result(subscription.close());
        Await.until("both are let go", () -> source.stops() == 2);
    }

    @Test
    void anUnknownReferenceIsNamed() {
        start("nowhere");
        assertThatThrownBy(() -> Await.result(mesh.subscribe(Topic.of("near", TYPE), SubscribeOptions.latest("test"))))
                .hasMessageContaining("nowhere");
        assertThat(source.running()).isEmpty();
    }
}
