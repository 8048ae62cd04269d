package io.mediamesh.mesh;

import java.util.List;
import java.util.Optional;

/**
 * How a process joins others.
 *
 * @param enabled whether it does at all; without a cluster all services run in one process on a local bus
 * @param name clusters with different names do not see each other
 * @param host the address of this machine on the network that only members can reach; {@code auto} finds it
 * @param port first port of the membership protocol; the next free one is taken
 * @param busPort port of the event bus; 0 lets the system choose
 * @param members where to look for others, each {@code host} or {@code host:port}
 * @param tls what proves membership on the event bus; empty for a bus without TLS
 */
public record ClusterConfig(
        boolean enabled,
        String name,
        String host,
        int port,
        int busPort,
        List<String> members,
        Optional<ClusterTls> tls) {
    static final Setting<Boolean> ENABLED =
            Setting.flag("cluster.enabled", false, "Join other processes of the mesh instead of working alone.");
    static final Setting<String> NAME =
            Setting.text("cluster.name", "mediamesh", "Clusters with different names do not see each other.");
    static final Setting<String> HOST = Setting.text(
            "cluster.host",
            "127.0.0.1",
            "Address of this machine on the network of the members, or auto for the one from which the members are"
                    + " reached. Whoever reaches it can join, so that network must be private.");
    static final Setting<Integer> PORT =
            Setting.integer("cluster.port", 5701, 1024, 65_535, "First port of the membership protocol.");
    static final Setting<Integer> BUS_PORT = Setting.integer(
            "cluster.bus_port",
            0,
            0,
            65_535,
            "Port of the event bus between members; 0 lets the system choose. A fixed one is what firewalls need.");
    static final Setting<List<String>> MEMBERS = new Setting<>(
            "cluster.members",
            "list of host or host:port",
            "127.0.0.1",
            "Where to look for other members. A name stands for all addresses that it has, looked up anew again and"
                    + " again, so that one name can stand for members that come and go.",
            "",
            false,
            MemberAddresses::words);

    /** All settings of the cluster. */
    public static List<Setting<?>> all() {
        return List.of(
                ENABLED, NAME, HOST, PORT, BUS_PORT, MEMBERS, ClusterTls.CERTIFICATE, ClusterTls.KEY, ClusterTls.TRUST);
    }

    /**
     * The values in force.
     *
     * @throws io.mediamesh.contracts.MeshException when only a part of what TLS needs is set
     */
    public static ClusterConfig of(Settings settings) {
        return new ClusterConfig(
                settings.get(ENABLED),
                settings.get(NAME),
                settings.get(HOST),
                settings.get(PORT),
                settings.get(BUS_PORT),
                settings.get(MEMBERS),
                ClusterTls.of(settings));
    }
}
