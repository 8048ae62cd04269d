package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.VideoFrame;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flashes and beeps at the same moments: pictures and sound keep together whatever the clocks of their sources do. */
@Tag("slow")
final class RecordingTimeTest {
    private static final int RATE = 8_000;
    private static final int BLOCK = 160;
    private static final double MOST_APART_SECONDS = 0.040;
    private static final VideoFrame DARK = Synthetic.plain(30);
    private static final VideoFrame LIGHT = Synthetic.plain(220);

    private final Path folder;

    RecordingTimeTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** For a tenth of each fifth second there is light, and a beep. */
    private static boolean isOn(double seconds) {
        return (seconds + 4) % 5 < 0.1;
    }

    private static AudioBlock block(double fromSeconds, double clock) {
        short[] samples = new short[BLOCK];
        for (int frame = 0; frame < BLOCK; frame++) {
            double moment = fromSeconds + frame / (RATE * clock);
            samples[frame] = (short) (isOn(moment) ? 16_384 * Math.sin(2 * Math.PI * 1000 * moment) : 0);
        }
        return AudioBlock.takeOver(RATE, 1, samples);
    }

    /**
     * Records for so long at 10 pictures a second.
     *
     * @param clock how fast the clock of the sound goes; its blocks are stamped when they really were
     */
    private static void feed(RecordingEngine engine, double seconds, double clock, double soundFrom, double soundTo) {
        double blockSeconds = BLOCK / (RATE * clock);
        long block = (long) Math.ceil(soundFrom / blockSeconds);
        for (int picture = 0; picture < seconds * 10; picture++) {
            double now = picture / 10.0;
            engine.picture(Synthetic.stamp(1, picture, now), isOn(now) ? LIGHT : DARK);
            while (block * blockSeconds <= Math.min(now, soundTo)) {
                engine.sound(Synthetic.stamp(1, block, block * blockSeconds), block(block * blockSeconds, clock));
                block++;
            }
        }
    }

    private List<Double> flashes(Path file) {
        byte[] luma = Probe.luma(file);
        List<Probe.Packet> pictures = Probe.packets(file, "v:0");
        int size = Synthetic.WIDTH * Synthetic.HEIGHT;
        List<Double> begins = new ArrayList<>();
        boolean before = false;
        for (int frame = 0; frame < pictures.size(); frame++) {
            boolean light = (luma[frame * size + size / 2] & 0xff) > 128;
            if (light && !before) {
                begins.add(pictures.get(frame).pts());
            }
            before = light;
        }
        return begins;
    }

    private static List<Double> beeps(short[] samples) {
        List<Double> begins = new ArrayList<>();
        int quiet = RATE;
        for (int index = 0; index < samples.length; index++) {
            boolean loud = Math.abs(samples[index]) > 3_000;
            if (loud && quiet > RATE / 2) {
                begins.add(index / (double) RATE);
            }
            quiet = loud ? 0 : quiet + 1;
        }
        return begins;
    }

    private void assertTogether(List<Double> flashes, List<Double> beeps) {
        assertThat(beeps).hasSameSizeAs(flashes);
        for (int index = 0; index < flashes.size(); index++) {
            assertThat(beeps.get(index)).isCloseTo(flashes.get(index), within(MOST_APART_SECONDS));
        }
    }

    private void recordTenMinutes(double clock) {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 600, clock, 0, 600);
            bench.finish();
        }
        Path video = folder.resolve("video-0001.mp4");
        List<Double> flashes = flashes(video);
        assertThat(flashes).hasSize(120);
        assertTogether(flashes, beeps(Probe.sound(video)));
        assertTogether(flashes, beeps(Probe.sound(folder.resolve("audio-0001.wav"))));
    }

    @Test
    void soundOfASlowClockKeepsUpOverTenMinutes() {
        recordTenMinutes(1 - 100e-6);
    }

    @Test
    void soundOfAFastClockIsHeldBackOverTenMinutes() {
        recordTenMinutes(1 + 100e-6);
    }

    @Test
    void timesOnlyEverGrow() {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 20, 1, 0, 20);
            // A source that repeats itself and goes back for a moment.
            bench.engine.picture(Synthetic.stamp(1, 200, 19.9), DARK);
            bench.engine.picture(Synthetic.stamp(1, 201, 19.5), DARK);
            bench.engine.picture(Synthetic.stamp(1, 202, 20.2), DARK);
            bench.finish();
        }
        for (String track : List.of("v:0", "a:0")) {
            List<Probe.Packet> packets = Probe.packets(folder.resolve("video-0001.mp4"), track);
            for (int index = 1; index < packets.size(); index++) {
                assertThat(packets.get(index).dts())
                        .isGreaterThan(packets.get(index - 1).dts());
            }
        }
    }

    @Test
    void soundThatFailsForAWhileIsSilentThere() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 11, 1, 0, 11);
            // Nothing for four seconds and a half; then the source is there again, in a new epoch.
            for (int block = 0; block < 100; block++) {
                double now = 15.5 + block * 0.02;
                bench.engine.sound(Synthetic.stamp(2, block, now), block(now, 1));
            }
            bench.finish();
        }
        short[] samples = Probe.sound(folder.resolve("audio-0001.wav"));
        assertThat(samples.length / (double) RATE).isCloseTo(17.5, within(0.001));
        Path video = folder.resolve("video-0001.mp4");
        assertThat(Probe.packets(video, "a:0").getLast().pts()).isCloseTo(17.5, within(0.15));
    }

    @Test
    void soundThatComesLateBeginsAPartWithBoth() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 12, 1, 4.05, 12);
            bench.finish();
            assertThat(bench.journal.recording().parts()).hasSize(2);
            assertThat(bench.lines("part").get(1).getString("reason")).isEqualTo("sound began");
        }
        assertThat(Probe.json(folder.resolve("video-0001.mp4"), "-show_streams").getJsonArray("streams"))
                .hasSize(1);
        Path second = folder.resolve("video-0002.mp4");
        assertTogether(flashes(second), beeps(Probe.sound(second)));
    }

    @Test
    void theClocksAreWrittenDown() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 25, 1, 0, 25);
            bench.finish();
            List<JsonObject> clocks = bench.lines("clock");
            assertThat(clocks).hasSize(3);
            assertThat(clocks).allSatisfy(clock -> {
                double t = clock.getDouble("t");
                assertThat(clock.getDouble("unix")).isCloseTo(1_700_000_000 + t, within(0.001));
                assertThat(clock.getLong("monotonic") / 1e9).isCloseTo(5 + t, within(0.001));
            });
        }
    }
}
