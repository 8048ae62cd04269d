package io.mediamesh.tracking;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.NodeLauncher;
import java.util.List;

/** Runs the tracking service as a process of its own in a cluster; the argument is the settings file. */
public final class TrackingMain {
    private TrackingMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        NodeLauncher.run(arguments, List.of(new TrackingService()), new OpenCvPictureCodec());
    }
}
