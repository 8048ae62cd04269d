package io.mediamesh.vision;

import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.TracksProtocol.Changed;
import io.mediamesh.contracts.TracksProtocol.Followed;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.vision.VisionConfig.DrawTracks;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What is drawn into the pictures of a stream: the topics that it comes from are followed while it is drawn. Tracks of
 * objects that were marked by hand only while there are any, which the tracking is asked at first, and tells afterwards.
 * Used on one context, but for the memories.
 */
final class Drawn {
    private static final long ASK_AGAIN_MILLIS = 5_000;

    private final Mesh mesh;
    private final Topic annotated;
    private final DrawTracks when;
    private final Recent<Detections> detections = new Recent<>();
    private final Recent<Tracks> tracks = new Recent<>();
    private Optional<EventFollower<Detections>> detectionFollower = Optional.empty();
    private Optional<EventFollower<Tracks>> trackFollower = Optional.empty();
    private Optional<MessageConsumer<JsonObject>> changes = Optional.empty();
    private boolean told;
    private boolean stopped;

    Drawn(Mesh mesh, Topic annotated, DrawTracks when) {
        this.mesh = mesh;
        this.annotated = annotated;
        this.when = when;
    }

    Recent<Detections> detections() {
        return detections;
    }

    Recent<Tracks> tracks() {
        return tracks;
    }

    void start() {
        switch (when) {
            case ALWAYS -> followTracks();
            case NEVER -> followDetections();
            case MARKED -> {
                followDetections();
                changes = Optional.of(mesh.vertx()
                        .eventBus()
                        .consumer(TracksProtocol.CHANGED, message -> hear(Changed.ofJson(message.body()))));
                ask();
            }
        }
    }

    private void followDetections() {
        detectionFollower = Optional.of(
                EventFollower.start(mesh, annotated.sibling(Topic.DETECTIONS), Detections.class, detections));
    }

    private void followTracks() {
        if (!stopped && trackFollower.isEmpty()) {
            trackFollower =
                    Optional.of(EventFollower.start(mesh, annotated.sibling(Topic.TRACKS), Tracks.class, tracks));
        }
    }

    private void hear(Changed change) {
        if (change.stream().equals(annotated.stream())) {
            told = true;
            draw(change.marked());
        }
    }

    private void draw(int marked) {
        if (marked > 0) {
            followTracks();
        } else {
            trackFollower.ifPresent(EventFollower::stop);
            trackFollower = Optional.empty();
        }
    }

    /** Nobody may track here; then nothing was marked either. */
    private void ask() {
        StreamId stream = annotated.stream();
        mesh.pickServing(stream, TrackingProtocol.SERVICE)
                .compose(member -> member.map(picked -> mesh.vertx()
                                .eventBus()
                                .<JsonObject>request(
                                        TracksProtocol.addressOf(picked.id()),
                                        new TracksProtocol.ListMarked(stream).toJson(),
                                        new DeliveryOptions().setSendTimeout(TracksProtocol.TIMEOUT_MILLIS))
                                .map(answer ->
                                        Followed.ofJson(answer.body()).tracks().size()))
                        .orElseGet(() -> Future.succeededFuture(0)))
                .onSuccess(marked -> {
                    if (!told) {
                        draw(marked);
                    }
                })
                .onFailure(silent -> {
                    if (!stopped) {
                        mesh.vertx().setTimer(ASK_AGAIN_MILLIS, again -> ask());
                    }
                });
    }

    /** Lets go of the topics. */
    Future<Void> stop() {
        stopped = true;
        return Future.join(
                        detectionFollower.map(EventFollower::stop).orElseGet(Future::succeededFuture),
                        trackFollower.map(EventFollower::stop).orElseGet(Future::succeededFuture),
                        changes.map(MessageConsumer::unregister).orElseGet(Future::succeededFuture))
                .mapEmpty();
    }
}
