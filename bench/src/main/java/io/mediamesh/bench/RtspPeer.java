package io.mediamesh.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A real RTSP server with a picture as H.264 and a tone as AAC, run by {@code tools/rtsp-server}. */
record RtspPeer(Child child, String url) implements AutoCloseable {
    private static final long BUILD_SECONDS = 300;

    /** Builds it where it is not there yet, and waits until it plays. */
    static RtspPeer start(Lab lab) throws IOException, InterruptedException {
        String program = lab.root().resolve("tools/rtsp-server").toString();
        try (Child build = Child.silent(lab, "rtsp-server-build", List.of(program, "build"), Map.of())) {
            build.expectSuccess(BUILD_SECONDS);
        }
        int port = Lab.freePort();
        Child server = Child.talking(lab, "rtsp-server", List.of(program, "start", String.valueOf(port)), Map.of());
        while (!server.expectLine().equals("READY")) {
            lab.pause(1);
        }
        return new RtspPeer(server, "rtsp://127.0.0.1:" + port + "/test");
    }

    @Override
    public void close() {
        child.close();
    }
}
