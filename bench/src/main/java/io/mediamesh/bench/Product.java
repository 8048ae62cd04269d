package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** mediamesh as a process of its own, with all its services, on ports and with data of its own. */
final class Product implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 50;

    private final Lab lab;
    private final Child child;
    private final int port;
    private final int soundPort;
    private final HttpClient http = HttpClient.newHttpClient();

    private Product(Lab lab, Child child, int port, int soundPort) {
        this.lab = lab;
        this.child = child;
        this.port = port;
        this.soundPort = soundPort;
    }

    /**
     * Starts it and waits until it is ready. It knows one stream, which nobody watches: the test picture.
     *
     * @param settings environment variables over the benchmark's own
     */
    static Product ready(Lab lab, Map<String, String> settings) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(jvm());
        command.add("io.mediamesh.standalone.StandaloneMain");
        command.add("up");
        Product product = start(lab, command, settings);
        try {
            product.awaitReady();
        } catch (IOException | InterruptedException | RuntimeException failure) {
            product.close();
            throw failure;
        }
        return product;
    }

    /** Starts it by the command that people use, and does not wait. */
    static Product byCommand(Lab lab, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(lab.root().resolve("mediamesh").toString());
        command.add("up");
        command.addAll(List.of(arguments));
        return start(lab, command, Map.of());
    }

    private static Product start(Lab lab, List<String> command, Map<String, String> settings) throws IOException {
        int port = Lab.freePort();
        int soundPort = Lab.freePort();
        Map<String, String> environment = new HashMap<>();
        environment.put("MEDIAMESH_GATEWAY_HTTP_PORT", String.valueOf(port));
        environment.put("MEDIAMESH_GATEWAY_HTTP_EXTRA_PORTS", "");
        environment.put("MEDIAMESH_AUDIO_WEBSOCKET_PORT", String.valueOf(soundPort));
        environment.put("MEDIAMESH_AUDIO_TCP_PORT", "off");
        environment.put("MEDIAMESH_AUDIO_UDP_PORT", "off");
        environment.put("MEDIAMESH_AUDIO_SSE_PORT", "off");
        environment.put(
                "MEDIAMESH_DATA_DIR", lab.scratch().resolve("data-" + port).toString());
        environment.putAll(settings);
        return new Product(lab, Child.silent(lab, "mediamesh", command, environment), port, soundPort);
    }

    /** A JVM as this one: the same Java, flags and class path. */
    static List<String> jvm() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator)));
        return command;
    }

    long pid() {
        return child.pid();
    }

    int port() {
        return port;
    }

    /** Where analyses of sound come over WebSockets. */
    int soundPort() {
        return soundPort;
    }

    /** Where WebRTC clients post their offers. */
    String offerUrl() {
        return "http://127.0.0.1:" + port + "/offer";
    }

    /** Fails with the end of the product's log when it is no longer there. */
    void expectAlive() {
        if (!child.isAlive()) {
            throw child.failure("ended by itself");
        }
    }

    /** The path of the WebSocket of a topic. */
    static String topicPath(String stream, String topic) {
        return "/api/v1/streams/" + stream + "/topics/" + topic;
    }

    /** Describes a stream, which stays closed until somebody watches it. */
    void putStream(String id, String url) throws IOException, InterruptedException {
        putStream(id, url, false);
    }

    /** The same for a source with an end, which may begin anew there. */
    void putStream(String id, String url, boolean loop) throws IOException, InterruptedException {
        JsonObject source = new JsonObject().put("url", url).put("loop", loop);
        send("PUT", "/api/v1/streams/" + id, new JsonObject().put("source", source), 201);
    }

    /** Begins to record topics of a stream; returns the id of the recording. */
    String record(String stream, String... topics) throws IOException, InterruptedException {
        JsonObject what = new JsonObject().put("topics", List.of(topics)).put("events", false);
        return send("POST", "/api/v1/streams/" + stream + "/recordings", what, 201)
                .getString("id");
    }

    /** Ends a recording. */
    void stopRecording(String recording) throws IOException, InterruptedException {
        send("POST", "/api/v1/recordings/" + recording + "/stop", new JsonObject(), 200);
    }

    /** Brings a file of a recording, below the scratch folder. */
    Path fetch(String recording, String file) throws IOException, InterruptedException {
        HttpRequest request =
                request("/api/v1/recordings/" + recording + "/" + file).build();
        HttpResponse<Path> answer = http.send(
                request, HttpResponse.BodyHandlers.ofFile(lab.scratch().resolve(recording + "-" + file)));
        if (answer.statusCode() != 200) {
            throw child.failure("answered " + answer.statusCode() + " to GET " + request.uri());
        }
        return answer.body();
    }

    /** Opens a room of the LiveKit server; returns when it was joined. */
    void startSession(String room) throws IOException, InterruptedException {
        send("POST", "/api/live-sessions/start", new JsonObject().put("room_name", room), 200);
    }

    /** Closes a room. */
    void stopSession(String room) throws IOException, InterruptedException {
        send("POST", "/api/live-sessions/stop", new JsonObject().put("room_name", room), 200);
    }

    /** Begins to follow objects in these boxes of a JPEG; returns the session. */
    String startTracking(byte[] picture, String boxes) throws IOException, InterruptedException {
        return upload("/stream/start", "bboxes", boxes, picture).getString("session_id");
    }

    /** Follows them in the next one. */
    void track(String session, byte[] picture) throws IOException, InterruptedException {
        upload("/stream/frame", "session_id", session, picture);
    }

    private JsonObject upload(String path, String field, String value, byte[] picture)
            throws IOException, InterruptedException {
        String boundary = "----bench";
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + field + "\"\r\n\r\n" + value
                        + "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"image\";"
                        + " filename=\"frame.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        form.writeBytes(picture);
        form.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        HttpRequest request = request(path)
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                .build();
        return expect(request, 200);
    }

    private JsonObject send(String method, String path, JsonObject body, int expected)
            throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        return expect(request, expected);
    }

    private JsonObject expect(HttpRequest request, int expected) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw child.failure("answered " + answer.statusCode() + " to " + request.method() + " " + request.uri()
                    + ": " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        HttpRequest request = request("/health/ready").build();
        String last = "nothing";
        while (System.nanoTime() < deadline) {
            expectAlive();
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (IOException notYet) {
                last = String.valueOf(notYet.getMessage());
            }
            lab.pause(POLL_MILLIS);
        }
        throw child.failure("was not ready within " + PATIENCE.toSeconds() + " s: " + last);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        child.close();
        http.close();
    }
}
