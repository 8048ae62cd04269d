package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Answer;
import io.mediamesh.contracts.PeerProtocol.Close;
import io.mediamesh.contracts.PeerProtocol.Connections;
import io.mediamesh.contracts.PeerProtocol.Disconnect;
import io.mediamesh.contracts.PeerProtocol.Patch;
import io.mediamesh.contracts.PeerProtocol.Patched;
import io.mediamesh.contracts.PeerProtocol.Publish;
import io.mediamesh.contracts.PeerProtocol.Request;
import io.mediamesh.contracts.PeerProtocol.Watch;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Replies;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Answers what gateways ask of this member's peers ({@link PeerProtocol}). */
final class PeerRequests {
    private final Mesh mesh;
    private final Peers peers;
    private @Nullable MessageConsumer<JsonObject> consumer;
    private volatile boolean stopping;

    PeerRequests(Mesh mesh, Peers peers) {
        this.mesh = mesh;
        this.peers = peers;
    }

    Future<Void> start() {
        MessageConsumer<JsonObject> made = mesh.vertx()
                .eventBus()
                .consumer(
                        PeerProtocol.addressOf(mesh.memberId()),
                        message -> Replies.answer(
                                message, "WebRTC requests", () -> answerTo(Request.ofJson(message.body()))));
        consumer = made;
        return made.completion();
    }

    private Future<JsonObject> answerTo(Request request) {
        if (stopping) {
            return Future.failedFuture(new MeshException(FailureCode.UNAVAILABLE, "this member is leaving"));
        }
        return switch (request) {
            case Publish publish -> peers.publish(publish).map(Answer::toJson);
            case Watch watch -> peers.watch(watch).map(Answer::toJson);
            case Patch patch -> peers.patch(patch).map(Patched::toJson);
            case Close close -> peers.close(close).map(done -> new JsonObject());
            case Disconnect disconnect -> peers.disconnect(disconnect).map(done -> new JsonObject());
            case Connections all -> Future.succeededFuture(PeerProtocol.connectionsJson(peers.reports()));
        };
    }

    /** Takes no more; what comes before the others know is refused. */
    Future<Void> stop() {
        stopping = true;
        MessageConsumer<JsonObject> present = consumer;
        return present == null ? Future.succeededFuture() : present.unregister();
    }
}
