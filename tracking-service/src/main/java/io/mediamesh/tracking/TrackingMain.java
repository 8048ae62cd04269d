package io.mediamesh.tracking;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ServiceProcess;

/** Runs the tracking service as a process of its own in a cluster. */
public final class TrackingMain {
    private TrackingMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        ServiceProcess.run(arguments, new TrackingService(), new OpenCvPictureCodec());
    }
}
