package io.mediamesh.gateway;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ServiceProcess;

/** The gateway as a process of its own. */
public final class GatewayMain {
    private GatewayMain() {}

    /** Joins the mesh and serves until the process is asked to end. */
    public static void main(String[] arguments) {
        ServiceProcess.run(arguments, new GatewayService(), new OpenCvPictureCodec());
    }
}
