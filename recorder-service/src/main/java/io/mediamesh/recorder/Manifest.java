package io.mediamesh.recorder;

import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What the file {@code manifest.json} says: the recording as clients see it, and what is missing in it.
 *
 * @param findings what is known of the stream, as {@link Findings#toJson} tells it
 * @param begunUnixNanos when it was asked for
 */
record Manifest(Recording recording, Gaps gaps, JsonObject findings, long begunUnixNanos) {
    static final String NAME = "manifest.json";
    private static final int VERSION = 1;

    /** How often something is missing, and how much. */
    record Gaps(long count, long items, double seconds) {}

    /** The same, ended. */
    Manifest ended(RecorderProtocol.State state, String reason) {
        Recording was = recording;
        double end = was.parts().isEmpty()
                ? was.startedUnixSeconds()
                : was.parts().getLast().startedUnixSeconds()
                        + was.parts().getLast().durationSeconds();
        Recording ended = new Recording(
                was.id(),
                was.stream(),
                was.topics(),
                was.events(),
                state,
                reason,
                was.member(),
                was.startedUnixSeconds(),
                Optional.of(end),
                was.durationSeconds(),
                was.sizeBytes(),
                was.path(),
                was.remuxed(),
                was.parts(),
                was.files());
        return new Manifest(ended, gaps, findings, begunUnixNanos);
    }

    /** Writes the file anew: whoever reads it finds the one before or this one, whatever happens. */
    void writeTo(Path folder) throws IOException {
        JsonObject json = new JsonObject().put("format", VERSION).mergeIn(recording.toJson());
        json.put("begun", begunUnixNanos / 1e9);
        json.put(
                "gaps",
                new JsonObject()
                        .put("count", gaps.count)
                        .put("items", gaps.items)
                        .put("seconds", gaps.seconds));
        json.put("findings", findings);
        Path temporary = folder.resolve(NAME + ".new");
        byte[] bytes = (json.encodePrettily() + "\n").getBytes(StandardCharsets.UTF_8);
        try (FileChannel file = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            file.force(true);
        }
        Files.move(
                temporary, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /**
     * Reads the file.
     *
     * @throws IOException also where it is not what {@link #writeTo} writes
     */
    static Manifest read(Path folder) throws IOException {
        try {
            JsonObject json = new JsonObject(Files.readString(folder.resolve(NAME)));
            if (json.getInteger("format") != VERSION) {
                throw new IOException(folder + " was written by another version");
            }
            JsonObject gaps = json.getJsonObject("gaps");
            return new Manifest(
                    Recording.ofJson(json),
                    new Gaps(gaps.getLong("count"), gaps.getLong("items"), gaps.getDouble("seconds")),
                    json.getJsonObject("findings", new JsonObject()),
                    Math.round(json.getDouble("begun") * 1e9));
        } catch (RuntimeException malformed) {
            throw new IOException("the manifest in " + folder + " can't be read", malformed);
        }
    }
}
