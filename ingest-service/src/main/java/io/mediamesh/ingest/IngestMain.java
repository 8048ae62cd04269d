package io.mediamesh.ingest;

import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ServiceProcess;

/** Runs the ingest service as a member of the mesh. */
public final class IngestMain {
    private IngestMain() {}

    /** Blocks until the process is told to stop. */
    public static void main(String[] arguments) {
        ServiceProcess.run(arguments, new IngestService(), new OpenCvPictureCodec());
    }
}
