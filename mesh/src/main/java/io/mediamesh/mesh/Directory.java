package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The streams of the mesh, in memory and the same at every member. Keeping them over a restart is the gateway's. */
public final class Directory {
    /** Event bus address on which the id of a removed stream is published. */
    private static final String REMOVED = "mediamesh.directory.removed";
    /** Beginning of the address on which the statuses of one stream are published. */
    private static final String STATUS = "mediamesh.directory.status.";
    /** Beginning of the address on which the id of a stream is published of which a part was configured. */
    private static final String CONFIGURED = "mediamesh.directory.configured.";

    private final Vertx vertx;
    private final SharedMap streams;
    private final SharedMap statuses;
    private final SharedMap configurations;

    private volatile Supplier<Future<Void>> permission = Future::succeededFuture;
    private volatile Supplier<Future<Boolean>> settled = () -> Future.succeededFuture(false);

    private Directory(Vertx vertx, SharedMap streams, SharedMap statuses, SharedMap configurations) {
        this.vertx = vertx;
        this.streams = streams;
        this.statuses = statuses;
        this.configurations = configurations;
    }

    static Future<Directory> open(Vertx vertx, MeterRegistry meters) {
        Future<SharedMap> streams = SharedMap.open(vertx, meters, "streams");
        Future<SharedMap> statuses = SharedMap.open(vertx, meters, "statuses");
        Future<SharedMap> configurations = SharedMap.open(vertx, meters, "configurations");
        return Future.all(streams, statuses, configurations)
                .map(all -> new Directory(vertx, streams.result(), statuses.result(), configurations.result()));
    }

    /**
     * Asks first before anything is changed that people said, and before anybody is told that something is not there.
     *
     * @param whenSettled see {@link Mesh#settled}
     */
    void guardedBy(Supplier<Future<Void>> mayChange, Supplier<Future<Boolean>> whenSettled) {
        permission = mayChange;
        settled = whenSettled;
    }

    /**
     * Adds a stream.
     *
     * @return true when it is new, false when the very same one was there; fails with {@link FailureCode#CONFLICT}
     *     when the id belongs to another source
     */
    public Future<Boolean> put(StreamDescription description) {
        String key = description.id().value();
        return permission
                .get()
                .compose(may ->
                        streams.putIfAbsent(key, description.toSecretJson().encode()))
                .compose(earlier -> {
                    if (earlier == null) {
                        return Future.succeededFuture(true);
                    }
                    StreamDescription present = StreamDescription.ofSecretJson(new JsonObject(earlier));
                    return present.equals(description)
                            ? Future.succeededFuture(false)
                            : Future.failedFuture(new MeshException(
                                    FailureCode.CONFLICT,
                                    "the stream " + key + " exists already with the source "
                                            + present.url().masked() + "; remove it first or choose another id",
                                    "id"));
                });
    }

    /**
     * Gives a pushed stream another home; its subscribers stay.
     *
     * @return whether it still was as described by {@code from}
     */
    public Future<Boolean> move(StreamDescription from, String newHome) {
        StreamDescription to =
                new StreamDescription(from.id(), from.url(), from.loop(), from.labels(), newHome, from.settings());
        return streams.replaceIfPresent(
                from.id().value(),
                from.toSecretJson().encode(),
                to.toSecretJson().encode());
    }

    /**
     * The stream with this id.
     *
     * @return fails with {@link FailureCode#UNAVAILABLE} where it is not to be found and this member is cut off from those
     *     that may have it
     */
    public Future<Optional<StreamDescription>> get(StreamId id) {
        return streams.get(id.value())
                .compose(text -> text == null
                        ? settled.get()
                                .compose(waited -> waited ? streams.get(id.value()) : Future.succeededFuture(null))
                        : Future.succeededFuture(text))
                .map(text -> Optional.ofNullable(text).map(JsonObject::new).map(StreamDescription::ofSecretJson));
    }

    /** All streams, by id. */
    public Future<List<StreamDescription>> list() {
        return streams.values().map(texts -> texts.stream()
                .map(text -> StreamDescription.ofSecretJson(new JsonObject(text)))
                .sorted(Comparator.comparing(StreamDescription::id))
                .toList());
    }

    /**
     * Removes a stream: its topics end, wherever they are produced, and their subscribers are told.
     *
     * @return whether there was one
     */
    public Future<Boolean> remove(StreamId id) {
        return permission.get().compose(may -> forgetAll(id));
    }

