package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** Opens rooms and waits until the LiveKit server has let us in. */
final class RoomJoin {
    private final Mesh mesh;
    private final Duration timeout;

    RoomJoin(Mesh mesh, Duration timeout) {
        this.mesh = mesh;
        this.timeout = timeout;
    }

    /** A room that we are in. */
    record Joined(RoomHold hold, String participantSid) {}

    /**
     * Joins the room behind a stream.
     *
     * @return fails with {@link FailureCode#UPSTREAM} and the reason where the room can't be joined, with {@link
     *     FailureCode#UPSTREAM_TIMEOUT} when it takes too long; nothing is open then
     */
    Future<Joined> join(StreamId stream) {
        RoomHold hold = new RoomHold(mesh, stream);
        Promise<Joined> promise = Promise.promise();
        long deadline = mesh.vertx()
                .setTimer(
                        Math.max(1, timeout.toMillis()),
                        timer -> promise.tryFail(new MeshException(
                                FailureCode.UPSTREAM_TIMEOUT,
                                "the LiveKit server did not let us into the room within " + timeout.toSeconds() + " s ("
                                        + LiveKitAccess.JOIN_TIMEOUT.key() + ")")));
        MessageConsumer<JsonObject> statuses =
                mesh.directory().onStatus(stream, status -> judge(RoomState.of(status), hold, promise));
        statuses.completion()
                .compose(listening -> hold.open())
                // Whoever has the room open already has nothing new to tell.
                .compose(opened -> mesh.directory().status(stream))
                .onSuccess(status -> judge(RoomState.of(status), hold, promise))
                .onFailure(failure -> {
                    // We may have been let in and lost the room again before we held it.
                    if (!promise.tryFail(upstream(MeshException.ofReply(failure)))) {
                        hold.keepOpen();
                    }
                });
        return promise.future().onFailure(failure -> hold.close()).onComplete(done -> {
            mesh.vertx().cancelTimer(deadline);
            statuses.unregister();
        });
    }

    private static void judge(RoomState state, RoomHold hold, Promise<Joined> promise) {
        switch (state) {
            case RoomState.Joined joined -> promise.tryComplete(new Joined(hold, joined.participantSid()));
            case RoomState.Unreached unreached -> promise.tryFail(upstream(unreached.reason()));
            case RoomState.Refused refused -> promise.tryFail(upstream(refused.reason()));
            case RoomState.Waiting waiting -> {}
        }
    }

    private static MeshException upstream(MeshException failure) {
        return failure.code() == FailureCode.UPSTREAM_TIMEOUT
                ? failure
                : upstream(String.valueOf(failure.getMessage()));
    }

    private static MeshException upstream(String reason) {
        return new MeshException(FailureCode.UPSTREAM, "the connection to the LiveKit room failed: " + reason);
    }
}
