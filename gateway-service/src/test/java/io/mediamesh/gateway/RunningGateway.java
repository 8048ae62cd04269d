package io.mediamesh.gateway;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.AudioProtocol;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Membership;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.MeshConfig;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Settings;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A gateway on free ports over a mesh of one process, with a synthetic camera behind it. */
final class RunningGateway implements AutoCloseable {
    static final String SELF = "member-1";
    /** Settings with which tests don't take these ports from each other. */
    static final Map<String, String> WITHOUT_AUDIO_PORTS = Map.of(
            "audio.websocket.port", "off",
            "audio.tcp.port", "off",
            "audio.udp.port", "off",
            "audio.sse.port", "off");

    static final int WIDTH_PX = 320;
    static final int HEIGHT_PX = 240;

    final Vertx vertx;
    final Mesh mesh;
    final GatewayService service;
    final SyntheticSource camera;
    final SyntheticSource annotated;
    final SyntheticSource intensity;
    /** Analyses of sound by type, where there are any; the test emits them. */
    private final Map<String, SyntheticSource> analyses = new TreeMap<>();

    final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private RunningGateway(
            Vertx vertx, Mesh mesh, SyntheticSource camera, SyntheticSource annotated, SyntheticSource intensity) {
        this.vertx = vertx;
        this.mesh = mesh;
        this.camera = camera;
        this.annotated = annotated;
        this.intensity = intensity;
        this.service = new GatewayService();
    }

    /** With a camera of 30 frames a second, and intensity that the test emits. */
    static RunningGateway start(Path directory, Map<String, String> settings) {
        return start(directory, settings, 30);
    }

    static RunningGateway start(Path directory, Map<String, String> settings, double fps) {
        RunningGateway gateway = withoutService(fps);
        try {
            gateway.serve(directory, settings);
        } catch (RuntimeException failed) {
            gateway.close();
            throw failed;
        }
        return gateway;
    }

    static RunningGateway withoutService(double fps) {
        return withoutService(vertx -> SyntheticSource.camera(vertx, WIDTH_PX, HEIGHT_PX, fps));
    }

    static RunningGateway withoutService(Function<Vertx, SyntheticSource> cameras) {
        return withoutService(cameras, List.of());
    }

    /** In a mesh in which nobody offers anything. */
    static RunningGateway withoutIngest() {
        return withoutService(vertx -> SyntheticSource.camera(vertx, WIDTH_PX, HEIGHT_PX, 1), List.of(), Set.of());
    }

    /** With other members, of which there is only what they advertise. */
    static RunningGateway withoutService(Function<Vertx, SyntheticSource> cameras, List<Member> others) {
        return withoutService(
                cameras, others, Set.of(Topic.VIDEO, Topic.ANNOTATED, Topic.INTENSITY, Topic.PACKETS, Topic.HUB));
    }

    /** In a mesh in which these kinds may be offered. */
    static RunningGateway offering(Set<String> kinds) {
        return withoutService(vertx -> SyntheticSource.camera(vertx, WIDTH_PX, HEIGHT_PX, 1), List.of(), kinds);
    }

    /** In a mesh that has rooms of a LiveKit server, with pictures and sound. */
    static RunningGateway withRooms(Path directory, Map<String, String> settings, Function<Mesh, LiveRooms> rooms) {
        RunningGateway gateway = withoutService(
                vertx -> SyntheticSource.camera(vertx, WIDTH_PX, HEIGHT_PX, 30),
                List.of(),
                Set.of(Topic.VIDEO, Topic.AUDIO, Topic.ANNOTATED, Topic.INTENSITY));
        try {
            Await.result(gateway.mesh.offer(Set.of(Topic.VIDEO, Topic.AUDIO), rooms.apply(gateway.mesh)));
            return gateway.serve(directory, settings);
        } catch (RuntimeException failed) {
            gateway.close();
            throw failed;
        }
    }

    /** With a stream cam1 whose sound is analysed in the seven usual ways, and everything on ports that are free. */
    static RunningGateway withSound(Path directory, Map<String, String> settings) {
        RunningGateway gateway = analysing(Analyses::of);
        try {
            return gateway.serve(directory, withAudioPorts(settings)).withStream("cam1");
        } catch (RuntimeException failed) {
            gateway.close();
            throw failed;
        }
    }

