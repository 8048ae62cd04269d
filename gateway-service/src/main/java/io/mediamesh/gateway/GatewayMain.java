package io.mediamesh.gateway;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.NodeLauncher;
import java.util.List;

/** The gateway as a process of its own. */
public final class GatewayMain {
    private GatewayMain() {}

    /** Joins the mesh and serves until the process is asked to end. */
    public static void main(String[] arguments) {
        NodeLauncher.run(arguments, List.of(new GatewayService()), new OpenCvPictureCodec());
    }
}
