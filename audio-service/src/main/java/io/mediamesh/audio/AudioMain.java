package io.mediamesh.audio;

import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.mesh.NodeLauncher;
import java.util.List;

/** Runs the audio service as a process of its own in a cluster; the argument is the settings file. */
public final class AudioMain {
    private AudioMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        NodeLauncher.run(arguments, List.of(new AudioService()), PictureCodec.NONE);
    }
}
