package io.mediamesh.cluster.chaos;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** A gateway as its clients see it. */
record Gateway(String name, String address) {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** A status and a body; status 0 where nobody answered. */
    record Answer(int status, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }

        /** The JSON of an answer that must have this status. */
        JsonObject expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError(status + " " + body);
            }
            return body.isEmpty() ? new JsonObject() : json();
        }
    }

    Answer get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    Answer put(String path, JsonObject body) {
        return send("PUT", path, BodyPublishers.ofString(body.encode()));
    }

    Answer post(String path, JsonObject body) {
        return send("POST", path, BodyPublishers.ofString(body.encode()));
    }

    Answer delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(Duration.ofSeconds(15))
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException nobody) {
            return new Answer(0, String.valueOf(nobody.getMessage()));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** A picture of a stream as JPEG. */
    byte[] snapshot(String stream) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + address + "/api/v1/streams/" + stream + "/snapshot.jpg"))
                .timeout(Duration.ofSeconds(15))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofByteArray()).body();
        } catch (IOException nobody) {
            throw new UncheckedIOException(nobody);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    URI socket(String path) {
        return URI.create("ws://" + address + path);
    }

    /** Puts a stream, which must be new. */
    void putStream(String id, String url) {
        put("/api/v1/streams/" + id, new JsonObject().put("source", new JsonObject().put("url", url)))
                .expect(201);
    }

    /** Names of the members that it sees. */
    List<String> members() {
        Answer answer = get("/api/v1/cluster");
        return answer.status() != 200
                ? List.of()
                : answer.json().getJsonArray("members").stream()
                        .map(member -> ((JsonObject) member).getString("name"))
                        .sorted()
                        .toList();
    }

    /** The names of the members that produce a topic; more than one would be a defect. */
    List<String> producers(String stream, String topic) {
        Answer topics = get("/api/v1/topics");
        Answer cluster = get("/api/v1/cluster");
        if (topics.status() != 200 || cluster.status() != 200) {
            return List.of();
        }
        return topics.json().getJsonArray("topics").stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.getString("stream").equals(stream)
                        && one.getString("topic").equals(topic))
                .map(one -> one.getString("node"))
                .flatMap(id -> cluster.json().getJsonArray("members").stream()
                        .map(JsonObject.class::cast)
                        .filter(member -> member.getString("id").equals(id))
                        .map(member -> member.getString("name")))
                .toList();
    }

    /** Waits until somebody produces the topic, and says who. */
    String awaitProducer(String stream, String topic) {
        return Await.until(
                        "a producer of " + stream + "/" + topic,
                        () -> producers(stream, topic),
                        found -> found.size() == 1)
                .getFirst();
    }

    /** Begins a recording and gives its id. */
    String record(String stream) {
        return post(
                        "/api/v1/streams/" + stream + "/recordings",
                        new JsonObject().put("topics", List.of("video")).put("events", false))
                .expect(201)
                .getString("id");
    }

    @Override
    public String toString() {
        return name;
    }
}