    static Map<String, String> withAudioPorts(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "audio.websocket.port", "0",
                "audio.tcp.port", "0",
                "audio.udp.port", "0",
                "audio.sse.port", "0",
                "audio.default_stream", "cam1"));
        all.putAll(settings);
        return all;
    }

    /** In a mesh whose member analyses sound so. */
    static RunningGateway analysing(BiFunction<String, Long, Analysis> analyses) {
        Set<String> kinds = new HashSet<>(AudioTypes.USUAL);
        kinds.addAll(Set.of(Topic.VIDEO, Topic.ANNOTATED, Topic.INTENSITY, Topic.HUB));
        RunningGateway gateway =
                withoutService(vertx -> SyntheticSource.camera(vertx, WIDTH_PX, HEIGHT_PX, 1), List.of(), kinds);
        for (String type : AudioTypes.USUAL) {
            SyntheticSource source = SyntheticSource.manual(gateway.vertx, index -> analyses.apply(type, index));
            gateway.analyses.put(type, source);
            Await.result(gateway.mesh.offer(Set.of(type), source));
        }
        return gateway;
    }

    /** Lets one analysis come. */
    void emit(String type) {
        analysis(type).emit(1);
    }

    /** Who makes the analyses of a type. */
    SyntheticSource analysis(String type) {
        return Objects.requireNonNull(analyses.get(type));
    }

    int audioPort(AudioProtocolKind protocol) {
        return Objects.requireNonNull(service.audioPorts().get(protocol));
    }

    private static RunningGateway withoutService(
            Function<Vertx, SyntheticSource> cameras, List<Member> others, Set<String> kinds) {
        // The checker reports whatever holds an event loop for longer than this.
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setBlockedThreadCheckInterval(200)
                .setMaxEventLoopExecuteTime(500)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
        Member self = new Member(SELF, "test-node", "1.2.3", services(kinds), kinds, false);
        Mesh mesh = Await.result(Mesh.start(
                vertx,
                others.isEmpty() ? Membership.alone(self) : new FixedMembership(self, others),
                new OpenCvPictureCodec(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                new MeshConfig(Duration.ZERO, 2)));
        SyntheticSource camera = cameras.apply(vertx);
        SyntheticSource annotated = cameras.apply(vertx);
        SyntheticSource intensity = SyntheticSource.manual(vertx, index -> new Intensity(index % 256, 64, 30));
        if (!kinds.isEmpty()) {
            Await.result(mesh.offer(Set.of(Topic.VIDEO), camera));
            Await.result(mesh.offer(Set.of(Topic.ANNOTATED), annotated));
            Await.result(mesh.offer(Set.of(Topic.INTENSITY), intensity));
        }
        return new RunningGateway(vertx, mesh, camera, annotated, intensity);
    }

    private static Set<String> services(Set<String> kinds) {
        Set<String> services = new HashSet<>(Set.of("gateway", "ingest", "vision", "recorder"));
        if (!kinds.isEmpty()) {
            services.add(TrackingProtocol.SERVICE);
        }
        if (kinds.contains("levels")) {
            services.add(AudioProtocol.SERVICE);
        }
        return services;
    }

    RunningGateway serve(Path directory, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(
                Map.of("gateway.http.port", "0", "gateway.http.extra_ports", "", "data.dir", directory.toString()));
        all.putAll(WITHOUT_AUDIO_PORTS);
        all.putAll(settings);
        Await.result(service.start(mesh, Settings.of(Node.settingsOf(List.of(service)), all)));
        return this;
    }

    /** Lets every service of the member say this of itself. */
    RunningGateway withHealth(Map<String, Service.Health> health) {
        mesh.answerHealth(() -> health);
        return this;
    }

    RunningGateway withStream(String id) {
        Await.result(mesh.directory().put(TestMesh.stream(id)));
        return this;
    }

    RunningGateway withStream(StreamDescription stream) {
        Await.result(mesh.directory().put(stream));
        return this;
    }

    /** The value of a meter of the gateway. */
    double meter(String name) {
        return anyMeter("mediamesh.gateway." + name);
    }

    /** The value of a meter of broadcasts. */
    double hubMeter(String name) {
        return anyMeter("mediamesh.hub." + name);
    }

    private double anyMeter(String name) {
        return mesh.meters().get(name).meter().measure().iterator().next().getValue();
    }

    int port() {
        return service.ports().getFirst();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    URI socketUri(String path) {
        return URI.create("ws://127.0.0.1:" + port() + path);
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /** From another of the ports. */
    HttpResponse<String> getAt(int port, String path) {
        return send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> postJson(String path, JsonObject body) {
        return send("POST", path, body.encode(), "Content-Type", "application/json");
    }

    HttpResponse<String> putJson(String path, String body) {
        return send("PUT", path, body, "Content-Type", "application/json");
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(request + " failed", failed);
        }
    }

    static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    List<Integer> ports() {
        return service.ports();
    }

    @Override
    public void close() {
        Await.result(service.stop());
        Await.result(mesh.close());
        Await.result(vertx.close());
        http.close();
    }
}
