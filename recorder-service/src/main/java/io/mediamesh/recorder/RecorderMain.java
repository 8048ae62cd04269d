package io.mediamesh.recorder;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ServiceProcess;

/** Runs the recorder service as a process of its own in a cluster. */
public final class RecorderMain {
    private RecorderMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        ServiceProcess.run(arguments, new RecorderService(), new OpenCvPictureCodec());
    }
}
