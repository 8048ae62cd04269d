package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.AudioBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParsersTest {
    private static final byte[] JPEG = HexFormat.of()
            .parseHex("ffd8" + "ffe00004aabb" + "ffc40004aabb" + "ffc0000b080078" + "00a0" + "01012200" + "ffda0004aabb"
                    + "1234" + "ffd9");

    @Test
    void theSizeOfAJpegIsInItsHeader() {
        assertThat(JpegHeader.read(JPEG)).contains(new JpegHeader(160, 120, true));
    }

    @Test
    void aJpegWithoutTablesIsNotSelfContained() {
        byte[] bare = JPEG.clone();
        bare[9] = (byte) 0xE1;
        assertThat(JpegHeader.read(bare)).contains(new JpegHeader(160, 120, false));
    }

    @Test
    void aCutJpegIsNone() {
        for (int length = 0; length < JPEG.length; length++) {
            assertThat(JpegHeader.read(Arrays.copyOf(JPEG, length))).isEmpty();
        }
    }

    @Test
    void noBytesMakeTheHeaderReaderFail() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = JPEG.clone();
            for (int flip = 0; flip < 4; flip++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertThat(JpegHeader.read(damaged)).isNotNull();
        }
    }

    /** The example of RFC 2069, section 2.4, with the answer as its erratum corrects it. */
    @Test
    void digestAnswersAreThoseOfTheStandard() {
        String header = HttpAuthorization.answer(
                        "Mufasa:Circle%4ffLife",
                        List.of("Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\""),
                        "/dir/index.html")
                .orElseThrow();
        assertThat(header).contains("response=\"1949323746fe6a43ef61f9606e7febea\"");
    }

    @Test
    void basicIsTheLastResort() {
        assertThat(HttpAuthorization.answer("Aladdin:open sesame", List.of("Basic realm=\"x\""), "/"))
                .contains("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assertThat(HttpAuthorization.answer("a:b", List.of("Negotiate"), "/")).isEmpty();
        assertThat(HttpAuthorization.answer("", List.of("Basic realm=\"x\""), "/"))
                .isEmpty();
    }

    @Test
    void linesOfTheNativeLogLoseTheirSecrets() {
        assertThat(AvLog.masked("open rtsp://u:p@ss@host:554/x?token=1 failed"))
                .isEqualTo("open rtsp://***@host:554/x?*** failed");
    }

    @Test
    void soundIsCutIntoEqualBlocksWithTimesCountedInSamples() {
        List<Long> times = new ArrayList<>();
        List<Integer> frames = new ArrayList<>();
        AudioTrack.Sink sink = new AudioTrack.Sink() {
            @Override
            public void block(long ptsNanos, AudioBlock block) {
                times.add(ptsNanos);
                frames.add(block.frames());
            }

            @Override
            public void corrupt() {
                throw new AssertionError("nothing is corrupt");
            }
        };
        BlockCutter cutter = new BlockCutter(48_000, 1, 960);
        cutter.add(0, new short[1024], sink);
        cutter.add(21_000_000, new short[1024], sink);
        assertThat(times).containsExactly(0L, 20_000_000L);
        cutter.add(1_000_000_000, new short[1024], sink);
        assertThat(frames).containsExactly(960, 960, 128, 960);
        assertThat(times).containsExactly(0L, 20_000_000L, 40_000_000L, 1_000_000_000L);
    }
}
