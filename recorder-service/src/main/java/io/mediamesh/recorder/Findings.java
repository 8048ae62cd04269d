package io.mediamesh.recorder;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvents;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is known of a stream by its events, in short: of which topics there are how many, and which labels detectors
 * used, so that recordings can be searched by their manifests. Bounded. Not thread-safe.
 */
final class Findings {
    private static final int MOST_TOPICS = 100;
    private static final int MOST_LABELS = 200;

    private final TreeMap<String, Found> byTopic = new TreeMap<>();

    private record Found(long events, NavigableSet<String> labels) {}

    void add(String topic, Event event) {
        add(
                topic,
                switch (event) {
                    case Detections found ->
                        found.objects().stream().map(Detection::label).toList();
                    case ObjectEvents told ->
                        told.events().stream().map(ObjectEvent::label).toList();
                    default -> List.of();
                });
    }

    private void add(String topic, List<String> labels) {
        Found before = byTopic.get(topic);
        if (before == null && byTopic.size() == MOST_TOPICS) {
            return;
        }
        NavigableSet<String> all = before == null ? new TreeSet<>() : before.labels;
        labels.stream().filter(label -> all.size() < MOST_LABELS).forEach(all::add);
        byTopic.put(topic, new Found(before == null ? 1 : before.events + 1, all));
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        byTopic.forEach((topic, found) -> {
            JsonObject told = new JsonObject().put("events", found.events);
            json.put(
                    topic,
                    found.labels.isEmpty() ? told : told.put("labels", new JsonArray(List.copyOf(found.labels))));
        });
        return json;
    }

    static Findings ofJson(JsonObject json) {
        Findings findings = new Findings();
        for (String topic : json.fieldNames()) {
            JsonObject told = json.getJsonObject(topic);
            NavigableSet<String> labels = new TreeSet<>();
            told.getJsonArray("labels", new JsonArray()).forEach(label -> labels.add((String) label));
            findings.byTopic.put(topic, new Found(told.getLong("events"), labels));
        }
        return findings;
    }

    /** What the lines of {@code events.jsonl} say, each of which has to be whole. Blocks. */
    static Findings ofLog(Path log) throws IOException {
        Findings findings = new Findings();
        try (Stream<String> lines = Files.lines(log)) {
            lines.map(JsonObject::new).filter(line -> line.containsKey("data")).forEach(line -> {
                JsonObject data = line.getJsonObject("data");
                JsonArray objects = data.getJsonArray("objects", data.getJsonArray("events", new JsonArray()));
                findings.add(
                        line.getString("topic"),
                        objects.stream()
                                .map(object -> ((JsonObject) object).getString("label"))
                                .toList());
            });
        } catch (RuntimeException malformed) {
            throw new IOException(log + " can't be read", malformed);
        }
        return findings;
    }
}
