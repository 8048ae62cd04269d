package io.mediamesh.testkit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real LiveKit server, run by {@code tools/livekit-server}; its log is in the module's {@code target}. */
public final class LiveKitServer implements AutoCloseable {
    /** The only API key. */
    public static final String KEY = "devkey";
    /** The secret of the API key. */
    public static final String SECRET = "secret-of-the-tests-of-mediamesh";

    private static final int ATTEMPTS = 5;
    private static final int PORTS = 3;

    private final int port;
    private final List<String> arguments;
    private Process process;

    private LiveKitServer(int port, List<String> arguments, Process process) {
        this.port = port;
        this.arguments = arguments;
        this.process = process;
    }

    /**
     * Starts it and waits until it listens; the test is skipped with the reason where it can't be built.
     *
     * @param arguments what the server's own command takes, for example {@code --rtc.force_tcp}
     */
    public static LiveKitServer start(String... arguments) {
        build();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            int port = unusedPorts();
            Process process = launch(port, List.of(arguments));
            if (isReady(process)) {
                return new LiveKitServer(port, List.of(arguments), process);
            }
        }
        throw new AssertionError("the LiveKit server did not start; its log is " + log());
    }

    private static void build() {
        try {
            Process build = new ProcessBuilder(program(), "build")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Assumptions.assumeTrue(
                    build.waitFor(10, TimeUnit.MINUTES) && build.exitValue() == 0,
                    "the LiveKit server does not build here; see the message of tools/livekit-server");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static String program() {
        return Checkout.root().resolve("tools/livekit-server").toString();
    }

    private static File log() {
        return Path.of("target/livekit-server.log").toFile();
    }

    /** The first of three in a row; the next two are its own, too, and somebody may have them. */
    private static int unusedPorts() {
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

    private static Process launch(int port, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program(), "run", String.valueOf(port)));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log()))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until it listens; false when it ends instead. */
    private static boolean isReady(Process process) {
        try {
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("READY")) {
                    return process.isAlive();
                }
            }
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Where its signalling listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** For other clients. */
    public String url() {
        return "ws://127.0.0.1:" + port;
    }

    /** A room as a source. */
    public String room(String name) {
        return room(KEY, SECRET, name);
    }

    /** A room as a source, with other credentials. */
    public String room(String key, String secret, String name) {
        return "livekit://" + key + ":" + secret + "@127.0.0.1:" + port + "/" + name;
    }

    /** Ends it as a power cut would. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it anew at the same port. */
    public void restart() {
        process = launch(port, arguments);
        if (!isReady(process)) {
            throw new AssertionError("the LiveKit server did not start again; its log is " + log());
        }
    }

    /** It stands still, with its connections open. */
    public void freeze() {
        signal("-STOP");
    }

    /** Goes on after {@link #freeze}. */
    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill " + signal + " failed");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** The identities of all who are in the room, the hidden ones too. */
    public List<String> participants(String room) {
        return stays(room).map(stay -> stay.getString("identity")).toList();
    }

    /** The names of all tracks that are published in the room, in no order. */
    public List<String> tracks(String room) {
        return stays(room)
                .flatMap(stay -> stay.getJsonArray("tracks", new JsonArray()).stream())
                .map(track -> ((JsonObject) track).getString("name"))
                .toList();
    }

    private Stream<JsonObject> stays(String room) {
        return ask("ListParticipants", new JsonObject().put("room", room), room)
                .getJsonArray("participants", new JsonArray())
                .stream()
                .map(JsonObject.class::cast);
    }

    /** Those of them that are mediamesh's. */
    public List<String> ours(String room) {
        return participants(room).stream()
                .filter(identity -> identity.startsWith("mediamesh-"))
                .toList();
    }

    /** Ends a room for all who are in it. */
    public void deleteRoom(String room) {
        ask("DeleteRoom", new JsonObject().put("room", room), room);
    }

    /** Sends somebody away. */
    public void removeParticipant(String room, String identity) {
        ask("RemoveParticipant", new JsonObject().put("room", room).put("identity", identity), room);
    }

    /** Whether it would let somebody in with this token. */
    public boolean takes(String token) {
        return send(HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + port + "/rtc/validate?access_token=" + token))
                                .build())
                        .statusCode()
                == 200;
    }

    /** The server's own API (Twirp with JSON). */
    private JsonObject ask(String method, JsonObject body, String room) {
        JsonObject grants = new JsonObject()
                .put("roomAdmin", true)
                .put("room", room)
                .put("roomCreate", true)
                .put("roomList", true);
        HttpResponse<String> answer = send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/twirp/livekit.RoomService/" + method))
                        .header("Authorization", "Bearer " + LiveKitToken.of("test", grants))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                        .build());
        if (answer.statusCode() == 404) {
            return new JsonObject();
        }
        if (answer.statusCode() != 200) {
            throw new AssertionError(method + ": " + answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
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
