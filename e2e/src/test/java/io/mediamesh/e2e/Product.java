package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The product as a user runs it: a process of its own, reached over its ports only. */
final class Product implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final Process process;
    private final int port;
    private final Path log;

    private Product(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts it with these arguments of {@code up} and waits until it is ready. */
    static Product start(Path folder, Map<String, String> settings, String... arguments) {
        Product product = launch(folder, settings, arguments);
        Await.until("the product is ready; its log is " + product.log, Duration.ofSeconds(60), () -> {
            if (!product.process.isAlive()) {
                throw new AssertionError("the product ended: " + product.output());
            }
            return product.status("/health") == 200;
        });
        return product;
    }

    /** Starts it and waits for nothing. */
    static Product launch(Path folder, Map<String, String> settings, String... arguments) {
        return launchWithin(List.of(), folder, settings, arguments);
    }

    /** Starts it with a program before it, for example one that enters a network namespace, and waits for nothing. */
    static Product launchWithin(List<String> within, Path folder, Map<String, String> settings, String... arguments) {
        int port = freePort();
        List<String> command = new ArrayList<>(within);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseZGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dlogback.configurationFile=logback.xml",
                "io.mediamesh.standalone.StandaloneMain",
                "up"));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("product-" + port + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("MEDIAMESH_"));
        environment.put("MEDIAMESH_GATEWAY_HTTP_PORT", String.valueOf(port));
        environment.put("MEDIAMESH_GATEWAY_HTTP_EXTRA_PORTS", "");
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.putAll(AudioPorts.OFF);
        environment.put("MEDIAMESH_DATA_DIR", folder.resolve("data").toString());
        environment.put("MEDIAMESH_INGEST_ALLOW_PRIVATE_ADDRESSES", "true");
        environment.putAll(settings);
        try {
            return new Product(builder.start(), port, log);
        } catch (IOException noProcess) {
            throw new UncheckedIOException(noProcess);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    int port() {
        return port;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    String socketUrl(String path) {
        return "ws://127.0.0.1:" + port + path;
    }

    /** Everything that it wrote so far. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The exit status, once it has ended. */
    int exitStatus() {
        Await.until("the product ends", Duration.ofSeconds(40), () -> !process.isAlive());
        return process.exitValue();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        Tool.signal("KILL", pid());
        Await.until("the product is gone", Duration.ofSeconds(20), () -> !process.isAlive());
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    long pid() {
        return process.pid();
    }

    /** Threads of the process, those of native libraries included. */
    long threads() {
        return ofStatus("Threads:");
    }

    /** Memory in use outside the Java heap, without what the allocator only holds back for later. */
    long nativeKilobytes() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process trim = new ProcessBuilder(jcmd.toString(), String.valueOf(pid()), "System.trim_native_heap")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(trim.waitFor()).as("the exit code of jcmd").isZero();
        } catch (IOException noProcess) {
            throw new UncheckedIOException(noProcess);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        // The heap of ZGC is shared memory to the system, so it does not count here.
        return ofStatus("RssAnon:");
    }

    private long ofStatus(String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(pid()), "status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    /** Files and sockets that it has open. */
    long files() {
        try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(pid()), "fd"))) {
            return open.count();
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    /** The status of a GET, 0 while nobody listens. */
    int status(String path) {
        try {
            return send("GET", path, null).statusCode();
        } catch (UncheckedIOException nobody) {
            return 0;
        }
    }

    JsonObject getJson(String path) {
        return new JsonObject(new String(send("GET", path, null).body(), StandardCharsets.UTF_8));
    }

    /** The value of a metric without labels. */
    double metric(String name) {
        return text(get("/metrics"))
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no metric " + name));
    }

    HttpResponse<byte[]> get(String path) {
        return send("GET", path, null);
    }

    HttpResponse<byte[]> put(String path, Object body) {
        return send("PUT", path, body.toString());
    }

    HttpResponse<byte[]> post(String path, Object body) {
        return send("POST", path, body.toString());
    }

    /** The JSON answer to a POST, which must have this status. */
    JsonObject posted(String path, Object body, int status) {
        HttpResponse<byte[]> answer = post(path, body);
        if (answer.statusCode() != status) {
            throw new AssertionError(answer.statusCode() + " " + text(answer));
        }
        return new JsonObject(text(answer));
    }

    HttpResponse<byte[]> delete(String path) {
        return send("DELETE", path, null);
    }

    /** Puts a stream, which must be accepted. */
    void putStream(String id, String sourceUrl) {
        HttpResponse<byte[]> answer =
                put("/api/v1/streams/" + id, new JsonObject().put("source", new JsonObject().put("url", sourceUrl)));
        if (answer.statusCode() != 201 && answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + text(answer));
        }
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> send(String method, String path, @Nullable String body) {
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(path)))
                .timeout(Duration.ofSeconds(15))
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofByteArray());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
        }
    }
}
