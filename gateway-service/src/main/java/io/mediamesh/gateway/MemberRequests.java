package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Requests to members over the event bus. What a member answers that makes no sense, and a defect of a member, become
 * {@link FailureCode#UPSTREAM}: they are none of this gateway.
 */
final class MemberRequests {
    private final Mesh mesh;
    private final String who;
    private final String absence;
    private final String nobody;

    /**
     * @param who what is asked, for people, for example {@code the recorder}
     * @param absence what a member that listens no more does not do, for example {@code records nothing now}
     * @param nobody the sentence for when there is no member to ask
     */
    MemberRequests(Mesh mesh, String who, String absence, String nobody) {
        this.mesh = mesh;
        this.who = who;
        this.absence = absence;
        this.nobody = nobody;
    }

    /** Asks for JSON. */
    <T> Future<T> ask(
            String address, String member, JsonObject request, long timeoutMillis, Function<JsonObject, T> reader) {
        return askFor(JsonObject.class, address, member, request, timeoutMillis, reader);
    }

    /** Asks for a message of this type. */
    <B, T> Future<T> askFor(
            Class<B> type,
            String address,
            String member,
            JsonObject request,
            long timeoutMillis,
            Function<B, T> reader) {
        return mesh.vertx()
                .eventBus()
                .request(address, request, new DeliveryOptions().setSendTimeout(timeoutMillis))
                .transform(asked -> asked.succeeded()
                        ? read(type, asked.result().body(), reader)
                        : Future.failedFuture(refusal(member, asked.cause())));
    }

    /**
     * Asks all of these members, because nobody knows which of them has what is asked for.
     *
     * @return the answer of one that has it; otherwise the refusal that says the most, {@link FailureCode#NOT_FOUND}
     *     only where all say so
     */
    <T> Future<T> askAny(Stream<Member> members, Function<Member, Future<T>> question) {
        List<Future<T>> answers = members.map(question).toList();
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
                        .max(Comparator.comparingInt(MemberRequests::weight))
                        .orElseThrow()));
    }

    /** Which of several refusals is the holder's: others know nothing of it, or say nothing at all. */
    private static int weight(MeshException refusal) {
        return switch (refusal.code()) {
            case NOT_FOUND -> 0;
            case UNAVAILABLE -> 1;
            default -> 2;
        };
    }

    /** What all of these members have together; one that does not answer in time has nothing. */
    <T> Future<List<T>> askAll(Stream<Member> members, Function<Member, Future<List<T>>> question) {
        List<Future<List<T>>> answers = members.map(
                        member -> question.apply(member).otherwise(List.of()))
                .toList();
        return Future.join(answers).map(all -> answers.stream()
                .flatMap(answer -> answer.result().stream())
                .toList());
    }

    /** There is no member to ask. */
    MeshException nobody() {
        return new MeshException(FailureCode.UNAVAILABLE, nobody);
    }

    /** An answer of another version, or of something else. */
    MeshException notUnderstood() {
        return new MeshException(FailureCode.UPSTREAM, who + " gave an answer that this gateway does not understand");
    }

    private <B, T> Future<T> read(Class<B> type, Object body, Function<B, T> reader) {
        try {
            return Future.succeededFuture(reader.apply(type.cast(body)));
        } catch (RuntimeException malformed) {
            return Future.failedFuture(notUnderstood());
        }
    }

    private MeshException refusal(String member, Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            return MeshException.ofReply(failure);
        }
        return switch (reply.failureType()) {
            case NO_HANDLERS ->
                new MeshException(FailureCode.UNAVAILABLE, "the member " + nameOf(member) + " " + absence);
            case TIMEOUT ->
                new MeshException(
                        FailureCode.UNAVAILABLE,
                        "the member " + nameOf(member) + " does not answer; try again in a moment");
            case RECIPIENT_FAILURE -> told(MeshException.ofReply(reply));
            default -> notUnderstood();
        };
    }

    private MeshException told(MeshException failure) {
        return switch (failure.code()) {
            case INTERNAL, FATAL ->
                new MeshException(
                        FailureCode.UPSTREAM, who + " could not do this because of a defect; its log says more");
            default -> failure;
        };
    }

    private String nameOf(String id) {
        return mesh.members().stream()
                .filter(member -> member.id().equals(id))
                .map(Member::name)
                .findFirst()
                .orElse(id);
    }
}
