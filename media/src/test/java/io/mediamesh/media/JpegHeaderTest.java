package io.mediamesh.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class JpegHeaderTest {
    @Test
    void theSizeOfAPictureIsRead() {
        Bytes file = Pictures.writtenByJdk(Pictures.uniformRgb(321, 123, 0x336699));

        assertThat(JpegHeader.of(file)).isEqualTo(new JpegHeader(321, 123));
    }

    @Test
    void aHeaderAloneThatAnnouncesTheLargestPictureIsTooLarge() {
        assertRefused(file(65_535, 65_535, 1, 0), FailureCode.TOO_LARGE, "65535×65535");
    }

    @Test
    void aPictureWithTooManyPixelsIsTooLargeThoughEachSideIsAllowed() {
        assertRefused(file(16_384, 16_384, 1, 0), FailureCode.TOO_LARGE, "16384×16384");
    }

    @Test
    void aFewBytesCannotAnnounceManyPixels() {
        assertRefused(file(4_000, 4_000, 1, 100), FailureCode.INVALID, "cannot hold");
    }

    @Test
    void aPictureThatRepeatsItsScansIsRefused() {
        assertRefused(file(16, 16, 1_000, 4), FailureCode.INVALID, "scans");
    }

    @Test
    void emptyAndForeignFilesAreRefused() {
        assertRefused(new byte[0], FailureCode.INVALID, "does not begin");
        assertRefused("GIF89a, or so it says".getBytes(StandardCharsets.US_ASCII), FailureCode.INVALID, "FF D8");
    }

    @Test
    void aPictureWithoutDataIsRefused() {
        assertRefused(
                new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9}, FailureCode.INVALID, "no picture");
    }

    @Test
    void aSegmentLongerThanTheFileIsRefused() {
        assertRefused(
                new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, 0x7F, 0x00, 1},
                FailureCode.INVALID,
                "cut off");
    }

    private static void assertRefused(byte[] file, FailureCode code, String words) {
        assertThatThrownBy(() -> JpegHeader.of(Bytes.takeOver(file)))
                .isInstanceOfSatisfying(MeshException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(code);
                    assertThat(refused.field()).contains("jpeg");
                })
                .hasMessageContaining(words);
    }

    /** A baseline file by ITU-T T.81: start, frame header, scans with some data, end. */
    private static byte[] file(int widthPx, int heightPx, int scans, int dataBytes) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        write(file, 0xFF, 0xD8);
        write(file, 0xFF, 0xC0, 0, 11, 8, heightPx >> 8, heightPx & 0xff, widthPx >> 8, widthPx & 0xff, 1, 1, 0x11, 0);
        for (int scan = 0; scan < scans; scan++) {
            write(file, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0);
            file.writeBytes(new byte[dataBytes]);
        }
        write(file, 0xFF, 0xD9);
        return file.toByteArray();
    }

    private static void write(ByteArrayOutputStream file, int... bytes) {
        for (int one : bytes) {
            file.write(one);
        }
    }
}
