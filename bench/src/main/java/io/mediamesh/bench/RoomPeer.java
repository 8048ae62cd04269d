package io.mediamesh.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A real LiveKit server, run by {@code tools/livekit-server}, and somebody in its rooms on LiveKit's own SDK. */
record RoomPeer(Child server, int port) implements AutoCloseable {
    static final String KEY = "devkey";
    static final String SECRET = "secret-of-the-tests-of-mediamesh";

    private static final String GUEST = "testkit/src/main/resources/io/mediamesh/testkit/room-guest.py";
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

    /** Settings of a product whose live sessions are here. */
    Map<String, String> settings() {
        return Map.of("LIVEKIT_URL", url(), "LIVEKIT_API_KEY", KEY, "LIVEKIT_API_SECRET", SECRET);
    }

    /** Somebody in a room until closed, who has done what the lines say; see {@code room-guest.py}. */
    Child guest(Lab lab, String room, String identity, String... lines) throws IOException, InterruptedException {
        List<String> command = PythonPeers.command(lab, GUEST);
        command.addAll(List.of(url(), KEY, SECRET, room, identity));
        Child guest = Child.talking(lab, identity, command, Map.of());
        try {
            ask(guest, "join");
            for (String line : lines) {
                ask(guest, line);
            }
            return guest;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            guest.close();
            throw failure;
        }
    }

    /** What a guest says when it has done what the line says. */
    static String ask(Child guest, String line) throws IOException, InterruptedException {
        guest.tell(line);
        String answer = guest.expectLine();
        if (answer.startsWith("failed")) {
            throw guest.failure("said " + answer);
        }
        return answer.substring(answer.indexOf(' ') + 1);
    }

    @Override
    public void close() {
        server.close();
    }
}
