package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PictureTest {
    /** ITU-R BT.601-7, table 3: black is 16 and white 235 of 8 bits; JFIF 1.02: 0 and 255. */
    @ParameterizedTest
    @CsvSource({"LIMITED, 16, 0", "LIMITED, 235, 255", "LIMITED, 126, 128.08", "LIMITED, 4, 0", "LIMITED, 250, 255"})
    void limitedRangeIsExpandedToFull(I420.Range range, int luma, double expected) {
        assertThat(grey(17, 5, range, luma).meanLuma()).isEqualTo(expected, Offset.offset(0.01));
    }

    @Test
    void theMeanIsTakenOverTheLumaPlaneOnly() {
        I420 picture = grey(3, 3, I420.Range.FULL, 200);
        assertThat(picture.meanLuma()).isEqualTo(200);
        assertThat(picture.planes().length()).isEqualTo(9 + 4 + 4);
    }

    /** A picture of 6×5 whose planes count: luma from 0, blue from 100, red from 200. */
    @Test
    void aPartBeginsAndEndsAtEvenPixelsWithItsColours() {
        byte[] planes = new byte[30 + 9 + 9];
        for (int index = 0; index < planes.length; index++) {
            planes[index] = (byte) (index < 30 ? index : index < 39 ? 100 + index - 30 : 200 + index - 39);
        }
        I420 whole = new I420(6, 5, I420.Range.LIMITED, Bytes.takeOver(planes));

        I420 part = whole.cropped(3.2, 1, 5.1, 3.5);
        assertThat(part.widthPx()).isEqualTo(4);
        assertThat(part.heightPx()).isEqualTo(4);
        assertThat(part.range()).isEqualTo(I420.Range.LIMITED);
        assertThat(part.planes()).isEqualTo(Bytes.takeOver(new byte[] {
            2,
            3,
            4,
            5,
            8,
            9,
            10,
            11,
            14,
            15,
            16,
            17,
            20,
            21,
            22,
            23,
            101,
            102,
            104,
            105,
            (byte) 201,
            (byte) 202,
            (byte) 204,
            (byte) 205
        }));
        assertThat(whole.cropped(-10, -10, 99, 99)).isEqualTo(whole);
        assertThatThrownBy(() -> whole.cropped(7, 0, 9, 4)).isInstanceOf(MeshException.class);
    }

    @Test
    void planesOfAnotherSizeAreRefused() {
        assertThatThrownBy(() -> new I420(4, 4, I420.Range.FULL, Bytes.takeOver(new byte[23])))
                .hasMessageContaining("24 bytes");
        assertThatThrownBy(() -> new I420(0, 4, I420.Range.FULL, Bytes.takeOver(new byte[0])))
                .isInstanceOf(MeshException.class);
    }

    @Test
    void eachFormIsEncodedOnceForAllWhoAsk() {
        VideoFrame frame = VideoFrame.of(grey(8, 8, I420.Range.FULL, 1));
        AtomicInteger encodings = new AtomicInteger();
        PictureCodec codec = new FakeCodec(encodings);
        CompletableFuture<Jpeg> first = frame.jpeg(JpegForm.ofQuality(80), codec, Runnable::run);
        assertThat(frame.jpeg(JpegForm.ofQuality(80), codec)).isSameAs(first.join());
        assertThat(frame.jpegIfMade(JpegForm.ofQuality(80))).containsSame(first.join());
        assertThat(frame.jpegIfMade(JpegForm.ofQuality(50))).isEmpty();
        assertThat(encodings).hasValue(1);
    }

    @Test
    void afterAFullExecutorTheFormCanBeAskedForAgain() {
        VideoFrame frame = VideoFrame.of(grey(8, 8, I420.Range.FULL, 1));
        PictureCodec codec = new FakeCodec(new AtomicInteger());
        CompletableFuture<Jpeg> refused = frame.jpeg(JpegForm.ofQuality(80), codec, task -> {
            throw new RejectedExecutionException("full");
        });
        assertThat(refused).isCompletedExceptionally();
        assertThat(frame.jpeg(JpegForm.ofQuality(80), codec).widthPx()).isEqualTo(8);
    }

    @Test
    void aFrameThatCameAsJpegIsPassedOnUnlessItIsTooLarge() {
        Jpeg came = new Jpeg(640, 480, Bytes.takeOver(new byte[] {1}));
        VideoFrame frame = VideoFrame.of(came);
        assertThat(frame.jpegIfMade(JpegForm.ofQuality(10))).containsSame(came);
        assertThat(frame.jpegIfMade(new JpegForm(10, 320, 320))).isEmpty();
    }

    @Test
    void stereoIsMixedDownToTheMean() {
        AudioBlock block = AudioBlock.takeOver(48_000, 2, new short[] {16_384, 0, -32_768, -32_768});
        float[] mono = new float[2];
        block.mixDown(mono, 0);
        assertThat(mono).containsExactly(0.25f, -1f);
        assertThat(block.durationNanos()).isEqualTo(41_666);
    }

    private record FakeCodec(AtomicInteger encodings) implements PictureCodec {
        @Override
        public Jpeg encode(I420 picture, JpegForm form) {
            encodings.incrementAndGet();
            return new Jpeg(picture.widthPx(), picture.heightPx(), Bytes.takeOver(new byte[] {1}));
        }

        @Override
        public I420 decode(Bytes jpeg) {
            throw new AssertionError("nothing here decodes");
        }
    }

    private static I420 grey(int widthPx, int heightPx, I420.Range range, int luma) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        Arrays.fill(planes, 0, widthPx * heightPx, (byte) luma);
        return new I420(widthPx, heightPx, range, Bytes.takeOver(planes));
    }
}
