package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.testkit.Await;
import org.junit.jupiter.api.Test;

class TestSourceTest {
    private static final TestParameters STANDARD = TestParameters.parse("test:", 4096);

    @Test
    void picturesAndSoundComeAtTheirRatesOnOneClock() {
        try (Recording recording =
                Recording.of(new TestSource(TestParameters.parse("test:?size=320x240&fps=20&channels=2", 4096)))) {
            recording.awaitPictures(20);
            Await.until("sound", () -> recording.sounds.size() >= 50);
            assertThat(recording.states).containsExactly("live");
            long first = recording.pictures.getFirst().capture().monotonicNanos();
            for (int index = 0; index < 20; index++) {
                long capture = recording.pictures.get(index).capture().monotonicNanos();
                assertThat((capture - first) / 1e6).isCloseTo(index * 50.0, within(0.01));
            }
            assertThat(recording.sounds.getFirst().capture().monotonicNanos()).isEqualTo(first);
            assertThat(recording.sounds.get(10).capture().monotonicNanos() - first)
                    .isEqualTo(200_000_000);
            assertThat(recording.sounds.getFirst().block().channels()).isEqualTo(2);
            assertThat(recording.sounds.getFirst().block().frames()).isEqualTo(960);
        }
    }

    @Test
    void silenceMeansNoSoundAtAll() {
        try (Recording recording = Recording.of(new TestSource(TestParameters.parse("test:?tone=0", 4096)))) {
            recording.awaitPictures(5);
            assertThat(recording.sounds).isEmpty();
            assertThat(recording.audio).isEmpty();
        }
    }

    @Test
    void shapesMoveOverAGroundThatStandsStill() {
        TestCard card = new TestCard(STANDARD);
        CaptureTime now = CaptureTime.now();
        I420 one = card.draw(now, 0, 0);
        I420 two = card.draw(now, 400_000_000, 0);
        assertThat(one.range()).isEqualTo(I420.Range.FULL);
        int changed = 0;
        for (int at = 0; at < 640 * 480; at++) {
            changed += Math.abs(one.planes().unsignedAt(at) - two.planes().unsignedAt(at)) > 30 ? 1 : 0;
        }
        // What a motion detector needs: some percent of the picture, not all of it.
        assertThat(changed).isBetween(640 * 480 / 100, 640 * 480 / 5);
    }

    @Test
    void theClockAndTheCounterAreBurntIn() {
        TestCard card = new TestCard(STANDARD);
        CaptureTime now = CaptureTime.now();
        Bytes one = card.draw(now, 0, 0).planes();
        assertThat(card.draw(now, 0, 0).planes()).isEqualTo(one);
        assertThat(card.draw(now, 0, 1).planes()).isNotEqualTo(one);
        assertThat(card.draw(now.plusNanos(1_000_000), 0, 0).planes()).isNotEqualTo(one);
    }

    @Test
    void everySizeCanBeDrawn() {
        for (String size : new String[] {"64x48", "66x480", "1920x48", "1280x720"}) {
            TestParameters parameters = TestParameters.parse("test:?size=" + size, 4096);
            I420 picture = new TestCard(parameters).draw(CaptureTime.now(), 1_234_000_000, 99_999_999);
            assertThat(picture.widthPx() + "x" + picture.heightPx()).isEqualTo(size);
        }
    }

    @Test
    void theToneHasItsFrequencyAndLevelAndNeverJumps() {
        Tone tone = new Tone(440, 1);
        int crossings = 0;
        short before = 0;
        for (int block = 5; block < 50; block++) {
            var samples = tone.block(block * 960L, 960);
            for (int frame = 0; frame < 960; frame++) {
                short now = samples.sample(frame, 0);
                assertThat(Math.abs(now - before)).isLessThan(250);
                crossings += before < 0 && now >= 0 ? 1 : 0;
                before = now;
            }
        }
        assertThat(crossings / 0.9).isCloseTo(440, within(2.0));
        // A sine of 0.1 has an RMS of 0.1 / sqrt 2.
        var block = tone.block(24_000, 24_000);
        double sum = 0;
        for (int frame = 0; frame < block.frames(); frame++) {
            sum += Math.pow(block.sample(frame, 0) / 32_767.0, 2);
        }
        assertThat(Math.sqrt(sum / block.frames())).isCloseTo(0.0707, within(0.0005));
    }

    @Test
    void everySampleIsThatOfTheFormula() {
        Tone tone = new Tone(997, 2);
        for (int from = 0; from < 96_000; from += 960) {
            var block = tone.block(from, 960);
            for (int frame = 0; frame < 960; frame++) {
                int inSecond = (from + frame) % 48_000;
                double phase = 2 * Math.PI * 997 * inSecond / 48_000;
                double tick = 0.4 * Math.max(0, 1 - inSecond / 1920.0) * Math.sin(3 * phase);
                assertThat((double) block.sample(frame, 0))
                        .isCloseTo(32_767 * (0.1 * Math.sin(phase) + tick), within(0.501));
                assertThat((double) block.sample(frame, 1))
                        .isCloseTo(32_767 * (0.1 * Math.sin(phase - Math.PI / 2) + tick), within(0.501));
            }
        }
    }

    @Test
    void eachSecondBeginsWithATick() {
        Tone tone = new Tone(440, 1);
        assertThat(loudest(tone, 48_000)).isGreaterThan(3 * loudest(tone, 48_000 + 24_000));
    }

    private static int loudest(Tone tone, long from) {
        var block = tone.block(from, 960);
        int most = 0;
        for (int frame = 0; frame < 960; frame++) {
            most = Math.max(most, Math.abs(block.sample(frame, 0)));
        }
        return most;
    }
}
