package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that stands still for a while. */
final class SlowDiskTest {
    private static final int RATE = 768_000;

    @Test
    void whatDoesNotFitIsAGapThatIsWrittenDownAndSilentInTheFile(@TempDir Path folder) throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        try (Bench bench = Bench.of(folder, false, Map.of())) {
            bench.engine.sound(Synthetic.stamp(1, 0, 0), Synthetic.tone(RATE, 1000, 0, RATE / 2));
            bench.engine.tick();
            bench.disk.then(() -> {
                try {
                    stuck.await();
                } catch (InterruptedException unexpected) {
                    throw new java.io.InterruptedIOException();
                }
            });
            // 1.5 MiB a second: far more than may wait.
            for (int block = 1; block < 60; block++) {
                bench.engine.sound(
                        Synthetic.stamp(1, block, block / 2.0),
                        Synthetic.tone(RATE, 1000, (long) block * RATE / 2, RATE / 2));
            }
            stuck.countDown();
            bench.finish();
            double missing = bench.lines("gap").stream()
                    .mapToDouble((JsonObject gap) -> gap.getDouble("duration"))
                    .sum();
            assertThat(missing).isPositive();
            assertThat(Manifest.read(folder).gaps().seconds()).isCloseTo(missing, within(0.001));
            assertThat(bench.meters.counter("mediamesh.recorder.gaps").count()).isPositive();
            short[] samples = Probe.sound(folder.resolve("audio-0001.wav"));
            int silent = 0;
            for (int index = 0; index + RATE / 2 <= samples.length; index += RATE / 2) {
                boolean quiet = true;
                for (int sample = index; sample < index + RATE / 2; sample++) {
                    quiet &= samples[sample] == 0;
                }
                silent += quiet ? 1 : 0;
            }
            double lasts = samples.length / (double) RATE;
            assertThat(silent / 2.0 + 30 - lasts).isCloseTo(missing, within(0.001));
        }
    }
}
