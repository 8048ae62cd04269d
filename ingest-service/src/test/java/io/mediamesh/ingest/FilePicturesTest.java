package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.I420;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What pictures of files look like. */
class FilePicturesTest extends FileFixture {
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
}
