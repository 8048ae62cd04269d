package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What gateways ask the members that record, as requests on the event bus. Each request is sent to {@link #addressOf}
 * one member; failures come back with their {@link FailureCode}. A recording is begun at the member that rendezvous
 * hashing picks for its stream; it is found again by asking all.
 */
public final class RecorderProtocol {
    /** Name of the service whose members take these requests. */
    public static final String SERVICE = "recorder";
    /** Longest time that a member takes for an answer, in milliseconds. */
    public static final long TIMEOUT_MILLIS = 10_000;
    /** Most bytes of a file in one answer. */
    public static final int MOST_READ_BYTES = 512 * 1024;

    private RecorderProtocol() {}

    /** Where a member takes requests. */
    public static String addressOf(String memberId) {
        return "mediamesh.recorder." + memberId;
    }

    /** What can be asked. */
    public sealed interface Request {
        /** The form on the bus. */
        JsonObject toJson();

        /** Reads what {@link #toJson()} wrote. */
        static Request ofJson(JsonObject json) {
            return switch (json.getString("op", "")) {
                case "start" ->
                    new Start(
                            new StreamId(json.getString("stream")),
                            texts(json.getJsonArray("topics")),
                            json.getBoolean("events"),
                            json.getString("directory"));
                case "stop" -> new Stop(json.getString("recording"));
                case "list" -> new ListAll();
                case "get" -> new Get(json.getString("recording"));
                case "delete" -> new Delete(json.getString("recording"));
                case "read" ->
                    new Read(
                            json.getString("recording"),
                            json.getString("file"),
                            json.getLong("offset"),
                            json.getInteger("length"));
                default -> throw MeshException.invalid("op", "an unknown request of another version");
            };
        }
    }

    /**
     * Begins a recording. Answered with {@link Recording} once it is being written; {@link FailureCode#INVALID} for
     * topics that can't be recorded, {@link FailureCode#NOT_FOUND} for an unknown stream, {@link
     * FailureCode#UNAVAILABLE} where the disk or the number of recordings leaves no room.
     *
     * @param topics kinds of the stream's topics: at most one of pictures, and {@code audio}
     * @param events whether what is known of the stream meanwhile is written beside it
     * @param directory where below the recordings' root, with '/' between names; empty for the root itself
     */
    public record Start(StreamId stream, SortedSet<String> topics, boolean events, String directory)
            implements Request {
        @Override
        public JsonObject toJson() {
            return request("start")
                    .put("stream", stream.value())
                    .put("topics", new JsonArray(List.copyOf(topics)))
                    .put("events", events)
                    .put("directory", directory);
        }
    }

    /** Ends a recording; answered with its {@link Recording} when its files are closed. Again for one that has ended. */
    public record Stop(String recording) implements Request {
        @Override
        public JsonObject toJson() {
            return request("stop").put("recording", recording);
        }
    }

    /** All recordings of a member, newest first: {@link #recordingsJson}. */
    public record ListAll() implements Request {
        @Override
        public JsonObject toJson() {
            return request("list");
        }
    }

    /** One recording: {@link Recording}, or {@link FailureCode#NOT_FOUND}. */
    public record Get(String recording) implements Request {
        @Override
        public JsonObject toJson() {
            return request("get").put("recording", recording);
        }
    }

    /** Deletes the files of a recording; {@link FailureCode#CONFLICT} while it is being written. An empty object. */
    public record Delete(String recording) implements Request {
        @Override
        public JsonObject toJson() {
            return request("delete").put("recording", recording);
        }
    }

    /**
     * A piece of a file, answered with a Buffer that is shorter than asked for only at the end of the file.
     *
     * @param file one of the names in {@link Recording#files()}
     * @param length 1 to {@link #MOST_READ_BYTES}
     */
    public record Read(String recording, String file, long offset, int length) implements Request {
        @Override
        public JsonObject toJson() {
            return request("read")
                    .put("recording", recording)
                    .put("file", file)
                    .put("offset", offset)
                    .put("length", length);
        }
    }

    /** What became of a recording. */
    public enum State {
        /** It is being written. */
        RECORDING,
        /** It was stopped, or its stream ended. */
        FINISHED,
        /** Its recorder died, and it could not be continued. */
        INTERRUPTED,
        /** It could not be written any more; what was written is there. */
        FAILED
    }

    /**
     * A recording.
     *
     * @param id sortable by time, safe in file names and URLs
     * @param topics the kinds that are recorded
     * @param reason why it is not being written; empty while it is, and after a plain stop
     * @param member id of the member that has the files
     * @param startedUnixSeconds capture time of the first picture or sound, or when it was begun while there was none
     * @param durationSeconds of all parts, without what lies between them
     * @param path of the first file with media, as the recorder's machine has it; at first only where it will be
     * @param remuxed whether the coded pictures of the source were kept as they came
     */
    public record Recording(
            String id,
            StreamId stream,
            SortedSet<String> topics,
            boolean events,
            State state,
            String reason,
            String member,
            double startedUnixSeconds,
            Optional<Double> endedUnixSeconds,
            double durationSeconds,
            long sizeBytes,
            String path,
            boolean remuxed,
            List<Part> parts,
            List<Entry> files) {
        /** The form on the bus, and for clients. */
        public JsonObject toJson() {
            JsonObject json = new JsonObject()
                    .put("id", id)
                    .put("stream", stream.value())
                    .put("topics", new JsonArray(List.copyOf(topics)))
                    .put("events", events)
                    .put("state", state.name().toLowerCase(Locale.ROOT))
                    .put("reason", reason)
                    .put("node", member)
                    .put("started", startedUnixSeconds);
            endedUnixSeconds.ifPresent(ended -> json.put("ended", ended));
            return json.put("duration", durationSeconds)
                    .put("size", sizeBytes)
                    .put("path", path)
                    .put("remuxed", remuxed)
                    .put("parts", new JsonArray(parts.stream().map(Part::toJson).toList()))
                    .put(
                            "files",
                            new JsonArray(files.stream().map(Entry::toJson).toList()));
        }

        /** Reads what {@link #toJson()} wrote. */
        public static Recording ofJson(JsonObject json) {
            return new Recording(
                    json.getString("id"),
                    new StreamId(json.getString("stream")),
                    texts(json.getJsonArray("topics")),
                    json.getBoolean("events"),
                    State.valueOf(json.getString("state").toUpperCase(Locale.ROOT)),
                    json.getString("reason"),
                    json.getString("node"),
                    json.getDouble("started"),
                    Optional.ofNullable(json.getDouble("ended")),
                    json.getDouble("duration"),
                    json.getLong("size"),
                    json.getString("path"),
                    json.getBoolean("remuxed"),
                    objects(json.getJsonArray("parts")).map(Part::ofJson).toList(),
                    objects(json.getJsonArray("files")).map(Entry::ofJson).toList());
        }
    }

    /**
     * A stretch of a recording with files of its own.
     *
     * @param number 1, 2, 3, …
     * @param startSeconds when it begins, from the beginning of the recording
     * @param startedUnixSeconds the same moment on the wall clock
     * @param startedMonotonicNanos the same moment on the monotonic clock of the capturing machine
     * @param widthPx of its pictures; 0 without
     * @param reason why the one before did not go on; empty for the first
     */
    public record Part(
            int number,
            double startSeconds,
            double durationSeconds,
            double startedUnixSeconds,
            long startedMonotonicNanos,
            int widthPx,
            int heightPx,
            String reason) {
        JsonObject toJson() {
            return new JsonObject()
                    .put("number", number)
                    .put("start", startSeconds)
                    .put("duration", durationSeconds)
                    .put("unix", startedUnixSeconds)
                    .put("monotonic", startedMonotonicNanos)
                    .put("width", widthPx)
                    .put("height", heightPx)
                    .put("reason", reason);
        }

        static Part ofJson(JsonObject json) {
            return new Part(
                    json.getInteger("number"),
                    json.getDouble("start"),
                    json.getDouble("duration"),
                    json.getDouble("unix"),
                    json.getLong("monotonic"),
                    json.getInteger("width"),
                    json.getInteger("height"),
                    json.getString("reason"));
        }
    }

    /**
     * A file of a recording.
     *
     * @param name for example {@code video-0001.mp4}
     * @param mediaType for example {@code video/mp4}
     * @param part whose part it is; 0 for files about all of the recording
     * @param codecs what is in it by FFmpeg's names, for example {@code h264,aac}; empty where nothing is coded
     * @param sha256 in hexadecimal; empty while it is being written
     */
    public record Entry(String name, String mediaType, int part, String codecs, long sizeBytes, String sha256) {
        JsonObject toJson() {
            return new JsonObject()
                    .put("name", name)
                    .put("type", mediaType)
                    .put("part", part)
                    .put("codecs", codecs)
                    .put("size", sizeBytes)
                    .put("sha256", sha256);
        }

        static Entry ofJson(JsonObject json) {
            return new Entry(
                    json.getString("name"),
                    json.getString("type"),
                    json.getInteger("part"),
                    json.getString("codecs"),
                    json.getLong("size"),
                    json.getString("sha256"));
        }
    }

    /** The answer to {@link ListAll}. */
    public static JsonObject recordingsJson(List<Recording> recordings) {
        return new JsonObject()
                .put(
                        "recordings",
                        new JsonArray(recordings.stream().map(Recording::toJson).toList()));
    }

    /** Reads what {@link #recordingsJson} wrote. */
    public static List<Recording> recordingsOf(JsonObject json) {
        return objects(json.getJsonArray("recordings")).map(Recording::ofJson).toList();
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    private static SortedSet<String> texts(JsonArray array) {
        SortedSet<String> texts = new TreeSet<>();
        array.forEach(entry -> texts.add((String) entry));
        return Collections.unmodifiableSortedSet(texts);
    }

    private static JsonObject request(String operation) {
        return new JsonObject().put("op", operation);
    }
}
