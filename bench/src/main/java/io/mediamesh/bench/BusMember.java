package io.mediamesh.bench;

import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.NodeLauncher;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Settings;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * One of the two processes of the bus benchmark: a member of a clustered mesh. The source offers pictures and pushes
 * the same bytes at whoever connects to its raw port; the sink reads commands, {@code mesh} or {@code raw}, from its
 * standard input, receives that way for some seconds and answers with a line of JSON.
 */
final class BusMember {
    /** What a member says when it has joined. */
    static final String READY = "ready";

    private static final Topic TOPIC = Topic.of("bench", Topic.VIDEO);
    /** Waits at the producer so that the link never starves while the producer's thread is not scheduled. */
    private static final Policy POLICY = Policy.buffer(32);

    private static final long SETTLE_MILLIS = 1_000;
    private static final long WINDOW_MILLIS = 3_000;
    private static final long CONTROL_PERIOD_MILLIS = 5;

    private final Mesh mesh;
    private final int rawPort;
    private final LongAdder bytes = new LongAdder();
    private final ConcurrentHistogram controlMicros = new ConcurrentHistogram(3);

    private BusMember(Mesh mesh, int rawPort) {
        this.mesh = mesh;
        this.rawPort = rawPort;
    }

    /**
     * Runs until the standard input ends.
     *
     * @param arguments {@code source} or {@code sink}, the cluster's port, the port of the raw socket
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean isSource = arguments[0].equals("source");
        int rawPort = Integer.parseInt(arguments[2]);
        List<Service> services = isSource ? List.of(new BusSource(rawPort)) : List.of();
        Settings settings = Settings.of(
                Node.settingsOf(services),
                Map.of(
                        "node.name",
                        arguments[0],
                        "cluster.enabled",
                        "true",
                        "cluster.name",
                        "bench-" + arguments[1],
                        "cluster.port",
                        arguments[1],
                        "cluster.members",
                        "127.0.0.1:" + arguments[1]));
        Node node = NodeLauncher.await(Node.start(services, settings, new OpenCvPictureCodec()));
        node.stopOnShutdown();
        System.out.println(READY);
        BusMember member = new BusMember(node.mesh(), rawPort);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println((line.equals("raw") ? member.receiveRaw() : member.receiveMesh()).encode());
        }
        System.exit(0);
    }

    private JsonObject receiveMesh() throws InterruptedException {
        SubscribeOptions options =
                SubscribeOptions.latest("bench sink").withPolicy(POLICY).withForm(JpegForm.ofQuality(80));
        Subscription subscription = NodeLauncher.await(mesh.subscribe(TOPIC, options));
        subscription.handler(delivery -> {
            if (delivery instanceof Delivery.Data data && data.item().payload() instanceof VideoFrame frame) {
                frame.jpegIfMade(JpegForm.ofQuality(80))
                        .ifPresent(jpeg -> bytes.add(jpeg.bytes().length()));
            }
        });
        JsonObject measured = measure();
        NodeLauncher.await(subscription.close());
        return measured;
    }

    private JsonObject receiveRaw() throws InterruptedException {
        NetSocket socket = NodeLauncher.await(mesh.vertx().createNetClient().connect(rawPort, "127.0.0.1"));
        RecordParser items = RecordParser.newFixed(Integer.BYTES);
        AtomicBoolean isLength = new AtomicBoolean(true);
        items.handler(part -> {
            if (isLength.getPlain()) {
                items.fixedSizeMode(part.getInt(0));
            } else {
                bytes.add(part.length());
                items.fixedSizeMode(Integer.BYTES);
            }
            isLength.setPlain(!isLength.getPlain());
        });
        socket.handler(items);
        JsonObject measured = measure();
        NodeLauncher.await(socket.close());
        return measured;
    }

    private JsonObject measure() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        controlMicros.reset();
        long timer = mesh.vertx().setPeriodic(CONTROL_PERIOD_MILLIS, id -> control());
        bytes.reset();
        long begin = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(WINDOW_MILLIS);
        double megabytes = bytes.sum() / 1e6;
        double seconds = (System.nanoTime() - begin) / 1e9;
        mesh.vertx().cancelTimer(timer);
        return new JsonObject()
                .put("megabytes_per_second", megabytes / seconds)
                .put("control_requests", controlMicros.getTotalCount())
                .put("control_p50_millis", controlMicros.getValueAtPercentile(50) / 1e3)
                .put("control_p99_millis", controlMicros.getValueAtPercentile(99) / 1e3);
    }

    /** A real request of the mesh's control plane, which every member answers. */
    private void control() {
        long asked = System.nanoTime();
        mesh.health().onSuccess(answer -> controlMicros.recordValue((System.nanoTime() - asked) / 1_000));
    }
}
