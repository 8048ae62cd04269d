package io.mediamesh.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;

/** What goes between this member and each other one; updated on the control context. */
final class LinkMeters {
    private final Rows<Peer> peers;

    LinkMeters(MeterRegistry registry) {
        peers = new Rows<Peer>(registry)
                .gauge("mediamesh.link.inbound", "Topics taken from that member", peer -> peer.inbound)
                .gauge("mediamesh.link.outbound", "Topics sent to that member", peer -> peer.outbound)
                .gauge("mediamesh.link.inflight.items", "Items sent that it does not have yet", peer -> peer.items)
                .gauge("mediamesh.link.inflight.bytes", "Bytes sent that it does not have yet", peer -> peer.bytes)
                .gauge("mediamesh.link.full", "Topics sent to it whose window is used up", peer -> peer.full);
    }

    private record Peer(int inbound, int outbound, int items, long bytes, int full) {
        Peer plus(Peer other) {
            return new Peer(
                    inbound + other.inbound,
                    outbound + other.outbound,
                    items + other.items,
                    bytes + other.bytes,
                    full + other.full);
        }
    }

    void update(Mesh mesh, Iterable<InboundLink> inbound, Iterable<OutboundLink> outbound) {
        Map<String, Peer> byId = new HashMap<>();
        for (InboundLink link : inbound) {
            byId.merge(link.terms().producerId(), new Peer(1, 0, 0, 0, 0), Peer::plus);
        }
        for (OutboundLink link : outbound) {
            Peer one = new Peer(0, 1, link.inFlightItems(), link.inFlightBytes(), link.isFull() ? 1 : 0);
            byId.merge(link.consumerId(), one, Peer::plus);
        }
        Map<Tags, Peer> rows = new HashMap<>();
        // By name, because a member has another id after each start; there may be several of one name.
        byId.forEach((id, peer) -> rows.merge(Tags.of("peer", mesh.peers().nameOf(id)), peer, Peer::plus));
        peers.update(rows);
    }
}
