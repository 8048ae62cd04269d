package io.mediamesh.mesh;

import com.hazelcast.config.Config;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBusOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a process needs to enter a cluster: looked up and checked before anything is opened. */
final class ClusterEntry {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterEntry.class);
    private static final Duration WARNING_BEFORE_EXPIRY = Duration.ofDays(21);
    private static final long PING_MILLIS = 2000;
    private static final int CONNECT_MILLIS = 3000;

    private final ClusterConfig cluster;
    private final String host;
    private final Config hazelcast;

    private ClusterEntry(ClusterConfig cluster, String host, Config hazelcast) {
        this.cluster = cluster;
        this.host = host;
        this.hazelcast = hazelcast;
    }

    /** Looks names up and reads certificates, on a thread where that may block. */
    static Future<ClusterEntry> prepare(Member self, Settings settings, MeterRegistry meters) {
        return Aside.call("cluster-entry", () -> prepared(self, ClusterConfig.of(settings), meters));
    }

    private static ClusterEntry prepared(Member self, ClusterConfig cluster, MeterRegistry meters) {
        MemberAddresses.keepLookupsShort();
        MemberAddresses places = new MemberAddresses(cluster.members(), InetAddress::getAllByName);
        String host = OwnAddress.of(cluster.host(), places);
        cluster.tls().ifPresent(tls -> tellExpiry(tls, tls.check(), meters));
        return new ClusterEntry(cluster, host, HazelcastMembership.configFor(self, cluster, host, places));
    }

    private static void tellExpiry(ClusterTls tls, Instant expiry, MeterRegistry meters) {
        Gauge.builder("mediamesh.cluster.certificate.expiry", expiry::getEpochSecond)
                .description("When the certificate that this member entered the cluster with expires, in Unix time")
                .baseUnit("seconds")
                .register(meters);
        if (Instant.now().plus(WARNING_BEFORE_EXPIRY).isAfter(expiry)) {
            LOG.warn(
                    "the certificate in {} expires at {}: replace it, and restart this member, before members can no"
                            + " longer connect",
                    tls.certificate(),
                    expiry);
        } else {
            LOG.info(
                    "members prove themselves to each other on the event bus; our certificate is valid until {}",
                    expiry);
        }
    }

    /** Where the bus of this member listens, and with whom it speaks. */
    void applyTo(EventBusOptions bus) {
        bus.setHost(host)
                .setPort(cluster.busPort())
                // A connection that a cut has made useless is given up soon, so that another one is made when it is
                // healed.
                .setClusterPingInterval(PING_MILLIS)
                .setClusterPingReplyInterval(PING_MILLIS)
                .setConnectTimeout(CONNECT_MILLIS);
        cluster.tls().ifPresent(tls -> tls.applyTo(bus));
    }

    /** The members of the cluster that was entered, as Hazelcast has them. Blocks. */
    HazelcastMembership membership(HealingClusterManager manager, Member self) {
        var socket =
                manager.getHazelcastInstance().getCluster().getLocalMember().getSocketAddress();
        MemberAddress address = new MemberAddress(
                cluster.name(),
                socket.getAddress().getHostAddress() + ":" + socket.getPort(),
                manager.getNodeInfo().host() + ":" + manager.getNodeInfo().port(),
                cluster.tls().isPresent());
        return new HazelcastMembership(manager, self, address);
    }

    Config hazelcast() {
        return hazelcast;
    }

    /** Says which setting is at fault where the failure to enter does not. */
    Throwable explained(Throwable fault) {
        String why = String.valueOf(fault.getMessage());
        if (cluster.busPort() > 0 && why.contains("in use")) {
            return new MeshException(
                    FailureCode.FATAL,
                    "port " + cluster.busPort() + " on " + host
                            + " is in use; free it, or choose another with the setting "
                            + ClusterConfig.BUS_PORT.key());
        }
        return fault;
    }
}
