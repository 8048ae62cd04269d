package io.mediamesh.cluster.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A client of a gateway's published ports. */
final class GatewayClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Duration START_LIMIT = Duration.ofSeconds(150);
    private static final Duration EVENT_LIMIT = Duration.ofSeconds(60);
    private static final String BOUNDARY = "part-of-the-form";

    private final int port;

    GatewayClient(int port) {
        this.port = port;
    }

    URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + port + path);
    }

    /** Waits until every service of the mesh says that it can do its work. */
    void awaitHealth() {
        Await.until("every service is healthy", START_LIMIT, () -> {
            try {
                return get("/health").statusCode() == 200 && services() == Images.SERVICES.size();
            } catch (UncheckedIOException notYet) {
                return false;
            }
        });
    }

    private long services() {
        return members()
                .flatMap(member -> member.getJsonArray("services").stream())
                .distinct()
                .count();
    }

    /** The members of the mesh. */
    Stream<JsonObject> members() {
        return json(get("/api/v1/cluster")).getJsonArray("members").stream().map(JsonObject.class::cast);
    }

    HttpResponse<byte[]> get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    /** The JSON answer to a request with JSON, which must have this status. */
    JsonObject send(String method, String path, JsonObject body, int status) {
        HttpResponse<byte[]> answer =
                send(method, path, BodyPublishers.ofString(body.encode()), "Content-Type", "application/json");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        return json(answer);
    }

    /** The JSON answer to a form of texts and, named image, a picture, which must be accepted. */
    JsonObject form(String path, Map<String, String> texts, byte[] image) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        texts.forEach((name, text) -> form.writeBytes(utf8("--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n")));
        if (image.length > 0) {
            form.writeBytes(utf8("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"image\";"
                    + " filename=\"image.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"));
            form.writeBytes(image);
            form.writeBytes(utf8("\r\n"));
        }
        form.writeBytes(utf8("--" + BOUNDARY + "--\r\n"));
        HttpResponse<byte[]> answer = send(
                "POST",
                path,
                BodyPublishers.ofByteArray(form.toByteArray()),
                "Content-Type",
                "multipart/form-data; boundary=" + BOUNDARY);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return json(answer);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("http", path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(text(answer));
    }

    /** Reads Server-Sent Events until the data of one is as wanted, and returns it. */
    JsonObject awaitEvent(String path, Predicate<JsonObject> wanted) {
        return CompletableFuture.supplyAsync(() -> readEvent(path, wanted))
                .orTimeout(EVENT_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private JsonObject readEvent(String path, Predicate<JsonObject> wanted) {
        HttpRequest request = HttpRequest.newBuilder(uri("http", path))
                .header("Accept", "text/event-stream")
                .build();
        try (Stream<String> lines = HTTP.send(request, BodyHandlers.ofLines()).body()) {
            return lines.filter(line -> line.startsWith("data:"))
                    .map(line -> new JsonObject(line.substring("data:".length())))
                    .filter(wanted)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the events of " + path + " ended without the one wanted"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Opens a WebSocket that keeps its messages. */
    Socket socket(String path) {
        return Socket.open(HTTP, uri("ws", path));
    }
}
