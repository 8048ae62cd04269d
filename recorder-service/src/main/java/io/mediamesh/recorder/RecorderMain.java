package io.mediamesh.recorder;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.NodeLauncher;
import java.util.List;

/** Runs the recorder service as a process of its own in a cluster; the argument is the settings file. */
public final class RecorderMain {
    private RecorderMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        NodeLauncher.run(arguments, List.of(new RecorderService()), new OpenCvPictureCodec());
    }
}
