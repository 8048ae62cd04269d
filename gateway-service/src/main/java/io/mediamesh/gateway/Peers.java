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
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
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

    Peers(Mesh mesh) {
        this.mesh = mesh;
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
        List<Future<List<PeerProtocol.Connection>>> answers = holders()
                .filter(member -> !member.draining())
                .map(member -> connectionsAt(member.id()).otherwise(List.of()))
                .toList();
        return Future.join(answers).map(all -> answers.stream()
                .flatMap(answer -> answer.result().stream())
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
                .orElseGet(() -> Future.failedFuture(nobody())));
    }

    /** Nobody knows who has a session, so all are asked; at most one does not say that it knows of none. */
    private <T> Future<T> askHolder(PeerProtocol.Request request, Function<JsonObject, T> reader) {
        List<Future<T>> answers = holders()
                .map(member -> ask(member.id(), request, ANSWER_MILLIS, reader))
                .toList();
        if (answers.isEmpty()) {
            return Future.failedFuture(nobody());
        }
        return Future.any(answers)
                .map(any -> answers.stream()
                        .filter(Future::succeeded)
                        .findFirst()
                        .orElseThrow()
                        .result())
                .recover(none -> Future.failedFuture(answers.stream()
                        .map(answer -> MeshException.ofReply(answer.cause()))
                        .max(Comparator.comparingInt(Peers::weight))
                        .orElseThrow()));
    }

    /** Which of several refusals is the holder's: others know nothing of the session, or say nothing at all. */
    private static int weight(MeshException refusal) {
        return switch (refusal.code()) {
            case NOT_FOUND -> 0;
            case UNAVAILABLE -> 1;
            default -> 2;
        };
    }

    private <T> Future<T> ask(
            String member, PeerProtocol.Request request, long timeoutMillis, Function<JsonObject, T> reader) {
        return mesh.vertx()
                .eventBus()
                .request(
                        PeerProtocol.addressOf(member),
                        request.toJson(),
                        new DeliveryOptions().setSendTimeout(timeoutMillis))
                .transform(asked -> asked.succeeded()
                        ? read(asked.result().body(), reader)
                        : Future.failedFuture(refusal(member, asked.cause())));
    }

    private static <T> Future<T> read(Object body, Function<JsonObject, T> reader) {
        try {
            if (body instanceof JsonObject json) {
                return Future.succeededFuture(reader.apply(json));
            }
        } catch (RuntimeException malformed) {
            return Future.failedFuture(notUnderstood());
        }
        return Future.failedFuture(notUnderstood());
    }

    private static PeerProtocol.Answer answer(JsonObject json) {
        String sdp = required(json, "sdp");
        String session = required(json, "session");
        if (sdp.isBlank() || !SESSION.matcher(session).matches()) {
            throw notUnderstood();
        }
        return new PeerProtocol.Answer(session, sdp, entityTag(json));
    }

    private static PeerProtocol.Patched patched(JsonObject json) {
        return new PeerProtocol.Patched(required(json, "fragment"), entityTag(json));
    }

    private static String entityTag(JsonObject json) {
        String tag = required(json, "etag");
        if (!ENTITY_TAG.matcher(tag).matches()) {
            throw notUnderstood();
        }
        return tag.startsWith("\"") ? tag : "\"" + tag + "\"";
    }

    private static String required(JsonObject json, String name) {
        if (json.getValue(name) instanceof String text) {
            return text;
        }
        throw notUnderstood();
    }

    private MeshException refusal(String member, Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            return MeshException.ofReply(failure);
        }
        return switch (reply.failureType()) {
            case NO_HANDLERS ->
                new MeshException(
                        FailureCode.UNAVAILABLE, "the member " + nameOf(member) + " takes no WebRTC peers now");
            case TIMEOUT ->
                new MeshException(
                        FailureCode.UNAVAILABLE,
                        "the member " + nameOf(member) + " does not answer; try again in a moment");
            case RECIPIENT_FAILURE -> told(MeshException.ofReply(reply));
            default -> notUnderstood();
        };
    }

    /** A defect of a member is none of this gateway. */
    private static MeshException told(MeshException failure) {
        return switch (failure.code()) {
            case INTERNAL, FATAL ->
                new MeshException(
                        FailureCode.UPSTREAM,
                        "the ingest service could not do this because of a defect; its log says more");
            default -> failure;
        };
    }

    private static MeshException notUnderstood() {
        return new MeshException(
                FailureCode.UPSTREAM, "the ingest service gave an answer that this gateway does not understand");
    }

    private static MeshException nobody() {
        return new MeshException(
                FailureCode.UNAVAILABLE,
                "no ingest service is there to take WebRTC peers; try again when one has started");
    }

    private String nameOf(String id) {
        return mesh.members().stream()
                .filter(member -> member.id().equals(id))
                .map(Member::name)
                .findFirst()
                .orElse(id);
    }
}
