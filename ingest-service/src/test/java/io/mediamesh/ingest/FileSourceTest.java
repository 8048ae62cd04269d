package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.testkit.Await;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How files play. */
class FileSourceTest extends FileFixture {
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
            List<String> probedSound = packets(clip, "pts_time");
            assertThat(sounds).hasSameSizeAs(probedSound);
            for (int index = 0; index < sounds.size(); index++) {
                // The first lies before the beginning: a decoder needs it to warm up.
                assertThat((sounds.get(index).capture().monotonicNanos() - first) / 1e9)
                        .isCloseTo(Double.parseDouble(probedSound.get(index)), within(0.001));
            }
        }
    }

    private static List<String> packets(Path clip, String entry) throws Exception {
        return Clips.text(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "a",
                        "-show_data_hash",
                        "md5",
                        "-show_entries",
                        "packet=" + entry,
                        "-of",
                        "csv=p=0",
                        clip.toString())
                .lines()
                .map(line -> line.split(",", -1)[0])
                // Side data has a line of its own.
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The same sound, in a transport stream and in an MP4 file, as ffmpeg converts it without encoding. */
    @Test
    void soundOfATransportStreamComesAsAnMp4FileHasIt() throws Exception {
        Path stream = Clips.make(
                folder.resolve("sound.ts"),
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=1000:sample_rate=44100:duration=1.2",
                "-c:a",
                "aac",
                "-ac",
                "2");
        Path file = Clips.make(folder.resolve("sound.mp4"), "-i", stream.toString(), "-c", "copy");
        try (Recording recording =
                Recording.ofPackets(TestConfigs.source(vertx, stream.toUri().toString(), false, TestConfigs.local()))) {
            recording.awaitState("ended");
            assertThat(recording.packets.stream()
                            .map(packet -> "MD5:" + md5(packet.packet().data().toArray()))
                            .toList())
                    .isEqualTo(packets(file, "data_hash"));
            // LC (2), 44100 Hz (4), 2 channels, in 5, 4 and 4 bits (ISO/IEC 14496-3, 1.6.2.1).
            assertThat(recording
                            .packets
                            .getFirst()
                            .packet()
                            .format()
                            .configuration()
                            .toArray())
                    .isEqualTo(new byte[] {0x12, 0x10});
        }
    }

    private static String md5(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(data));
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError(missing);
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
}
