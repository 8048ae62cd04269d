package io.mediamesh.ingest;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.ingest.livekit.Rooms;
import io.mediamesh.ingest.webrtc.MediaFeed;
import io.mediamesh.ingest.webrtc.Peers;
import io.mediamesh.ingest.webrtc.WebRtcConfig;
import io.mediamesh.mesh.Capacity;
import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Offers the topics {@code video}, {@code audio} and {@code packets} of every stream in the directory. They share one
 * source, which is open while any has subscribers.
 */
public final class IngestService implements Service {
    private static final Set<String> KINDS = Set.of(Topic.VIDEO, Topic.AUDIO, Topic.PACKETS);
    private static final int MOST_CONNECTIONS_PER_SERVER = 1000;
    // A LiveKit server tells everybody in a room in one message.
    private static final int LARGEST_MESSAGE_BYTES = 8 << 20;

    private static final Setting<Integer> MOST_STREAMS = Capacity.setting(
            "ingest", "Sources that one member opens at the same time, without those that clients send to it");

    // Guarded by this.
    private final Map<StreamId, OpenStream> open = new HashMap<>();
    private final Map<StreamId, Future<Void>> closing = new HashMap<>();
    private @Nullable Parts parts;

    private record Parts(
            Mesh mesh,
            IngestConfig config,
            HttpClientAgent client,
            StatusBoard board,
            CheckRequests checks,
            Peers peers,
            WebSocketClient sockets,
            Rooms rooms,
            Counter corrupt) {}

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public Set<String> kinds() {
        return KINDS;
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(IngestConfig.all(), WebRtcConfig.all(), List.<Setting<?>>of(MOST_STREAMS))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        IngestConfig config = IngestConfig.of(settings);
        Peers peers = new Peers(mesh, WebRtcConfig.of(settings));
        WebSocketClient sockets = socketClient(mesh, config);
        Parts made = new Parts(
                mesh,
                config,
                httpClient(mesh, config),
                new StatusBoard(mesh.directory(), mesh.vertx().getOrCreateContext()),
                new CheckRequests(config),
                peers,
                sockets,
                new Rooms(mesh, config.liveKit(), peers, sockets, new RoomAddresses(config)),
                Counter.builder("mediamesh.ingest.corrupt")
                        .description("Packets and pictures that could not be decoded and were left out.")
                        .register(mesh.meters()));
        synchronized (this) {
            parts = made;
        }
        if (config.liveKit().access().server().isPresent()) {
            peers.prepare();
        }
        if (mesh.address().isPresent()) {
            WarmUp.begin(mesh.pictures());
        }
        Gauge.builder("mediamesh.ingest.open", this, IngestService::openCount)
                .description("Sources that are open now.")
                .register(mesh.meters());
        return made.checks()
                .start(mesh.vertx())
                .compose(ready -> made.peers().start())
                .compose(ready -> mesh.offer(
                        KINDS, this::produce, Capacity.of(MOST_STREAMS, settings.get(MOST_STREAMS), Optional::empty)));
    }

