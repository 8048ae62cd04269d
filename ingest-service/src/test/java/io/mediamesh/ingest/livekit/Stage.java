package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.ingest.IngestService;
import io.mediamesh.ingest.NoCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.micrometer.core.instrument.Measurement;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** An ingest service in a mesh of its own, whose stream {@code stage} is a room. */
final class Stage implements AutoCloseable {
    static final StreamId STREAM = new StreamId("stage");

    final Vertx vertx = Vertx.vertx();
    final IngestService service = new IngestService();
    final Mesh mesh;

    /** With these settings, given as key, value, key, value, … */
    Stage(String... given) {
        Map<String, String> values = new HashMap<>(Map.of("ingest.allowed_addresses", "127.0.0.0/8"));
        for (int index = 0; index < given.length; index += 2) {
            values.put(given[index], given[index + 1]);
        }
        mesh = Await.result(TestMesh.local(vertx, NoCodec.INSTANCE, Set.of(Topic.VIDEO, Topic.AUDIO)));
        Await.result(service.start(mesh, Settings.of(service.settings(), values)));
    }

    @Override
    public void close() {
        Await.result(service.stop());
        Await.result(vertx.close());
    }

    Subscription subscribe(StreamId stream, String kind) {
        return Await.result(mesh.subscribe(new Topic(stream, kind), SubscribeOptions.latest("test")));
    }

    void put(String url) {
        Await.result(mesh.directory().put(new StreamDescription(STREAM, SourceUrl.parse(url), false, Map.of())));
    }

    StreamStatus status() {
        return status(STREAM);
    }

    StreamStatus status(StreamId stream) {
        return Await.result(mesh.directory().status(stream));
    }

    StreamStatus awaitState(StreamStatus.State state, String reason) {
        return Await.until(
                state + " " + reason,
                this::status,
                now -> now.state() == state && now.reason().contains(reason));
    }

    Optional<StreamDescription> find(StreamId stream) {
        return Await.result(mesh.directory().get(stream));
    }

    void awaitThere(StreamId stream) {
        Await.until("the stream " + stream, () -> find(stream).isPresent());
    }

    void awaitGone(StreamId stream) {
        Await.until("no stream " + stream, () -> find(stream).isEmpty());
    }

    /** What a gauge or counter says, all of its tags together. */
    double meter(String name, String... tags) {
        return mesh.meters().get(name).tags(tags).meters().stream()
                .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    List<Delivery> collect(StreamId stream, String kind) {
        return TestMesh.collect(Await.result(mesh.subscribe(new Topic(stream, kind), SubscribeOptions.latest("test"))));
    }

    static List<VideoFrame> frames(List<Delivery> deliveries) {
        List<VideoFrame> frames = new ArrayList<>();
        for (Delivery delivery : List.copyOf(deliveries)) {
            if (delivery instanceof Delivery.Data data && data.item().payload() instanceof VideoFrame frame) {
                frames.add(frame);
            }
        }
        return frames;
    }

    static List<AudioBlock> blocks(List<Delivery> deliveries) {
        List<AudioBlock> blocks = new ArrayList<>();
        for (Delivery delivery : List.copyOf(deliveries)) {
            if (delivery instanceof Delivery.Data data && data.item().payload() instanceof AudioBlock block) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    /** The number that the publisher has drawn into the picture. */
    static int number(VideoFrame frame) {
        I420 picture = frame.picture(NoCodec.INSTANCE);
        int number = 0;
        for (int bit = 0; bit < 16; bit++) {
            int x = (2 * bit + 1) * picture.widthPx() / 32;
            int y = picture.heightPx() / 4;
            number = number << 1 | picture.planes().unsignedAt(y * picture.widthPx() + x) >> 7;
        }
        return number;
    }

    /** How much of the sound is one tone, 0 to 1: the power at its frequency (Goertzel 1958) against all of it. */
    static double partOfTone(List<AudioBlock> blocks, double hertz) {
        double cos = 0;
        double sin = 0;
        double power = 0;
        int index = 0;
        for (AudioBlock block : blocks) {
            for (int frame = 0; frame < block.frames(); frame++) {
                double sample = block.sample(frame, 0) / 32_768.0;
                double angle = 2 * Math.PI * hertz * index / block.sampleRateHz();
                cos += sample * Math.cos(angle);
                sin += sample * Math.sin(angle);
                power += sample * sample;
                index++;
            }
        }
        return 2 * (cos * cos + sin * sin) / index / Math.max(power, 1e-9);
    }

    /** Whether nothing has come for half a second. */
    static boolean hasStopped(List<Delivery> deliveries) {
        long now = System.nanoTime();
        return TestMesh.items(List.copyOf(deliveries)).stream()
                .allMatch(data -> now - data.item().stamp().capture().monotonicNanos() > 500_000_000);
    }

    /** The epochs of what has come, in its order. */
    static List<Long> epochs(List<Delivery> deliveries) {
        return TestMesh.items(List.copyOf(deliveries)).stream()
                .map(data -> data.item().stamp().epoch())
                .distinct()
                .toList();
    }

    static void goesOn(List<Delivery> video, Runnable cause) {
        int before = frames(video).size();
        cause.run();
        Await.until("pictures after " + before, () -> frames(video).size() > before + 10);
    }
}
