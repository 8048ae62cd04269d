package io.mediamesh.ingest.livekit;

import io.livekit.server.AccessToken;
import io.livekit.server.RoomAdmin;
import io.livekit.server.RoomCreate;
import io.livekit.server.RoomList;
import io.livekit.server.RoomName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real LiveKit server, through {@code tools/livekit-server}; skips the test where it can't run. */
final class LiveKitServer implements AutoCloseable {
    static final String KEY = "devkey";
    static final String SECRET = "secret-of-the-tests-of-mediamesh";

    private static final Path SCRIPT = Path.of("").toAbsolutePath().resolveSibling("tools/livekit-server");
    private static final Path LOG = Path.of("target/livekit-server.log");
    private static final int PORTS = 3;

    private final int port;
    private Process process;

    private LiveKitServer(int port) {
        this.port = port;
        this.process = run();
    }

    static LiveKitServer start() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(SCRIPT), SCRIPT + " is not here");
        Process build = new ProcessBuilder(SCRIPT.toString(), "build")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!build.waitFor(10, TimeUnit.MINUTES) || build.exitValue() != 0) {
            Assumptions.abort("the LiveKit server does not build here; see the message of tools/livekit-server above");
        }
        return new LiveKitServer(unusedPorts());
    }

    /** The first of three in a row that nobody listens to. */
    private static int unusedPorts() throws IOException {
        while (true) {
            try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket second =
                            new ServerSocket(first.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
                if (second.getLocalPort() + PORTS < 65_535) {
                    return first.getLocalPort();
                }
            } catch (IOException taken) {
                // The next pair may be free.
            }
        }
    }

    private Process run() {
        try {
            Process started = new ProcessBuilder(SCRIPT.toString(), "run", String.valueOf(port))
                    .redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                    .start();
            BufferedReader output = started.inputReader();
            if (!"READY".equals(output.readLine())) {
                throw new IllegalStateException("the LiveKit server did not start");
            }
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int port() {
        return port;
    }

    /** For other clients. */
    String webSocketUrl() {
        return "ws://127.0.0.1:" + port;
    }

    /** A room as a source. */
    String room(String name) {
        return room(KEY, SECRET, name);
    }

    String room(String key, String secret, String name) {
        return "livekit://" + key + ":" + secret + "@127.0.0.1:" + port + "/" + name;
    }

    /** Ends it as a power cut would. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void restart() {
        process = run();
    }

    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (result != 0) {
            throw new IllegalStateException("kill " + signal + " failed");
        }
    }

    /** The identities of all who are in the room, the hidden ones too. */
    List<String> participants(String room) {
        JsonArray found = ask("ListParticipants", new JsonObject().put("room", room), room)
                .getJsonArray("participants", new JsonArray());
        return found.stream()
                .map(each -> ((JsonObject) each).getString("identity"))
                .toList();
    }

    /** Those of them that are ours. */
    List<String> ours(String room) {
        return participants(room).stream()
                .filter(identity -> identity.startsWith("mediamesh-"))
                .toList();
    }

    void deleteRoom(String room) {
        ask("DeleteRoom", new JsonObject().put("room", room), room);
    }

    void removeParticipant(String room, String identity) {
        ask("RemoveParticipant", new JsonObject().put("room", room).put("identity", identity), room);
    }

    /** The server's own API (Twirp with JSON). */
    private JsonObject ask(String method, JsonObject body, String room) {
        AccessToken token = new AccessToken(KEY, SECRET);
        token.addGrants(new RoomAdmin(true), new RoomName(room), new RoomCreate(true), new RoomList(true));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/twirp/livekit.RoomService/" + method))
                .header("Authorization", "Bearer " + token.toJwt())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 404) {
                return new JsonObject();
            }
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(method + ": " + answer.statusCode() + " " + answer.body());
            }
            return new JsonObject(answer.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
