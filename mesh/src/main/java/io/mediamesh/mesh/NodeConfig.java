package io.mediamesh.mesh;

import java.util.List;

/** The settings of every process of the product. */
public final class NodeConfig {
    static final Setting<String> NAME = Setting.text(
            "node.name",
            "",
            "Name of this process for people; by default its service, or mediamesh where it has several.");
    /** Where everything durable goes. */
    public static final Setting<String> DATA_DIR = Setting.text(
            "data.dir", "data", "Folder of everything that survives a restart; relative to the working folder.");

    private NodeConfig() {}

    /** All settings of a node. */
    public static List<Setting<?>> all() {
        return List.of(NAME, DATA_DIR, ProbeServer.HOST, ProbeServer.PORT);
    }

    /** The version of the product, as its jars say. */
    public static String version() {
        String version = NodeConfig.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