    private Future<Boolean> forgetAll(StreamId id) {
        return streams.remove(id.value()).compose(earlier -> statuses.remove(id.value())
                .compose(status -> forget(id))
                .map(forgotten -> {
                    if (earlier != null) {
                        vertx.eventBus().publish(REMOVED, id.value());
                    }
                    return earlier != null;
                }));
    }

    private Future<Void> forget(StreamId id) {
        return configurations
                .keys()
                .compose(keys -> Future.join(keys.stream()
                        .filter(key -> key.endsWith("/" + id.value()))
                        .map(configurations::remove)
                        .toList()))
                .mapEmpty();
    }

    /**
     * Says how a part of the product is to treat a stream, until the stream is removed; every member that cares is told.
     *
     * @param part a word for what is configured, for example {@code detection}
     * @param content empty for as if nothing had ever been said
     * @return fails with {@link FailureCode#NOT_FOUND} where there is no such stream
     */
    public Future<Void> configure(StreamId id, String part, Optional<JsonObject> content) {
        String key = part + "/" + id.value();
        return permission
                .get()
                .compose(may -> streams.get(id.value()))
                .compose(known -> known == null
                        ? Future.failedFuture(
                                new MeshException(FailureCode.NOT_FOUND, "there is no stream " + id, "id"))
                        : content.map(json -> configurations.put(key, json.encode()))
                                .orElseGet(() -> configurations.remove(key).mapEmpty()))
                .onSuccess(done -> vertx.eventBus().publish(CONFIGURED + part, id.value()));
    }

    /** What {@link #configure} said last. */
    public Future<Optional<JsonObject>> configuration(StreamId id, String part) {
        return configurations.get(part + "/" + id.value()).map(text -> Optional.ofNullable(text)
                .map(JsonObject::new));
    }

    /** The streams of which this part is configured, with what was said. */
    public Future<Map<StreamId, JsonObject>> configurations(String part) {
        String prefix = part + "/";
        return configurations.entries().map(entries -> {
            Map<StreamId, JsonObject> all = new TreeMap<>();
            entries.forEach((key, text) -> {
                if (key.startsWith(prefix)) {
                    all.put(new StreamId(key.substring(prefix.length())), new JsonObject(text));
                }
            });
            return all;
        });
    }

    /** Calls the handler for each stream of which this part is configured anew, until the consumer is unregistered. */
    public MessageConsumer<String> onConfigured(String part, Handler<StreamId> handler) {
        return vertx.eventBus().consumer(CONFIGURED + part, message -> handler.handle(new StreamId(message.body())));
    }

    /** Calls the handler for each stream that is removed anywhere, until the consumer is unregistered. */
    public MessageConsumer<String> onRemoved(Handler<StreamId> handler) {
        return vertx.eventBus().consumer(REMOVED, message -> handler.handle(new StreamId(message.body())));
    }

    /** Removes the streams whose senders sent them to a member that is gone: nothing will come of them any more. */
    Future<Void> removePushedTo(String memberId) {
        return list().compose(all -> Future.join(all.stream()
                        .filter(stream -> stream.home().equals(memberId))
                        .map(stream -> forgetAll(stream.id()))
                        .toList()))
                .mapEmpty();
    }

    /** How the stream's source does; idle where nobody said anything yet. */
    public Future<StreamStatus> status(StreamId id) {
        return statuses.get(id.value())
                .map(text -> text == null ? StreamStatus.idle(0) : StreamStatus.ofJson(new JsonObject(text)));
    }

    /** Says how a source does. Only the member that has the source open does so. */
    public Future<Void> publishStatus(StreamId id, StreamStatus status) {
        return streams.get(id.value())
                .compose(known -> known == null
                        ? statuses.remove(id.value()).mapEmpty()
                        : statuses.put(id.value(), status.toJson().encode())
                                .onSuccess(put -> vertx.eventBus().publish(STATUS + id.value(), status.toJson())));
    }

    /**
     * Calls the handler with each status of a stream that is published anywhere, until the consumer is unregistered;
     * what was before is not told.
     */
    public MessageConsumer<JsonObject> onStatus(StreamId id, Handler<StreamStatus> handler) {
        return vertx.eventBus()
                .consumer(STATUS + id.value(), message -> handler.handle(StreamStatus.ofJson(message.body())));
    }
}
