package io.mediamesh.recorder;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Item;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The file {@code events.jsonl} of a recording: a JSON object in each line, in the order in which things became known.
 * Belongs to one thread.
 */
final class EventLog {
    static final String NAME = "events.jsonl";
    private static final int MOST_WAITING_CHARACTERS = 64 * 1024;

    private final DiskFile file;
    private final DiskWriter disk;
    private final StringBuilder waiting = new StringBuilder();
    private long waitingLines;
    private long lostLines;

    EventLog(Path folder, DiskWriter disk) {
        this.file = new DiskFile(folder.resolve(NAME));
        this.disk = disk;
    }

    DiskFile file() {
        return file;
    }

    /** Something that an analysis found. */
    void event(double seconds, int part, Item item, Event event) {
        line(new JsonObject()
                .put("t", seconds)
                .put("part", part)
                .put("time", item.stamp().capture().unixSeconds())
                .put("topic", item.topic().kind())
                .put("sequence", item.stamp().sequence())
                .put("data", event.toJson()));
    }

    /** Something is missing. */
    void gap(double seconds, double duration, String topic, long items, String reason) {
        line(new JsonObject()
                .put("type", "gap")
                .put("t", seconds)
                .put("duration", duration)
                .put("topic", topic)
                .put("items", items)
                .put("reason", reason));
    }

    /** The same moment on the three clocks. */
    void clock(double seconds, CaptureTime moment) {
        line(new JsonObject()
                .put("type", "clock")
                .put("t", seconds)
                .put("unix", moment.unixSeconds())
                .put("monotonic", moment.monotonicNanos()));
    }

    void part(double seconds, int number, String reason) {
        line(new JsonObject()
                .put("type", "part")
                .put("t", seconds)
                .put("part", number)
                .put("reason", reason));
    }

    void state(double seconds, String topic, String state, String reason) {
        line(new JsonObject()
                .put("type", "state")
                .put("t", seconds)
                .put("topic", topic)
                .put("state", state)
                .put("reason", reason));
    }

    private void line(JsonObject json) {
        waiting.append(json.encode()).append('\n');
        waitingLines++;
        if (waiting.length() > MOST_WAITING_CHARACTERS) {
            flush();
        }
    }

    /** Hands the lines to the disk. */
    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        if (lostLines > 0) {
            waiting.append(new JsonObject()
                            .put("type", "lost")
                            .put("lines", lostLines)
                            .encode())
                    .append('\n');
        }
        byte[] lines = waiting.toString().getBytes(StandardCharsets.UTF_8);
        if (disk.write(List.of(file), lines.length, () -> file.append(lines))) {
            lostLines = 0;
        } else {
            lostLines += waitingLines;
        }
        waiting.setLength(0);
        waitingLines = 0;
    }
}
