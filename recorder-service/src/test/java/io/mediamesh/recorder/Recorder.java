package io.mediamesh.recorder;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.Request;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.ProducerFactory;
import io.mediamesh.mesh.Settings;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.TestMesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A recorder in a mesh of its own, asked over the bus as gateways ask. */
final class Recorder implements AutoCloseable {
    private static final PictureCodec CODEC = new OpenCvPictureCodec();

    final Vertx vertx = Vertx.vertx();
    final Mesh mesh;
    private final Path root;
    private final Map<String, String> settings;
    private RecorderService service;

    private Recorder(Path root, Map<String, String> settings, Map<String, ProducerFactory> producers) {
        this.root = root;
        this.settings = settings;
        this.mesh = Await.result(TestMesh.local(vertx, CODEC, producers.keySet()));
        producers.forEach((kind, producer) -> Await.result(mesh.offer(java.util.Set.of(kind), producer)));
        this.service = started();
    }

    static Recorder start(Path root, Map<String, String> settings, Map<String, ProducerFactory> producers) {
        return new Recorder(root, settings, producers);
    }

    private RecorderService started() {
        RecorderService fresh = new RecorderService();
        Map<String, String> all =
                new HashMap<>(Map.of("recorder.directory", root.toString(), "recorder.retention.free_mib", "0"));
        all.putAll(settings);
        Await.result(fresh.start(mesh, Settings.of(fresh.settings(), all)));
        return fresh;
    }

    RecorderService service() {
        return service;
    }

    void restart() {
        Await.result(service.stop());
        service = started();
    }

    void addStream(String id) {
        Await.result(mesh.directory().put(TestMesh.stream(id)));
    }

    Future<Object> ask(Request request) {
        return vertx.eventBus()
                .request(RecorderProtocol.addressOf(mesh.memberId()), request.toJson())
                .map(io.vertx.core.eventbus.Message::body)
                .recover(failed -> Future.failedFuture(MeshException.ofReply(failed)));
    }

    Recording start(String stream, String... topics) {
        return recording(new RecorderProtocol.Start(new StreamId(stream), new TreeSet<>(List.of(topics)), true, ""));
    }

    Recording recording(Request request) {
        return Recording.ofJson((JsonObject) Await.result(ask(request)));
    }

    Recording get(String id) {
        return recording(new RecorderProtocol.Get(id));
    }

    Recording stop(String id) {
        return recording(new RecorderProtocol.Stop(id));
    }

    List<Recording> all() {
        return RecorderProtocol.recordingsOf((JsonObject) Await.result(ask(new RecorderProtocol.ListAll())));
    }

    MeshException refusal(Request request) {
        return (MeshException) Await.failure(ask(request));
    }

    static Map<String, ProducerFactory> media(ProducerFactory video, ProducerFactory audio) {
        return Map.of(Topic.VIDEO, video, Topic.AUDIO, audio);
    }

    @Override
    public void close() {
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
    }
}
