package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    private static Path folder;

    private static Vertx vertx;

    @BeforeAll
    static void start(@TempDir Path temporary) {
        folder = temporary;
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        Await.result(vertx.close());
    }

    private static Recording play(Path file, boolean loop) {
        return Recording.of(TestConfigs.source(vertx, file.toUri().toString(), loop, TestConfigs.local()));
    }

    @Test
    void anMp4PlaysInRealTimeWithPicturesAndSoundAndThenEnds() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("clip.mp4"), 2);
        try (Recording recording = play(clip, false)) {
            recording.awaitState("ended");
            assertThat(recording.isOver() || recording.state().startsWith("ended"))
                    .isTrue();

            String[] probed = Clips.text(
                            "ffprobe",
                            "-v",
                            "error",
                            "-select_streams",
                            "v",
                            "-count_frames",
                            "-show_entries",
                            "stream=width,height,nb_read_frames",
                            "-of",
                            "csv=p=0",
                            clip.toString())
                    .split(",", -1);
            var format = recording.video.orElseThrow();
            assertThat(format.widthPx()).isEqualTo(Integer.parseInt(probed[0]));
            assertThat(format.heightPx()).isEqualTo(Integer.parseInt(probed[1]));
            assertThat(format.fps()).isEqualTo(25.0);
            assertThat(recording.pictures).hasSize(Integer.parseInt(probed[2]));
            assertThat(recording.audio.orElseThrow().sampleRateHz()).isEqualTo(44_100);
            assertThat(recording.audio.orElseThrow().channels()).isEqualTo(2);

            long first = recording.pictures.getFirst().capture().monotonicNanos();
            long last = recording.pictures.getLast().capture().monotonicNanos();
            assertThat((last - first) / 1e9).isCloseTo(2 - 1 / 25.0, within(0.002));
            // Paced: no picture is there before its time.
            assertThat(recording.pictures)
                    .allSatisfy(p -> assertThat(p.arrivedNanos() - p.capture().monotonicNanos())
                            .isNotNegative());
            long soundFrames =
                    recording.sounds.stream().mapToLong(s -> s.block().frames()).sum();
            assertThat(soundFrames / 44_100.0).isCloseTo(2.0, within(0.06));
            assertThat(recording.sounds)
                    .allSatisfy(s -> assertThat(s.block().frames()).isLessThanOrEqualTo(882));
        }
    }

    /** The bytes, order, times and keyframes are those that ffprobe tells of the same file; it has B-frames. */
    @Test
    void thePacketsOfAFileComeUndecodedAndInTime() throws Exception {
        Path clip = Clips.make(
                folder.resolve("packets.mp4"),
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=320x240:rate=25:duration=1.2",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=1000:sample_rate=44100:duration=1.2",
                "-c:v",
                "libx264",
                "-bf",
                "2",
                "-g",
                "25",
                "-pix_fmt",
                "yuv420p",
                "-c:a",
                "aac");
        List<String> probed = Clips.text(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "v",
                        "-show_entries",
                        "packet=pts_time,size,flags",
                        "-of",
                        "csv=p=0",
                        clip.toString())
                .lines()
                .toList();
        try (Recording recording =
                Recording.ofPackets(TestConfigs.source(vertx, clip.toUri().toString(), false, TestConfigs.local()))) {
            recording.awaitState("ended");
            List<Recording.Packet> pictures = recording.packets.stream()
                    .filter(p -> p.packet().format().track() == MediaPacket.Track.VIDEO)
                    .toList();
            assertThat(pictures).hasSameSizeAs(probed);
            long first = pictures.getFirst().capture().monotonicNanos();
            for (int index = 0; index < probed.size(); index++) {
                String[] expected = probed.get(index).split(",", -1);
                Recording.Packet packet = pictures.get(index);
                assertThat(packet.packet().data().length()).isEqualTo(Integer.parseInt(expected[1]));
                assertThat(packet.packet().keyframe()).isEqualTo(expected[2].startsWith("K"));
                assertThat((packet.capture().monotonicNanos() - first) / 1e9)
                        .isCloseTo(Double.parseDouble(expected[0]), within(0.001));
            }
            assertThat(pictures)
                    .anySatisfy(p -> assertThat(p.packet().reorderNanos()).isPositive());
            MediaPacket.CodedFormat format = pictures.getFirst().packet().format();
            assertThat(format.codec()).isEqualTo("h264");
            assertThat(format.widthPx()).isEqualTo(320);
            assertThat(format.heightPx()).isEqualTo(240);
            // An AVCDecoderConfigurationRecord begins with its version, 1 (ISO/IEC 14496-15, 5.3.3.1).
            assertThat(format.configuration().toArray()[0]).isEqualTo((byte) 1);
            List<Recording.Packet> sounds = recording.packets.stream()
                    .filter(p -> p.packet().format().track() == MediaPacket.Track.AUDIO)
                    .toList();
            assertThat(sounds.getFirst().packet().format().codec()).isEqualTo("aac");
            assertThat(sounds.getFirst().packet().format().sampleRateHz()).isEqualTo(44_100);
            assertThat(sounds.size()).isBetween(50, 56);
        }
    }

    @Test
    void theSoundKeepsItsPitch() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("pitch.mp4"), 1);
        try (Recording recording = play(clip, false)) {
            recording.awaitState("ended");
            int crossings = 0;
            int frames = 0;
            int before = 0;
            for (Recording.Sound sound : recording.sounds) {
                for (int frame = 0; frame < sound.block().frames(); frame++) {
                    int now = sound.block().sample(frame, 0);
                    crossings += before < 0 && now >= 0 ? 1 : 0;
                    before = now == 0 ? before : now;
                    frames++;
                }
            }
            assertThat(crossings * 44_100.0 / frames).isCloseTo(1000, within(30.0));
        }
    }

    @Test
    void decodedLumaIsThatOfTheReferenceDecoder() throws Exception {
        Path clip = Clips.make(
                folder.resolve("bars.mp4"),
                "-f",
                "lavfi",
                "-i",
                "smptebars=size=320x240:rate=10:duration=0.5",
                "-c:v",
                "libx264",
                "-pix_fmt",
                "yuv420p");
        byte[] reference = Clips.run(
                List.of("ffmpeg", "-v", "error", "-i", clip.toString(), "-frames:v", "1", "-f", "rawvideo", "-"));
        try (Recording recording = play(clip, false)) {
            recording.awaitPictures(1);
            recording.awaitState("ended");
            assertThat(reference).hasSize(I420.sizeBytes(320, 240));
            long sum = 0;
            for (int index = 0; index < 320 * 240; index++) {
                sum += reference[index] & 0xff;
            }
            double full = Math.clamp((sum / (320.0 * 240) - 16) * 255 / 219, 0, 255);
            assertThat(recording.lastPicture().range()).isEqualTo(I420.Range.LIMITED);
            assertThat(recording.pictures.getFirst().meanLuma()).isCloseTo(full, within(0.5));
        }
    }

    @Test
    void oddSizesAndOtherPixelFormatsAreConvertedAsTheReferenceDoes() throws Exception {
        Path clip = Clips.make(
                folder.resolve("odd.mkv"),
                "-f",
                "lavfi",
                "-i",
                "color=color=0xC08040:size=175x99:rate=10:duration=0.5",
                "-c:v",
                "ffv1",
                "-pix_fmt",
                "yuv444p");
        byte[] reference = Clips.run(List.of(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                clip.toString(),
                "-frames:v",
                "1",
                "-pix_fmt",
                "yuv420p",
                "-f",
                "rawvideo",
                "-"));
        try (Recording recording = play(clip, false)) {
            recording.awaitPictures(1);
            I420 picture = recording.lastPicture();
            assertThat(picture.planes().length()).isEqualTo(reference.length);
            for (int at : new int[] {0, 175 * 99 / 2, 175 * 99 + 10, reference.length - 1}) {
                assertThat(picture.planes().unsignedAt(at)).isCloseTo(reference[at] & 0xff, within(2));
            }
        }
    }

    @Test
    void fullRangeStaysFullRange() throws Exception {
        Path clip = Clips.make(
                folder.resolve("full.mp4"),
                "-f",
                "lavfi",
                "-i",
                "color=color=white:size=64x64:rate=10:duration=0.3",
                "-vf",
                "scale=out_range=full",
                "-c:v",
                "libx264",
                "-pix_fmt",
                "yuvj420p",
                "-color_range",
                "pc");
        try (Recording recording = play(clip, false)) {
            recording.awaitPictures(1);
            assertThat(recording.lastPicture().range()).isEqualTo(I420.Range.FULL);
            assertThat(recording.pictures.getFirst().meanLuma()).isCloseTo(255, within(2.0));
        }
    }

    @Test
    void webmAndMjpegPlayToo() throws Exception {
        Path webm = Clips.make(
                folder.resolve("clip.webm"),
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=15:duration=0.6",
                "-f",
                "lavfi",
                "-i",
                "sine=duration=0.6",
                "-c:v",
                "libvpx",
                "-deadline",
                "realtime",
                "-c:a",
                "libopus");
        try (Recording recording = play(webm, false)) {
            recording.awaitState("ended");
            assertThat(recording.pictures).hasSize(9);
            assertThat(recording.sounds).isNotEmpty();
        }
        Path mjpeg = Clips.make(
                folder.resolve("clip.mov"),
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=15:duration=0.6",
                "-c:v",
                "mjpeg");
        try (Recording recording = play(mjpeg, false)) {
            recording.awaitState("ended");
            assertThat(recording.pictures).hasSize(9);
            assertThat(Recording.isJpeg(recording.lastFrame.orElseThrow())).isTrue();
            assertThat(recording.video.orElseThrow().widthPx()).isEqualTo(160);
        }
    }

    @Test
    void aLoopGoesOnWithoutAGapInTime() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("loop.mp4"), 0.4);
        try (Recording recording = play(clip, true)) {
            recording.awaitPictures(35);
            assertThat(recording.states).allMatch(state -> state.equals("live"));
            for (int index = 1; index < 35; index++) {
                long step = recording.pictures.get(index).capture().monotonicNanos()
                        - recording.pictures.get(index - 1).capture().monotonicNanos();
                assertThat(step / 1e6).as("step %d", index).isBetween(20.0, 100.0);
            }
        }
    }

    @Test
    void picturesNobodyWantsAreSkippedAndComeBackWithAKeyframe() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("skip.mp4"), 1);
        try (Recording recording = Recording.ofSilent(
                TestConfigs.source(vertx, clip.toUri().toString(), true, TestConfigs.local()), false, true)) {
            Await.until("sound", () -> recording.sounds.size() > 10);
            assertThat(recording.pictures).isEmpty();
            recording.wantsVideo = true;
            recording.awaitPictures(3);
            recording.wantsAudio = false;
            int sounds = recording.sounds.size();
            recording.awaitPictures(recording.pictures.size() + 20);
            assertThat(recording.sounds.size()).isLessThan(sounds + 15);
        }
    }

    @Test
    void aTextFileFailsWithAReason() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.txt"), "dear diary\n".repeat(500));
        try (Recording recording = play(text, false)) {
            recording.awaitOver();
            assertThat(recording.state())
                    .isEqualTo("failed: it is neither video nor audio in a format that can be read");
        }
        Path renamed = Files.copy(text, folder.resolve("notes.mp4"));
        try (Recording recording = play(renamed, false)) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: it is neither video nor audio");
        }
    }

    @Test
    void aPlaylistThatNamesOtherFilesIsRefused() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("target.mp4"), 0.4);
        Path list = Files.writeString(folder.resolve("list.ffconcat"), "ffconcat version 1.0\nfile " + clip + "\n");
        Path hls = Files.writeString(
                folder.resolve("list.m3u8"),
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + clip + "\n#EXT-X-ENDLIST\n");
        for (Path playlist : List.of(list, hls)) {
            try (Recording recording = play(playlist, false)) {
                recording.awaitOver();
                assertThat(recording.state()).startsWith("failed: ");
                assertThat(recording.pictures).isEmpty();
            }
        }
    }

    @Test
    void aMissingFileAndAFolderFail() {
        try (Recording recording = play(folder.resolve("nowhere.mp4"), false)) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: no such file: ");
        }
        try (Recording recording = play(folder, false)) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: ").contains("not a regular file");
        }
    }

    @Test
    void aFileLargerThanAllowedFails() throws Exception {
        Path clip = Clips.h264WithAac(folder.resolve("large.mp4"), 0.4);
        try (Recording recording = Recording.of(TestConfigs.source(
                vertx, clip.toUri().toString(), false, TestConfigs.local("ingest.max_side", "200")))) {
            recording.awaitOver();
            assertThat(recording.state()).startsWith("failed: ").contains("ingest.max_side");
        }
    }

    @Test
    @Tag("slow")
    void damagedFilesNeverDoMoreThanLoseFrames() throws Exception {
        Path clip = Clips.make(
                folder.resolve("whole.mkv"),
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=50:duration=0.4",
                "-f",
                "lavfi",
                "-i",
                "sine=duration=0.4",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-c:a",
                "aac");
        byte[] whole = Files.readAllBytes(clip);
        Random random = new Random(7);
        for (int round = 0; round < 12; round++) {
            byte[] damaged = whole.clone();
            for (int flip = 0; flip < 60; flip++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            playToTheEnd(damaged, damaged.length);
            playToTheEnd(whole, 1 + random.nextInt(whole.length));
        }
    }

    private static void playToTheEnd(byte[] content, int length) throws IOException {
        Path file = folder.resolve("damaged.mkv");
        Files.write(file, Arrays.copyOf(content, length));
        try (Recording recording = play(file, false)) {
            recording.awaitOver();
            assertThat(recording.state()).matches("(?s)(ended|failed): .*");
        }
    }
}
