package io.mediamesh.vision;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.NodeLauncher;
import java.util.List;

/** Runs the vision service as a process of its own in a cluster; the argument is the settings file. */
public final class VisionMain {
    private VisionMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        NodeLauncher.run(arguments, List.of(new VisionService()), new OpenCvPictureCodec());
    }
}
