package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.contracts.MediaPacket.Track;
import io.mediamesh.contracts.Payload;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.Topic;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which topic pictures are taken from. */
@Tag("slow")
final class PacketsTest {
    private final Path root;
    private final Vertx timers = Vertx.vertx();
    private final SyntheticSource camera = SyntheticSource.camera(timers, 160, 96, 25);

    PacketsTest(@TempDir Path root) {
        this.root = root;
    }

    @AfterEach
    void stop() {
        Await.result(timers.close());
    }

    /** Ten seconds of pictures, coded, with a keyframe each second. */
    private static List<Payload> packets(String codec) {
        List<Payload> packets = new ArrayList<>();
        PictureEncoder.Shape shape = new PictureEncoder.Shape(
                Synthetic.WIDTH, Synthetic.HEIGHT, io.mediamesh.contracts.I420.Range.LIMITED, 25);
        try (PictureEncoder encoder = PictureEncoder.open("libopenh264", shape, 0)) {
            Bytes configuration = Mp4Configuration.of(encoder.format());
            CodedFormat format =
                    new CodedFormat(Track.VIDEO, codec, configuration, Synthetic.WIDTH, Synthetic.HEIGHT, 0, 0);
            for (int picture = 0; picture < 250; picture++) {
                encoder.encode(
                        Synthetic.counting(Synthetic.WIDTH, Synthetic.HEIGHT, picture)
                                .picture(new OpenCvPictureCodec()),
                        picture * 3600L,
                        picture % 25 == 0,
                        coded -> packets.add(new MediaPacket(format, coded.keyframe(), 0, 0, coded.data())));
            }
        }
        return packets;
    }

    private Recorder start(String codec) {
        List<Payload> packets = packets(codec);
        SyntheticSource coded = SyntheticSource.manual(timers, index -> packets.get((int) index % packets.size()));
        timers.setPeriodic(40, tick -> coded.emit(1));
        Recorder recorder = Recorder.start(root, Map.of(), Map.of(Topic.VIDEO, camera, Topic.PACKETS, coded));
        recorder.addStream("cam");
        return recorder;
    }

    private static Recording record(Recorder recorder) {
        String id = recorder.start("cam", "video").id();
        Await.until("it lasts", () -> recorder.get(id).durationSeconds() > 2);
        return recorder.stop(id);
    }

    @Test
    void picturesThatAreCodedInH264AreNeitherDecodedNorEncoded() {
        try (Recorder recorder = start("h264")) {
            Recording recording = record(recorder);
            assertThat(recording.remuxed()).isTrue();
            assertThat(camera.starts()).isZero();
            int[] counts = Synthetic.counts(Probe.luma(Path.of(recording.path())), Synthetic.WIDTH, Synthetic.HEIGHT);
            assertThat(counts).containsExactly(IntStream.range(0, counts.length).toArray());
        }
    }

    @Test
    void picturesThatAreCodedInAnotherWayAreEncoded() {
        try (Recorder recorder = start("mjpeg")) {
            Recording recording = record(recorder);
            assertThat(recording.remuxed()).isFalse();
            assertThat(camera.starts()).isEqualTo(1);
            assertThat(Probe.stream(Path.of(recording.path()), "v:0").getString("codec_name"))
                    .isEqualTo("h264");
        }
    }

    @Test
    void aSettingEncodesAlways() {
        List<Payload> packets = packets("h264");
        SyntheticSource coded = SyntheticSource.manual(timers, index -> packets.get((int) index % packets.size()));
        try (Recorder recorder = Recorder.start(
                root, Map.of("recorder.remux", "never"), Map.of(Topic.VIDEO, camera, Topic.PACKETS, coded))) {
            recorder.addStream("cam");
            assertThat(record(recorder).remuxed()).isFalse();
            assertThat(coded.starts()).isZero();
        }
    }
}
