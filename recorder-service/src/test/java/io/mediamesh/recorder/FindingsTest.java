package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvents;
import io.mediamesh.contracts.Topic;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FindingsTest {
    private final Path folder;

    FindingsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static Detections seen(String... labels) {
        List<Detection> objects = Arrays.stream(labels)
                .map(label -> new Detection(label, 0.9, 1, 1, 20, 20))
                .toList();
        return new Detections("test", 64, 64, 1, objects);
    }

    private static ObjectEvents entered(String label) {
        return new ObjectEvents(
                1,
                64,
                64,
                List.of(new ObjectEvent(
                        ObjectEvent.Kind.ENTER,
                        1,
                        label,
                        0.9,
                        1,
                        1,
                        20,
                        20,
                        false,
                        new ObjectEvent.AtZone("yard", 0, 1))));
    }

    private static void feed(Bench bench, int second, Event... events) {
        for (int picture = 25 * second; picture < 25 * second + 25; picture++) {
            bench.engine.picture(Synthetic.stamp(1, picture, picture / 25.0), Synthetic.plain(100));
        }
        for (Event event : events) {
            String kind =
                    switch (event) {
                        case Detections found -> Topic.DETECTIONS;
                        case ObjectEvents told -> Topic.EVENTS;
                        default -> Topic.INTENSITY;
                    };
            bench.engine.event(new Item(Topic.of("cam", kind), Synthetic.stamp(1, second, second), event), event);
        }
    }

    private JsonObject told() throws Exception {
        return new JsonObject(Files.readString(folder.resolve("manifest.json"))).getJsonObject("findings");
    }

    @Test
    void theManifestTellsWhatIsKnownAndWhichLabelsWereSeen() throws Exception {
        try (Bench bench = Bench.of(folder, true, Map.of())) {
            feed(bench, 0, new Intensity(1, 1, 1), seen("person", "dog"), seen(), seen("car", "person"));
            bench.finish();
        }

        assertThat(told())
                .isEqualTo(new JsonObject()
                        .put("intensity", new JsonObject().put("events", 1L))
                        .put(
                                "detections",
                                new JsonObject()
                                        .put("events", 3L)
                                        .put("labels", new JsonArray(List.of("car", "dog", "person")))));
    }

    @Test
    void whatAKilledRecorderKnewIsReadFromItsEvents() throws Exception {
        Bench cut = Bench.of(folder, true, Map.of());
        cut.disk.then(() -> cut.journal.manifest().writeTo(folder));
        feed(cut, 0, seen("person"), seen("dog"), entered("bus"));
        cut.engine.tick();
        cut.close();
        try (Bench again = Bench.again(folder, Map.of())) {
            feed(again, 5, seen("cat"), entered("bicycle"));
            again.finish();
        }

        assertThat(told().getJsonObject("detections"))
                .isEqualTo(new JsonObject()
                        .put("events", 3L)
                        .put("labels", new JsonArray(List.of("cat", "dog", "person"))));
        assertThat(told().getJsonObject("events"))
                .isEqualTo(new JsonObject().put("events", 2L).put("labels", new JsonArray(List.of("bicycle", "bus"))));
    }
}