    static HttpClientAgent httpClient(Mesh mesh, IngestConfig config) {
        HttpClientOptions options = new HttpClientOptions().setKeepAlive(false).setTrustAll(!config.tlsVerify());
        options.setVerifyHost(config.tlsVerify());
        if (config.tlsVerify() && !config.caFile().isEmpty()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(config.caFile()));
        }
        // A live stream keeps its connection, so the usual few per server would make the next stream wait.
        return mesh.vertx()
                .httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS_PER_SERVER))
                .build();
    }

    private static WebSocketClient socketClient(Mesh mesh, IngestConfig config) {
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setTrustAll(!config.tlsVerify())
                .setVerifyHost(config.tlsVerify())
                .setMaxConnections(MOST_CONNECTIONS_PER_SERVER)
                .setMaxFrameSize(LARGEST_MESSAGE_BYTES)
                .setMaxMessageSize(LARGEST_MESSAGE_BYTES);
        if (config.tlsVerify() && !config.caFile().isEmpty()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(config.caFile()));
        }
        return mesh.vertx().createWebSocketClient(options);
    }

    private record RoomAddresses(IngestConfig config) implements Rooms.Addresses {
        @Override
        public InetAddress[] resolve(LiveKitAccess.Server server) throws UnknownHostException {
            return SourceRules.resolve(server, config);
        }

        @Override
        public boolean permits(InetAddress address) {
            return config.addresses().permits(address);
        }
    }

    private Future<Producer> produce(Publisher publisher) {
        StreamId stream = publisher.topic().stream();
        Parts my = running();
        return my.mesh().directory().get(stream).compose(found -> found.map(
                        description -> attach(my, description, publisher))
                .orElseGet(() -> Future.failedFuture(
                        new MeshException(FailureCode.NOT_FOUND, "there is no stream " + stream, "stream"))));
    }

    private synchronized Future<Producer> attach(Parts my, StreamDescription description, Publisher publisher) {
        StreamId stream = description.id();
        try {
            OpenStream present = open.get(stream);
            if (present != null && present.description().equals(description) && present.attach(publisher)) {
                return Future.succeededFuture(() -> detach(present, publisher));
            }
            Future<Void> before = closing.get(stream);
            if (before != null) {
                return before.transform(closed -> attach(my, description, publisher));
            }
            OpenStream fresh = create(my, description);
            fresh.attach(publisher);
            open.put(stream, fresh);
            fresh.start();
            return Future.succeededFuture(() -> detach(fresh, publisher));
        } catch (MeshException refused) {
            return Future.failedFuture(refused);
        }
    }

    private static OpenStream create(Parts my, StreamDescription description) {
        Source source = description.home().isEmpty() ? pulled(my, description) : pushed(my, description);
        return new OpenStream(description, source, my.board(), my.corrupt());
    }

    private static Source pulled(Parts my, StreamDescription description) {
        SourceLocation location =
                SourceLocation.parse(description.url(), my.config().maxSidePx());
        return switch (location) {
            case SourceLocation.Test test -> new TestSource(test.parameters());
            case SourceLocation.LiveKit room ->
                new RoomSource(
                        description.id(), my.config().liveKit().complete(room.address()), my.rooms(), my.config());
            case SourceLocation.MediaFile file -> opened(my, description, file);
            case SourceLocation.Device device -> opened(my, description, device);
            case SourceLocation.Remote remote -> opened(my, description, remote);
        };
    }

    private static Source opened(Parts my, StreamDescription description, SourceLocation location) {
        return new AvSource(location, description.loop(), my.config(), my.client());
    }

    private static Source pushed(Parts my, StreamDescription description) {
        if (!description.home().equals(my.mesh().memberId())) {
            throw new MeshException(FailureCode.MOVED, description.home());
        }
        Optional<? extends MediaFeed> peer = my.peers().publisher(description.id());
        return peer.<MediaFeed>map(feed -> feed)
                .or(() -> my.rooms().guest(description.id()))
                .map(PeerSource::new)
                .orElseThrow(() -> new MeshException(
                        FailureCode.NOT_FOUND, "the peer of " + description.id() + " has left", "id"));
    }

    private synchronized Future<Void> detach(OpenStream stream, Publisher publisher) {
        return stream.detach(publisher) ? close(stream) : Future.succeededFuture();
    }

    private synchronized Future<Void> close(OpenStream stream) {
        StreamId id = stream.description().id();
        open.remove(id, stream);
        Future<Void> closed = stream.close();
        closing.put(id, closed);
        return closed.onComplete(done -> forget(id, closed));
    }

    private synchronized void forget(StreamId stream, Future<Void> closed) {
        closing.remove(stream, closed);
    }

    private synchronized int openCount() {
        return open.size();
    }

    private synchronized Parts running() {
        Parts present = parts;
        if (present == null) {
            throw new MeshException(FailureCode.UNAVAILABLE, "ingest is not running");
        }
        return present;
    }

    @Override
    public Future<Void> stop() {
        List<Future<Void>> all = new ArrayList<>();
        Parts present;
        synchronized (this) {
            present = parts;
            parts = null;
            List.copyOf(open.values()).forEach(stream -> all.add(close(stream)));
            all.addAll(closing.values());
        }
        if (present == null) {
            return Future.succeededFuture();
        }
        HttpClient client = present.client();
        return Future.join(all)
                .eventually(present.peers()::stop)
                .eventually(present.checks()::stop)
                .eventually(present.sockets()::close)
                .eventually(client::close)
                .mapEmpty();
    }

    @Override
    public Health health() {
        Parts present;
        synchronized (this) {
            present = parts;
        }
        int peers = present == null ? 0 : present.peers().count();
        return new Health(true, openCount() + " sources open, " + peers + " WebRTC sessions");
    }
}
