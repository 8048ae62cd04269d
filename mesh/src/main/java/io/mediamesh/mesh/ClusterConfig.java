package io.mediamesh.mesh;

import java.util.List;

/**
 * How a process joins others.
 *
 * @param enabled whether it does at all; without a cluster all services run in one process on a local bus
 * @param name clusters with different names do not see each other
 * @param host the address of this machine on the network that only members can reach
 * @param port first port of the membership protocol; the next free one is taken
 * @param members where to look for others, each {@code host} or {@code host:port}
 */
public record ClusterConfig(boolean enabled, String name, String host, int port, List<String> members) {
    static final Setting<Boolean> ENABLED =
            Setting.flag("cluster.enabled", false, "Join other processes of the mesh instead of working alone.");
    static final Setting<String> NAME =
            Setting.text("cluster.name", "mediamesh", "Clusters with different names do not see each other.");
    static final Setting<String> HOST = Setting.text(
            "cluster.host",
            "127.0.0.1",
            "Address of this machine on the network of the members. Whoever reaches it can join, so that network"
                    + " must be private.");
    static final Setting<Integer> PORT =
            Setting.integer("cluster.port", 5701, 1024, 65_535, "First port of the membership protocol.");
    static final Setting<List<String>> MEMBERS =
            Setting.words("cluster.members", "127.0.0.1", "Where to look for other members, host or host:port.");

    /** All settings of the cluster. */
    public static List<Setting<?>> all() {
        return List.of(ENABLED, NAME, HOST, PORT, MEMBERS);
    }

    /** The values in force. */
    public static ClusterConfig of(Settings settings) {
        return new ClusterConfig(
                settings.get(ENABLED),
                settings.get(NAME),
                settings.get(HOST),
                settings.get(PORT),
                settings.get(MEMBERS));
    }
}
