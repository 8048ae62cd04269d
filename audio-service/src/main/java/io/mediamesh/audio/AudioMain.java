package io.mediamesh.audio;

import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.mesh.ServiceProcess;

/** Runs the audio service as a process of its own in a cluster. */
public final class AudioMain {
    private AudioMain() {}

    /** Starts the node. */
    public static void main(String[] arguments) {
        ServiceProcess.run(arguments, new AudioService(), PictureCodec.NONE);
    }
}
