package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PeerProtocol;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The WebRTC peers of all members, asked for over the event bus. Those that offer video hold them; whatever one of them
 * answers that makes no sense becomes {@link FailureCode#UPSTREAM}.
 */
final class Peers {
    /** A member takes all of its time now and then; its answer needs a moment to arrive. */
    private static final long ANSWER_MILLIS = PeerProtocol.TIMEOUT_MILLIS + 1_000;

    private static final long LIST_MILLIS = 2_000;
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9._~-]{1,256}");
    private static final Pattern ENTITY_TAG = Pattern.compile("\"[!#-~]{1,256}\"|[!#-~]{1,256}");

    private final Mesh mesh;
    private final MemberRequests requests;

    Peers(Mesh mesh) {
        this.mesh = mesh;
        this.requests = new MemberRequests(
                mesh,
                "the ingest service",
                "takes no WebRTC peers now",
                "no ingest service is there to take WebRTC peers; try again when one has started");
    }

    /** Makes a peer that sends; fails with {@link FailureCode#CONFLICT} where the id is taken. */
    Future<PeerProtocol.Answer> publish(PeerProtocol.Publish request) {
        return pick(request.stream()).compose(member -> ask(member, request, ANSWER_MILLIS, Peers::answer));
    }

    /** Makes a peer that receives a topic of this stream. */
    Future<PeerProtocol.Answer> watch(StreamDescription stream, PeerProtocol.Watch request) {
        Future<String> member = stream.home().isEmpty() ? pick(stream.id()) : Future.succeededFuture(stream.home());
        return member.compose(id -> ask(id, request, ANSWER_MILLIS, Peers::answer));
    }

    /** Hands candidates or a restart to whoever has the session. */
    Future<PeerProtocol.Patched> patch(PeerProtocol.Patch request) {
        return askHolder(request, Peers::patched);
    }

    /** Ends a session, whoever has it. */
    Future<Void> close(PeerProtocol.Close request) {
        return askHolder(request, reply -> reply).mapEmpty();
    }

    /** Closes the connection that this stream is. */
    Future<Void> disconnect(StreamDescription stream) {
        return ask(stream.home(), new PeerProtocol.Disconnect(stream.id()), ANSWER_MILLIS, reply -> reply)
                .mapEmpty();
    }

    /** The connections made by plain offers, by id; without those of members that do not answer in time. */
    Future<List<PeerProtocol.Connection>> connections() {
        return requests.askAll(holders().filter(member -> !member.draining()), member -> connectionsAt(member.id()))
                .map(all -> all.stream()
                        .sorted(Comparator.comparing(PeerProtocol.Connection::connectionId))
                        .toList());
    }

    /** How the connection does that this stream is; empty where it was not made by a plain offer. */
    Future<Optional<PeerProtocol.Connection>> connection(StreamDescription stream) {
        return connectionsAt(stream.home()).map(all -> all.stream()
                .filter(connection ->
                        connection.connectionId().equals(stream.id().value()))
                .findFirst());
    }

    private Future<List<PeerProtocol.Connection>> connectionsAt(String member) {
        return ask(member, new PeerProtocol.Connections(), LIST_MILLIS, PeerProtocol::connectionsOf);
    }

    private Stream<Member> holders() {
        return mesh.members().stream().filter(member -> member.kinds().contains(Topic.VIDEO));
    }

    private Future<String> pick(StreamId stream) {
        return mesh.pick(stream, Topic.VIDEO).compose(found -> found.map(Member::id)
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(requests.nobody())));
    }

    /** Nobody knows who has a session, so all are asked; at most one does not say that it knows of none. */
    private <T> Future<T> askHolder(PeerProtocol.Request request, Function<JsonObject, T> reader) {
        return requests.askAny(holders(), member -> ask(member.id(), request, ANSWER_MILLIS, reader));
    }

    private <T> Future<T> ask(
            String member, PeerProtocol.Request request, long timeoutMillis, Function<JsonObject, T> reader) {
        return requests.ask(PeerProtocol.addressOf(member), member, request.toJson(), timeoutMillis, reader);
    }

    private static PeerProtocol.Answer answer(JsonObject json) {
        String sdp = required(json, "sdp");
        String session = required(json, "session");
        if (sdp.isBlank() || !SESSION.matcher(session).matches()) {
            throw malformed();
        }
        return new PeerProtocol.Answer(session, sdp, entityTag(json));
    }

    private static PeerProtocol.Patched patched(JsonObject json) {
        return new PeerProtocol.Patched(required(json, "fragment"), entityTag(json));
    }

    private static String entityTag(JsonObject json) {
        String tag = required(json, "etag");
        if (!ENTITY_TAG.matcher(tag).matches()) {
            throw malformed();
        }
        return tag.startsWith("\"") ? tag : "\"" + tag + "\"";
    }

    private static String required(JsonObject json, String name) {
        if (json.getValue(name) instanceof String text) {
            return text;
        }
        throw malformed();
    }

    private static MeshException malformed() {
        return new MeshException(FailureCode.UPSTREAM, "a field is missing or ill-formed");
    }
}
