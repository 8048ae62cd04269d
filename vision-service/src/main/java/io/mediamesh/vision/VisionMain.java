package io.mediamesh.vision;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ServiceProcess;

/** Runs the vision service as a process of its own in a cluster. */
public final class VisionMain {
    private VisionMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        ServiceProcess.run(arguments, new VisionService(), new OpenCvPictureCodec());
    }
}
