package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that analyses of sound are written to, over restarts. On the gateway's event loop only. */
final class AudioFiles {
    static final int USUAL_FILE_MB = 100;
    static final int USUAL_FILES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(AudioFiles.class);
    private static final int MOST = 100;

    private final AudioConsumers consumers;
    private final AudioFileStore store;
    private final VirtualThreads blocking;
    private final Path folder;
    private final Map<String, Log> logs = new TreeMap<>();

    AudioFiles(
            AudioConsumers consumers,
            AudioFileStore store,
            VirtualThreads blocking,
            Path folder,
            MeterRegistry meters) {
        this.consumers = consumers;
        this.store = store;
        this.blocking = blocking;
        this.folder = folder;
        Gauge.builder("mediamesh.gateway.audio.files.failed", this, AudioFiles::failed)
                .description("Files of analyses of sound that could not be written any more")
                .register(meters);
    }

    /** One of them. */
    private static final class Log {
        private final JsonObject description;
        private Optional<AudioConsumer> consumer = Optional.empty();
        private String failure = "";

        private Log(JsonObject description) {
            this.description = description;
        }

        private String name() {
            return description.getString("name");
        }

        private int mostFiles() {
            return description.getInteger("max_files");
        }

        private long mostBytes() {
            return description.getLong("max_file_mb") * 1_000_000;
        }

        private String state() {
            return consumer.isPresent() ? "active" : failure.isEmpty() ? "stopped" : "failed";
        }
    }

    private double failed() {
        return logs.values().stream().filter(log -> !log.failure.isEmpty()).count();
    }

    /** Goes on with those that were written to when the gateway stopped. */
    Future<Void> resume() {
        return blocking.call(store::all).map(entries -> {
            for (AudioFileStore.Entry entry : entries) {
                Log log = new Log(entry.description());
                logs.put(entry.name(), log);
                if (entry.active()) {
                    wish(log.description).map(wish -> begin(log, wish)).onFailure(failure -> fail(log, failure));
                }
            }
            return null;
        });
    }

    private Future<AudioWish> wish(JsonObject description) {
        try {
            return Future.succeededFuture(
                    consumers.usual().changedBy(AudioWish.commandIn(description), consumers.types()));
        } catch (MeshException invalid) {
            return Future.failedFuture(invalid);
        }
    }

    /** Begins to write; fails where the name is taken, and where there is no such stream. */
    Future<JsonObject> add(JsonObject body) {
        String name = body.getString("name");
        if (logs.size() >= MOST) {
            return Future.failedFuture(
                    new MeshException(FailureCode.UNAVAILABLE, "there are " + MOST + " files already; delete some"));
        }
        return wish(body).compose(wish -> {
            JsonObject description = wish.toJson()
                    .put("name", name)
                    .put("max_file_mb", body.getInteger("max_file_mb", USUAL_FILE_MB))
                    .put("max_files", body.getInteger("max_files", USUAL_FILES));
            Log log = new Log(description);
            return consumers
                    .exists(wish.stream())
                    .compose(there -> blocking.call(() -> store.add(name, description)))
                    .compose(added -> added ? Future.succeededFuture() : Future.failedFuture(taken(name)))
                    .compose(added -> {
                        logs.put(name, log);
                        // What can't be written is there as one that failed, with the reason.
                        return begin(log, wish).otherwise(failure -> {
                            fail(log, failure);
                            return null;
                        });
                    })
                    .compose(begun -> show(log));
        });
    }

    private static MeshException taken(String name) {
        return new MeshException(
                FailureCode.CONFLICT, "there is a file " + name + " already; delete it or choose another name", "name");
    }

    private Future<Void> begin(Log log, AudioWish wish) {
        return blocking.call(() -> RotatingFile.open(folder, log.name(), log.mostBytes(), log.mostFiles()))
                .map(file -> {
                    FileLine line = new FileLine(file, blocking, failure -> fail(log, failure));
                    AudioConsumer consumer = consumers.enter(AudioProtocolKind.FILE, line, wish, true);
                    log.consumer = Optional.of(consumer);
                    consumer.follow(wish);
                    return null;
                });
    }

    /** Ends a file that can't be written any more, and says so to whoever runs the product. */
    private void fail(Log log, Throwable failure) {
        log.failure = failure instanceof IOException
                ? "it cannot be written: " + failure.getMessage()
                : String.valueOf(failure.getMessage());
        LOG.error("analyses of sound are not written to {} any more: {}", log.name(), log.failure);
        leave(log);
        blocking.call(() -> {
            store.end(log.name());
            return log;
        });
    }

    private static void leave(Log log) {
        log.consumer.ifPresent(AudioConsumer::leave);
        log.consumer = Optional.empty();
    }

    /** All of them, by name. */
    Future<JsonArray> list() {
        List<Future<JsonObject>> shown = logs.values().stream().map(this::show).toList();
        return Future.all(shown).map(all -> {
            JsonArray list = new JsonArray();
            shown.forEach(each -> list.add(each.result()));
            return list;
        });
    }

    Future<JsonObject> show(String name) {
        return show(found(name));
    }

    private Future<JsonObject> show(Log log) {
        return blocking.call(() -> {
                    JsonArray files = new JsonArray();
                    for (Path path : RotatingFile.files(folder, log.name(), log.mostFiles())) {
                        files.add(new JsonObject()
                                .put("name", String.valueOf(path.getFileName()))
                                .put("size_bytes", Files.size(path)));
                    }
                    return files;
                })
                .map(files -> log.description
                        .copy()
                        .put("state", log.state())
                        .put("reason", log.consumer.map(AudioConsumer::reason).orElse(log.failure))
                        .put("files", files));
    }

    /** The path of one of the files of a name, and how long it is now. */
    Future<Piece> file(String name, String file) {
        Log log = found(name);
        return blocking.call(() -> {
            Path path = RotatingFile.files(folder, log.name(), log.mostFiles()).stream()
                    .filter(each -> String.valueOf(each.getFileName()).equals(file))
                    .findFirst()
                    .orElseThrow(() ->
                            new MeshException(FailureCode.NOT_FOUND, name + " has no file " + Quoted.of(file), "file"));
            return new Piece(path, Files.size(path));
        });
    }

    /** A file as it is now. */
    record Piece(Path path, long sizeBytes) {}

    /** Writes no more; again for one that has ended. */
    Future<JsonObject> stop(String name) {
        Log log = found(name);
        end(log);
        return blocking.call(() -> {
                    store.end(name);
                    return name;
                })
                .compose(ended -> show(log));
    }

    private static void end(Log log) {
        log.consumer.ifPresent(consumer -> consumer.line().finish(""));
        leave(log);
    }

    /** Writes no more and deletes the files. */
    Future<Void> delete(String name) {
        Log log = found(name);
        end(log);
        return blocking.call(() -> {
                    for (Path path : RotatingFile.files(folder, name, log.mostFiles())) {
                        Files.deleteIfExists(path);
                    }
                    store.remove(name);
                    return name;
                })
                .map(deleted -> {
                    logs.remove(name);
                    return null;
                });
    }

    private Log found(String name) {
        Log log = logs.get(name);
        if (log == null) {
            throw new MeshException(FailureCode.NOT_FOUND, "there is no file " + Quoted.of(name), "name");
        }
        return log;
    }
}
