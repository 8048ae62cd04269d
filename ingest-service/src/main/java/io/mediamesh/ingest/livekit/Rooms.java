package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.ingest.webrtc.MediaFeed;
import io.mediamesh.ingest.webrtc.Peers;
import io.mediamesh.ingest.webrtc.ReceivingPeer;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Context;
import io.vertx.core.http.WebSocketClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import livekit.LivekitRtc;

/** The LiveKit rooms of this member, and the streams of those who are in them. */
public final class Rooms {
    /** Finds the addresses of a server. */
    public interface Addresses {
        /**
         * All of them allowed. Blocks.
         *
         * @throws io.mediamesh.contracts.MeshException for one that is not
         */
        InetAddress[] resolve(LiveKitAccess.Server server) throws UnknownHostException;

        /** Whether a source may be at this address. */
        boolean permits(InetAddress address);
    }

    private final Mesh mesh;
    private final LiveKitConfig config;
    private final Peers peers;
    private final WebSocketClient client;
    private final Addresses addresses;
    private final RoomMeters meters;
    private final Context context;
    private final Map<StreamId, GuestFeed> guests = new ConcurrentHashMap<>();

    /** Rooms whose media comes by the library of these peers. */
    public Rooms(Mesh mesh, LiveKitConfig config, Peers peers, WebSocketClient client, Addresses addresses) {
        this.mesh = mesh;
        this.config = config;
        this.peers = peers;
        this.client = client;
        this.addresses = addresses;
        this.meters = new RoomMeters(mesh.meters());
        this.context = mesh.vertx().getOrCreateContext();
    }

    /**
     * A room that is not joined yet.
     *
     * @param stream the stream that shows it
     * @param address with server, key and secret
     */
    public Room room(StreamId stream, RoomAddress address, Room.Host host) {
        return new Room(address, this, new Guests(stream, address, mesh, context, guests), host);
    }

    /** What a participant publishes whose stream this is. */
    public Optional<MediaFeed> guest(StreamId stream) {
        return Optional.ofNullable(guests.get(stream));
    }

    LiveKitConfig config() {
        return config;
    }

    RoomMeters meters() {
        return meters;
    }

    WebSocketClient client() {
        return client;
    }

    InetAddress[] resolve(LiveKitAccess.Server server) throws UnknownHostException {
        return addresses.resolve(server);
    }

    /** Where a server that is at these addresses may have us send. */
    MediaAddresses mediaAddresses(InetAddress... own) {
        return new MediaAddresses(addresses::permits, List.of(own));
    }

    /** A connection to a server that has named these ICE servers. Blocks. */
    ReceivingPeer receive(
            String name, List<LivekitRtc.ICEServer> named, MediaAddresses permitted, ReceivingPeer.Events events) {
        List<IceServers> servers = new ArrayList<>(List.of(config.iceServers()));
        for (LivekitRtc.ICEServer server : named) {
            List<String> urls = server.getUrlsList().stream()
                    .filter(config::usesIce)
                    .flatMap(url -> permitted.resolved(url).stream())
                    .toList();
            servers.add(new IceServers(urls, server.getUsername(), server.getCredential()));
        }
        return peers.receive(name, servers, events);
    }
}
