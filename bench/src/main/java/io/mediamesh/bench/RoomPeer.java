package io.mediamesh.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A real LiveKit server, run by {@code tools/livekit-server}, and somebody in its rooms on LiveKit's own SDK. */
record RoomPeer(Child server, int port) implements AutoCloseable {
    static final String KEY = "devkey";
    static final String SECRET = "secret-of-the-tests-of-mediamesh";

    private static final String GUEST = "ingest-service/src/test/resources/io/mediamesh/ingest/livekit/publisher.py";
    private static final long BUILD_SECONDS = 600;

    /** Builds it where it is not there yet, and waits until it listens. */
    static RoomPeer start(Lab lab) throws IOException, InterruptedException {
        String program = lab.root().resolve("tools/livekit-server").toString();
        try (Child build = Child.silent(lab, "livekit-server-build", List.of(program, "build"), Map.of())) {
            build.expectSuccess(BUILD_SECONDS);
        }
        int port = Lab.freePort();
        Child server = Child.talking(lab, "livekit-server", List.of(program, "run", String.valueOf(port)), Map.of());
        while (!server.expectLine().equals("READY")) {
            lab.pause(1);
        }
        return new RoomPeer(server, port);
    }

    String url() {
        return "ws://127.0.0.1:" + port;
    }

    /** Somebody who shows and plays something in a room until closed. */
    Child guest(Lab lab, String room) throws IOException, InterruptedException {
        Child guest = Child.talking(
                lab,
                "guest",
                List.of(
                        lab.python().toString(),
                        "-u",
                        lab.root().resolve(GUEST).toString(),
                        url(),
                        KEY,
                        SECRET,
                        room,
                        "guest"),
                Map.of());
        for (String line : List.of("join", "video 640 480", "audio")) {
            guest.tell(line);
            String answer = guest.expectLine();
            if (answer.startsWith("failed")) {
                throw guest.failure("said " + answer);
            }
        }
        return guest;
    }

    @Override
    public void close() {
        server.close();
    }
}
