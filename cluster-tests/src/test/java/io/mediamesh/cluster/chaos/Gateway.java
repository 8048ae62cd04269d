package io.mediamesh.cluster.chaos;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

    /** The name of the member that produces a topic. */
    Optional<String> producer(String topic) {
        Answer topics = get("/api/v1/topics");
        if (topics.status() != 200) {
            return Optional.empty();
        }
        return topics.json().getJsonArray("topics").stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.encode().contains("\"" + topic + "\""))
                .map(one -> one.getString("member"))
                .flatMap(id -> get("/api/v1/cluster").json().getJsonArray("members").stream()
                        .map(JsonObject.class::cast)
                        .filter(member -> member.getString("id").equals(id))
                        .map(member -> member.getString("name")))
                .findFirst();
    }

    /** Waits until somebody produces the topic, and says who. */
    String awaitProducer(String topic) {
        return Await.until("a producer of " + topic, () -> producer(topic), Optional::isPresent)
                .orElseThrow();
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
