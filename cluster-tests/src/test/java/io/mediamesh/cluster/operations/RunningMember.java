package io.mediamesh.cluster.operations;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The whole product as one process of a cluster, reached over HTTP. */
final class RunningMember implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final Process process;
    private final int port;
    private final Path log;

    private RunningMember(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts one; {@link #awaitReady()} waits for it. */
    static RunningMember start(Path folder, String name, Map<String, String> settings) throws IOException {
        int port = freePort();
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(javaCommand("up"))
                .directory(folder.toFile())
                .redirectErrorStream(false)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.startsWith("MEDIAMESH_"));
        environment.put("MEDIAMESH_NODE_NAME", name);
        environment.put("MEDIAMESH_GATEWAY_HTTP_PORT", String.valueOf(port));
        environment.put("MEDIAMESH_GATEWAY_HTTP_EXTRA_PORTS", "");
        for (String protocol : List.of("WEBSOCKET", "TCP", "UDP", "SSE")) {
            environment.put("MEDIAMESH_AUDIO_" + protocol + "_PORT", "off");
        }
        environment.put("MEDIAMESH_DATA_DIR", folder.resolve(name).toString());
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.putAll(settings);
        return new RunningMember(builder.start(), port, log);
    }

    /** The command of the product with these arguments, as a process of its own. */
    static List<String> javaCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseZGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dlogback.configurationFile=logback.xml",
                "io.mediamesh.standalone.StandaloneMain"));
        command.addAll(List.of(arguments));
        return command;
    }

    void awaitReady() {
        Await.until("it is ready; its log is " + log, LIMIT, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("it ended: " + log());
            }
            return get("/health").map(answer -> answer.statusCode() == 200).orElse(false);
        });
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    JsonObject json(String path) {
        return new JsonObject(text(path));
    }

    String text(String path, String... headers) {
        HttpResponse<String> answer = get(path, headers).orElseThrow(() -> new AssertionError("no answer"));
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    int put(String path, JsonObject body) {
        return send(HttpRequest.newBuilder(URI.create(url() + path.substring(1)))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body.encode())))
                .orElseThrow(() -> new AssertionError("no answer"))
                .statusCode();
    }

    private Optional<HttpResponse<String>> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path.substring(1)));
        for (int index = 0; index < headers.length; index += 2) {
            request.header(headers[index], headers[index + 1]);
        }
        return send(request);
    }

    private static Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
        try {
            return Optional.of(HTTP.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString()));
        } catch (IOException notThere) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** What it wrote to its log so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Ends it with SIGTERM and waits for that. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(25, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }
}
