package io.mediamesh.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PNG files, written by the JDK. */
final class PngHeaderTest {
    private static byte[] png(int widthPx, int heightPx, int type, int argb) {
        BufferedImage image = new BufferedImage(widthPx, heightPx, type);
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                image.setRGB(x, y, argb);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", file);
        } catch (IOException never) {
            throw new AssertionError(never);
        }
        return file.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_BYTE_GRAY})
    void picturesOfEveryKindAreDecoded(int type) {
        I420 picture = new OpenCvPictureCodec().decodeFile(Bytes.takeOver(png(31, 17, type, 0xffffffff)));
        assertThat(picture.widthPx()).isEqualTo(31);
        assertThat(picture.heightPx()).isEqualTo(17);
        assertThat(picture.range()).isEqualTo(I420.Range.FULL);
        assertThat(picture.meanLuma()).isEqualTo(255);
    }

    @Test
    void aJpegIsAPictureFileToo() {
        Bytes jpeg = Pictures.writtenByJdk(Pictures.uniformRgb(32, 16, 0x808080));
        assertThat(new OpenCvPictureCodec().decodeFile(jpeg).meanLuma()).isBetween(126.0, 130.0);
    }

    @Test
    void aHeaderThatAnnouncesTooManyPixelsIsRefusedBeforeAnythingIsDecoded() {
        byte[] file = png(8, 8, BufferedImage.TYPE_INT_RGB, 0);
        ByteBuffer.wrap(file).putInt(16, 65_535).putInt(20, 65_535);
        assertRefused(file, FailureCode.TOO_LARGE, "65535×65535");
        ByteBuffer.wrap(file).putInt(16, -1).putInt(20, -1);
        assertRefused(file, FailureCode.TOO_LARGE, "4294967295");
    }

    @Test
    void filesThatAreCutOffAreRefused() {
        byte[] file = png(64, 64, BufferedImage.TYPE_INT_RGB, 0x123456);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> new OpenCvPictureCodec().decodeFile(Bytes.takeOver(cut)))
                    .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.code())
                            .isEqualTo(FailureCode.INVALID));
        }
    }

    @Test
    void damagedDataIsRefused() {
        byte[] file = png(64, 64, BufferedImage.TYPE_INT_RGB, 0x123456);
        Arrays.fill(file, 45, file.length - 16, (byte) 0x55);
        assertThatThrownBy(() -> new OpenCvPictureCodec().decodeFile(Bytes.takeOver(file)))
                .isInstanceOf(MeshException.class);
    }

    @Test
    void textIsNeitherAJpegNorAPng() {
        assertThatThrownBy(() -> new OpenCvPictureCodec()
                        .decodeFile(Bytes.takeOver("not a picture".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(MeshException.class);
    }

    private static void assertRefused(byte[] file, FailureCode code, String saying) {
        assertThatThrownBy(() -> PngHeader.of(Bytes.copyOf(file)))
                .isInstanceOfSatisfying(MeshException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(code);
                    assertThat(refused).hasMessageContaining(saying);
                });
    }
}
