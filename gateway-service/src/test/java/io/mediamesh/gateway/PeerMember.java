package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Speaks for a member that holds WebRTC peers, by the protocol that gateways know; there are no peers behind it. */
final class PeerMember implements AutoCloseable {
    static final String OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n";
    static final String ANSWER = "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\ns=-\r\n";
    static final String CANDIDATE = "a=ice-ufrag:abcd\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";
    static final String RESTARTED = "a=ice-ufrag:efgh\r\na=ice-pwd:ijklmnopqrstuvwxyzabcd\r\n";
    static final double LAST_ACTIVITY = 1_763_700_000.25;

    /** What was asked, oldest first. */
    final List<PeerProtocol.Request> requests = new CopyOnWriteArrayList<>();

    private final Mesh mesh;
    private final String id;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final MessageConsumer<JsonObject> requestConsumer;
    private final MessageConsumer<String> removals;
    private volatile Consumer<Message<JsonObject>> disturbance = message -> {};
    private volatile boolean disturbed;

    private record Session(StreamId stream, Signalling signalling, String token, String etag) {}

    private PeerMember(Mesh mesh, String id) {
        this.mesh = mesh;
        this.id = id;
        this.requestConsumer = mesh.vertx().eventBus().consumer(PeerProtocol.addressOf(id), this::take);
        this.removals = mesh.directory().onRemoved(stream -> sessions.values()
                .removeIf(session -> session.stream().equals(stream)));
        Await.result(requestConsumer.completion());
    }

    static PeerMember of(Mesh mesh) {
        return new PeerMember(mesh, RunningGateway.SELF);
    }

    static PeerMember of(Mesh mesh, String id) {
        return new PeerMember(mesh, id);
    }

    /** From now on requests get this instead of an answer. */
    void disturb(Consumer<Message<JsonObject>> answer) {
        disturbance = answer;
        disturbed = true;
    }

    /** From now on requests are answered again. */
    void calm() {
        disturbed = false;
    }

    /** The last request of this type. */
    <T extends PeerProtocol.Request> T last(Class<T> type) {
        return requests.reversed().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " among " + requests));
    }

    private void take(Message<JsonObject> message) {
        PeerProtocol.Request request = PeerProtocol.Request.ofJson(message.body());
        requests.add(request);
        if (disturbed) {
            disturbance.accept(message);
            return;
        }
        answer(request).onSuccess(message::reply).onFailure(failure -> {
            MeshException why = MeshException.ofReply(failure);
            message.fail(why.code().number(), why.replyText());
        });
    }

    private Future<JsonObject> answer(PeerProtocol.Request request) {
        return switch (request) {
            case PeerProtocol.Publish publish -> publish(publish);
            case PeerProtocol.Watch watch ->
                checked(watch.sdp(), new Session(watch.topic().stream(), Signalling.WHEP, watch.token(), "\"one\""));
            case PeerProtocol.Patch patch ->
                session(patch.session(), patch.signalling(), patch.token()).compose(found -> patch(patch, found));
            case PeerProtocol.Close close ->
                session(close.session(), close.signalling(), close.token()).compose(found -> {
                    sessions.remove(close.session());
                    return found.signalling() == Signalling.WHIP
                            ? mesh.directory().remove(found.stream()).map(new JsonObject())
                            : Future.succeededFuture(new JsonObject());
                });
            case PeerProtocol.Connections connections ->
                Future.succeededFuture(PeerProtocol.connectionsJson(sessions.values().stream()
                        .filter(session -> session.signalling() == Signalling.OFFER)
                        .map(session ->
                                new PeerProtocol.Connection(session.stream().value(), 45.5, 1350, 1349, LAST_ACTIVITY))
                        .toList()));
            case PeerProtocol.Disconnect disconnect ->
                sessions.values().stream()
                                .anyMatch(session -> session.signalling() == Signalling.OFFER
                                        && session.stream().equals(disconnect.stream()))
                        ? mesh.directory().remove(disconnect.stream()).map(new JsonObject())
                        : refused(FailureCode.NOT_FOUND, "there is no such connection");
        };
    }

    private Future<JsonObject> publish(PeerProtocol.Publish request) {
        if (!request.sdp().startsWith("v=0")) {
            return refused(FailureCode.INVALID, "the offer is not SDP");
        }
        StreamDescription stream =
                StreamDescription.pushed(request.stream(), SourceUrl.parse("webrtc:"), id, request.settings());
        return mesh.directory()
                .put(stream)
                .compose(isNew -> isNew
                        ? checked(
                                request.sdp(),
                                new Session(request.stream(), request.signalling(), request.token(), "\"one\""))
                        : refused(FailureCode.CONFLICT, "the stream " + request.stream() + " exists already"));
    }

    private Future<JsonObject> checked(String sdp, Session session) {
        if (!sdp.startsWith("v=0")) {
            return refused(FailureCode.INVALID, "the offer is not SDP");
        }
        String name = UUID.randomUUID().toString();
        sessions.put(name, session);
        return Future.succeededFuture(new PeerProtocol.Answer(name, ANSWER, session.etag()).toJson());
    }

    private Future<Session> session(String name, Signalling signalling, String token) {
        Session found = sessions.get(name);
        if (found == null || found.signalling() != signalling) {
            return Future.failedFuture(new MeshException(FailureCode.NOT_FOUND, "there is no such session"));
        }
        return found.token().equals(token)
                ? Future.succeededFuture(found)
                : Future.failedFuture(new MeshException(FailureCode.FORBIDDEN, "the session belongs to another token"));
    }

    private Future<JsonObject> patch(PeerProtocol.Patch request, Session session) {
        if (request.etag().equals("*") || request.etag().equals("\"*\"")) {
            sessions.put(
                    request.session(), new Session(session.stream(), session.signalling(), session.token(), "\"two\""));
            return Future.succeededFuture(new PeerProtocol.Patched(RESTARTED, "\"two\"").toJson());
        }
        return request.etag().isEmpty() || request.etag().equals(session.etag())
                ? Future.succeededFuture(new PeerProtocol.Patched("", session.etag()).toJson())
                : refused(FailureCode.STALE, "ICE was restarted since");
    }

    private static Future<JsonObject> refused(FailureCode code, String message) {
        return Future.failedFuture(new MeshException(code, message));
    }

    @Override
    public void close() {
        Await.result(requestConsumer.unregister());
        Await.result(removals.unregister());
    }
}
