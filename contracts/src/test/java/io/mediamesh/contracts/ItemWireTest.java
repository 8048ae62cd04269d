package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.CountingLine.Direction;
import io.mediamesh.contracts.ObjectEvent.AtLine;
import io.mediamesh.contracts.ObjectEvent.AtZone;
import io.mediamesh.contracts.ObjectEvent.Kind;
import io.mediamesh.contracts.ObjectEvent.Life;
import io.mediamesh.contracts.ObjectEvent.Snapshot;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ItemWireTest {
    private static final JpegForm FORM = JpegForm.ofQuality(80);

    // The golden files were written out by hand from the table in the Javadoc of ItemWire, not by the code.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "video",
                "audio",
                "packet",
                "broadcast",
                "intensity",
                "detections",
                "tracks",
                "events",
                "analysis"
            })
    void writesTheBytesOfTheGoldenFile(String name) throws IOException {
        assertThat(HexFormat.of().formatHex(write(sample(name)).getBytes())).isEqualTo(golden(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "video",
                "audio",
                "packet",
                "broadcast",
                "intensity",
                "detections",
                "tracks",
                "events",
                "analysis"
            })
    void readsTheGoldenFile(String name) throws IOException {
        Item read = ItemWire.read(Buffer.buffer(HexFormat.of().parseHex(golden(name))), 0);
        Item expected = sample(name);
        assertThat(read.topic()).isEqualTo(expected.topic());
        assertThat(read.stamp()).isEqualTo(expected.stamp());
        switch (read.payload()) {
            case VideoFrame frame -> {
                Jpeg jpeg = frame.jpegIfMade(FORM).orElseThrow();
                assertThat(jpeg.widthPx()).isEqualTo(4);
                assertThat(jpeg.heightPx()).isEqualTo(2);
                assertThat(jpeg.bytes().toArray()).containsExactly(0xff, 0xd8, 0xff, 0xd9);
            }
            case AudioBlock audio -> {
                assertThat(audio.sampleRateHz()).isEqualTo(48_000);
                assertThat(audio.channels()).isEqualTo(2);
                assertThat(audio.frames()).isEqualTo(2);
                assertThat(audio.sample(0, 0)).isEqualTo((short) 1);
                assertThat(audio.sample(0, 1)).isEqualTo((short) -1);
                assertThat(audio.sample(1, 0)).isEqualTo(Short.MAX_VALUE);
                assertThat(audio.sample(1, 1)).isEqualTo(Short.MIN_VALUE);
            }
            case BroadcastFrame frame -> assertThat(frame).isEqualTo(expected.payload());
            case MediaPacket packet -> assertThat(packet).isEqualTo(expected.payload());
            case Analysis analysis ->
                assertThat(analysis.toWireJson()).isEqualTo(((Analysis) expected.payload()).toWireJson());
            case Event event -> assertThat(event).isEqualTo(expected.payload());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "video",
                "audio",
                "packet",
                "broadcast",
                "intensity",
                "detections",
                "tracks",
                "events",
                "analysis"
            })
    void refusesEveryTruncation(String name) {
        Buffer whole = write(sample(name));
        for (int length = 0; length < whole.length(); length++) {
            Buffer cut = whole.slice(0, length).copy();
            assertThatThrownBy(() -> ItemWire.read(cut, 0)).isInstanceOf(MeshException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "video",
                "audio",
                "packet",
                "broadcast",
                "intensity",
                "detections",
                "tracks",
                "events",
                "analysis"
            })
    void answersDamageWithAMeshExceptionOrAnItemAndNothingElse(String name) {
        byte[] whole = write(sample(name)).getBytes();
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                assertThat(ItemWire.read(Buffer.buffer(damaged), 0)).isNotNull();
            } catch (MeshException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void refusesALengthBeyondTheLimitWithoutTakingTheMemory() {
        Buffer video = write(sample("video"));
        video.setUnsignedInt(video.length() - 8, 0xffff_ffffL);
        assertThatThrownBy(() -> ItemWire.read(video, 0))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("JPEG")
                .hasMessageContaining("4294967295");
    }

    @Test
    void ofAFrameWhoseLightIsWantedNothingElseIsWritten() throws IOException {
        Stamp stamp = new Stamp(2, 3, new CaptureTime(4, 5), 6, 7);
        Item item = new Item(Topic.of("c", "v"), stamp, VideoFrame.ofMeanLuma(4, 2, 126.5));
        Buffer out = Buffer.buffer();
        ItemWire.write(out, item, Form.MEAN_LUMA);

        assertThat(HexFormat.of().formatHex(out.getBytes())).isEqualTo(golden("light"));
        VideoFrame read = (VideoFrame) ItemWire.read(out, 0).payload();
        assertThat(read.meanLumaIfKnown()).hasValue(126.5);
        assertThat(read.hasPicture()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 255.5, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesALightThatNoPictureHas(double luma) {
        Buffer out = Buffer.buffer();
        Stamp stamp = new Stamp(2, 3, new CaptureTime(4, 5), 6, 7);
        ItemWire.write(out, new Item(Topic.of("c", "v"), stamp, VideoFrame.ofMeanLuma(4, 2, 126.5)), Form.MEAN_LUMA);
        out.setDouble(out.length() - 8, luma);
        assertThatThrownBy(() -> ItemWire.read(out, 0)).hasMessageContaining("mean luma");
    }

    @Test
    void refusesAnotherVersionNamingBoth() {
        Buffer newer = write(sample("intensity"));
        newer.setByte(0, (byte) 9);
        assertThatThrownBy(() -> ItemWire.read(newer, 0))
                .hasMessageContaining("version 9")
                .hasMessageContaining("1");
    }

    private static Buffer write(Item item) {
        Buffer out = Buffer.buffer();
        ItemWire.write(out, item, FORM);
        return out;
    }

    private static Item sample(String name) {
        Stamp stamp = new Stamp(2, 3, new CaptureTime(4, 5), 6, 7);
        Payload payload =
                switch (name) {
                    case "video" ->
                        VideoFrame.of(new Jpeg(
                                4, 2, Bytes.takeOver(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9})));
                    case "audio" ->
                        AudioBlock.takeOver(48_000, 2, new short[] {1, -1, Short.MAX_VALUE, Short.MIN_VALUE});
                    case "packet" ->
                        new MediaPacket(
                                new MediaPacket.CodedFormat(
                                        MediaPacket.Track.VIDEO,
                                        "h264",
                                        Bytes.takeOver(new byte[] {1, 0x42}),
                                        1280,
                                        720,
                                        0,
                                        0),
                                true,
                                8,
                                9,
                                Bytes.takeOver(new byte[] {0x65, (byte) 0x88}));
                    case "broadcast" ->
                        new BroadcastFrame(
                                Bytes.takeOver(new byte[] {'A', 'Q', '=', '='}), Bytes.takeOver(new byte[] {'{', '}'}));
                    case "intensity" -> new Intensity(51, 102, 30);
                    case "analysis" ->
                        new Analysis(
                                48_000,
                                Fields.builder()
                                        .number("a", -3.0103, 2)
                                        .row("b", Numbers.significant(new double[] {1, Double.NaN}, 3))
                                        .texts("c", List.of("L"))
                                        .build());
                    case "tracks" ->
                        new Tracks(
                                8,
                                640,
                                480,
                                List.of(
                                        Track.of(
                                                1,
                                                new Region(
                                                        0,
                                                        1,
                                                        2,
                                                        4,
                                                        6,
                                                        2,
                                                        3,
                                                        9,
                                                        List.of(new Track.Point(1, 2), new Track.Point(4, 6)))),
                                        Track.of(2, Track.State.LOST, new Track.Found("face", 0.5), 1, 2, 3, 6)));
                    case "events" ->
                        new ObjectEvents(
                                8,
                                640,
                                480,
                                List.of(
                                        event(
                                                Kind.NEW,
                                                true,
                                                new Life(
                                                        1.5,
                                                        List.of("yard"),
                                                        Optional.of(new Snapshot(
                                                                new Jpeg(4, 2, Bytes.takeOver(new byte[] {1, 2, 3})),
                                                                1_500_000,
                                                                0.5)))),
                                        event(Kind.LEAVE, false, new AtZone("yard", 2.5, 1)),
                                        event(Kind.CROSS, false, new AtLine("gate", Direction.OUT, 3, 4))));
                    default -> new Detections("motion", 640, 480, 1.5, List.of(new Detection("face", 0.5, 1, 2, 3, 4)));
                };
        return new Item(Topic.of("c", "v"), stamp, payload);
    }

    private static ObjectEvent event(Kind kind, boolean muted, ObjectEvent.Detail detail) {
        return new ObjectEvent(kind, 7, "face", 0.5, 1, 2, 3, 6, muted, detail);
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = ItemWireTest.class.getResourceAsStream("/golden/item-" + name + ".hex")) {
            if (in == null) {
                throw new IOException("no golden file for " + name);
            }
            // Everything behind a # explains the bytes before it.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("#.*", "")
                    .replaceAll("\\s", "");
        }
    }
}
