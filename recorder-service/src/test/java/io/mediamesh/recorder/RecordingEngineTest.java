package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.RecorderProtocol.Part;
import io.mediamesh.contracts.VideoFrame;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordingEngineTest {
    private static final int RATE = 48_000;
    private static final int BLOCK = 960;

    private final Path folder;

    RecordingEngineTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Pictures at 30 fps and blocks of 20 ms, in the order in which they would come. */
    private static void feed(RecordingEngine engine, double fromSeconds, double toSeconds) {
        int pictures = (int) Math.round(toSeconds * 30);
        int blocks = (int) Math.round(toSeconds * 50);
        int block = (int) Math.round(fromSeconds * 50);
        for (int picture = (int) Math.round(fromSeconds * 30); picture < pictures; picture++) {
            engine.picture(
                    Synthetic.stamp(1, picture, picture / 30.0),
                    Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, picture));
            while (block < blocks && block / 50.0 <= picture / 30.0) {
                engine.sound(Synthetic.stamp(1, block, block / 50.0), tone(block));
                block++;
            }
        }
        while (block < blocks) {
            engine.sound(Synthetic.stamp(1, block, block / 50.0), tone(block));
            block++;
        }
    }

    private static io.mediamesh.contracts.AudioBlock tone(int block) {
        return Synthetic.tone(RATE, 1000, (long) block * BLOCK, BLOCK);
    }

    @Test
    void picturesAndSoundLieInOneFileOnOneTime() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 0, 5);
            bench.finish();
            assertThat(bench.faults).isEmpty();
        }
        Path video = folder.resolve("video-0001.mp4");
        assertThat(Probe.stream(video, "v:0").getString("codec_name")).isEqualTo("h264");
        assertThat(Probe.stream(video, "v:0").getString("time_base")).isEqualTo("1/90000");
        assertThat(Probe.stream(video, "a:0").getString("codec_name")).isEqualTo("aac");
        List<Probe.Packet> pictures = Probe.packets(video, "v:0");
        List<Probe.Packet> sound = Probe.packets(video, "a:0");
        assertThat(pictures).hasSize(150);
        for (int index = 0; index < 150; index++) {
            assertThat(pictures.get(index).pts()).isCloseTo(index / 30.0, within(0.0001));
        }
        assertThat(pictures.stream().filter(Probe.Packet::key)).hasSize(5);
        assertThat(Synthetic.counts(Probe.luma(video), Synthetic.WIDTH, Synthetic.HEIGHT))
                .containsExactly(IntStream.range(0, 150).toArray());
        double videoEnd = pictures.getLast().pts() + pictures.getLast().duration();
        double soundEnd = sound.getLast().pts() + sound.getLast().duration();
        assertThat(sound.getFirst().pts()).isZero();
        assertThat(videoEnd).isCloseTo(5.0, within(0.001));
        assertThat(soundEnd).isCloseTo(5.0, within(1 / 30.0));
    }

    @Test
    void aDamagedPictureIsAGapAndTheNextOneIsRecorded() throws Exception {
        byte[] damaged = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 0, 1);
            bench.engine.picture(
                    Synthetic.stamp(1, 30, 1),
                    VideoFrame.of(new Jpeg(Synthetic.WIDTH, Synthetic.HEIGHT, Bytes.takeOver(damaged))));
            for (int picture = 31; picture < 40; picture++) {
                engineTakes(bench, picture);
            }
            bench.finish();
            assertThat(Manifest.read(folder).gaps().items()).isEqualTo(1);
            assertThat(bench.lines("gap").getFirst().getString("reason")).contains("JPEG");
        }
        assertThat(Synthetic.counts(Probe.luma(folder.resolve("video-0001.mp4")), Synthetic.WIDTH, Synthetic.HEIGHT))
                .containsExactly(
                        IntStream.range(0, 40).filter(picture -> picture != 30).toArray());
    }

    private static void engineTakes(Bench bench, int picture) {
        bench.engine.picture(
                Synthetic.stamp(1, picture, picture / 30.0),
                Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, picture));
    }

    @Test
    void theSoundBesideIsWhatTheSourceGave() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench.engine, 0, 3);
            bench.finish();
        }
        short[] samples = Probe.sound(folder.resolve("audio-0001.wav"));
        short[] expected = new short[3 * RATE];
        Synthetic.tone(RATE, 1000, 0, expected.length).copyTo(expected, 0);
        assertThat(Arrays.equals(samples, expected)).isTrue();
    }

    @Test
    void partsByTimeLoseNoPictureAndNoSample() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of("recorder.part_length", "2s"))) {
            feed(bench.engine, 0, 6.5);
            bench.finish();
            List<Part> parts = bench.journal.recording().parts();
            assertThat(parts.stream().map(Part::startSeconds)).containsExactly(0.0, 2.0, 4.0, 6.0);
            assertThat(parts.stream().map(Part::reason).skip(1)).allMatch(reason -> reason.contains("as long as"));
        }
        int[] counts = new int[0];
        short[] samples = new short[0];
        for (int part = 1; part <= 4; part++) {
            Path video = folder.resolve("video-000" + part + ".mp4");
            int[] own = Synthetic.counts(Probe.luma(video), Synthetic.WIDTH, Synthetic.HEIGHT);
            counts = IntStream.concat(IntStream.of(counts), IntStream.of(own)).toArray();
            assertThat(Probe.packets(video, "v:0").getFirst().key()).isTrue();
            assertThat(Probe.packets(video, "a:0").getFirst().pts()).isLessThan(0.022);
            short[] more = Probe.sound(folder.resolve("audio-000" + part + ".wav"));
            short[] all = Arrays.copyOf(samples, samples.length + more.length);
            System.arraycopy(more, 0, all, samples.length, more.length);
            samples = all;
        }
        assertThat(counts).containsExactly(IntStream.range(0, 195).toArray());
        short[] expected = new short[65 * RATE / 10];
        Synthetic.tone(RATE, 1000, 0, expected.length).copyTo(expected, 0);
        assertThat(Arrays.equals(samples, expected)).isTrue();
    }

    @Test
    void partsBySizeLoseNoPicture() throws Exception {
        try (Bench bench =
                Bench.of(folder, true, Map.of("recorder.part_size_mib", "1", "recorder.bit_rate_kbps", "1000"))) {
            // Ten seconds of this sound take 0.92 MiB, twelve 1.1.
            feed(bench.engine, 0, 25);
            bench.finish();
            List<Part> parts = bench.journal.recording().parts();
            assertThat(parts).hasSize(3);
            assertThat(parts.stream().map(Part::reason).skip(1)).allMatch(reason -> reason.contains("as large as"));
            int[] counts = new int[0];
            for (Part part : parts) {
                Path video = folder.resolve("video-000" + part.number() + ".mp4");
                int[] own = Synthetic.counts(Probe.luma(video), Synthetic.WIDTH, Synthetic.HEIGHT);
                counts = IntStream.concat(IntStream.of(counts), IntStream.of(own))
                        .toArray();
            }
            assertThat(counts)
                    .containsExactly(
                            IntStream.range(0, 750).map(count -> count & 0xff).toArray());
        }
    }

    @Test
    void anotherSizeOfPicturesBeginsAPart() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int picture = 0; picture < 90; picture++) {
                boolean small = picture < 45;
                bench.engine.picture(
                        Synthetic.stamp(1, picture, picture / 30.0),
                        Synthetic.counting(small ? 160 : 240, small ? 96 : 181, picture));
            }
            bench.finish();
            List<Part> parts = bench.journal.recording().parts();
            assertThat(parts).extracting(Part::widthPx).containsExactly(160, 240);
            // The odd last row can't be coded.
            assertThat(parts).extracting(Part::heightPx).containsExactly(96, 180);
            assertThat(parts.get(1).reason()).isEqualTo("the pictures changed from 160×96 to 240×181");
            assertThat(parts.get(1).startSeconds()).isEqualTo(1.5);
        }
        int[] first = Synthetic.counts(Probe.luma(folder.resolve("video-0001.mp4")), 160, 96);
        int[] second = Synthetic.counts(Probe.luma(folder.resolve("video-0002.mp4")), 240, 180);
        assertThat(first).containsExactly(IntStream.range(0, 45).toArray());
        assertThat(second).containsExactly(IntStream.range(45, 90).toArray());
    }

    @Test
    void aSourceThatComesBackGoesOnInTheSamePartAtItsTrueTime() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int picture = 0; picture < 60; picture++) {
                boolean back = picture >= 30;
                bench.engine.picture(
                        Synthetic.stamp(back ? 2 : 1, back ? picture - 30 : picture, picture / 30.0 + (back ? 7 : 0)),
                        Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, picture));
            }
            bench.finish();
            assertThat(bench.journal.recording().parts()).hasSize(1);
        }
        List<Probe.Packet> pictures = Probe.packets(folder.resolve("video-0001.mp4"), "v:0");
        assertThat(pictures.get(29).pts()).isCloseTo(29 / 30.0, within(0.001));
        assertThat(pictures.get(30).pts()).isCloseTo(8, within(0.001));
    }

    @Test
    void whatIsMissingIsWrittenDown() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            for (int picture = 0; picture < 90; picture++) {
                if (picture >= 30 && picture < 37) {
                    continue;
                }
                if (picture == 60) {
                    bench.engine.tooSlow("video", 5, 133_000_000);
                }
                if (picture < 60 || picture >= 65) {
                    bench.engine.picture(
                            Synthetic.stamp(1, picture, picture / 30.0),
                            Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, picture));
                }
            }
            bench.finish();
            var gaps = bench.lines("gap");
            assertThat(gaps).hasSize(2);
            assertThat(gaps.getFirst().getLong("items")).isEqualTo(7);
            assertThat(gaps.getFirst().getDouble("t")).isCloseTo(29 / 30.0, within(0.001));
            assertThat(gaps.getLast().getLong("items")).isEqualTo(5);
            assertThat(gaps.getLast().getString("reason")).contains("too slow");
            assertThat(Manifest.read(folder).gaps().count()).isEqualTo(2);
            assertThat(Manifest.read(folder).gaps().items()).isEqualTo(12);
            assertThat(bench.meters.counter("mediamesh.recorder.gaps").count()).isEqualTo(2);
        }
    }

    @Test
    void soundAloneIsCutIntoPartsWithoutLosingASample() throws Exception {
        try (Bench bench = Bench.of(folder, false, Map.of("recorder.part_length", "1s"))) {
            for (int block = 0; block < 130; block++) {
                bench.engine.sound(Synthetic.stamp(1, block, block / 50.0), tone(block));
            }
            bench.finish();
            assertThat(bench.journal.recording().parts()).hasSize(3);
        }
        short[] samples = new short[0];
        for (int part = 1; part <= 3; part++) {
            short[] more = Probe.sound(folder.resolve("audio-000" + part + ".wav"));
            short[] all = Arrays.copyOf(samples, samples.length + more.length);
            System.arraycopy(more, 0, all, samples.length, more.length);
            samples = all;
        }
        short[] expected = new short[130 * BLOCK];
        Synthetic.tone(RATE, 1000, 0, expected.length).copyTo(expected, 0);
        assertThat(Arrays.equals(samples, expected)).isTrue();
    }

    @Test
    void soundOfAnotherFormatBeginsAPart() throws Exception {
        try (Bench bench = Bench.of(folder, false, Map.of())) {
            for (int block = 0; block < 100; block++) {
                int rate = block < 50 ? RATE : 16_000;
                bench.engine.sound(
                        Synthetic.stamp(1, block, block / 50.0),
                        Synthetic.tone(rate, 500, (long) block * rate / 50, rate / 50));
            }
            bench.finish();
        }
        assertThat(Probe.stream(folder.resolve("audio-0001.wav"), "a:0").getString("sample_rate"))
                .isEqualTo("48000");
        assertThat(Probe.stream(folder.resolve("audio-0002.wav"), "a:0").getString("sample_rate"))
                .isEqualTo("16000");
        assertThat(Probe.sound(folder.resolve("audio-0002.wav"))).hasSize(16_000);
    }
}
