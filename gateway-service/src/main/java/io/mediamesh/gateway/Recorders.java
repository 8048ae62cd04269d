package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The recordings of all members, asked for over the event bus.
 */
final class Recorders {
    /** A member takes all of its time now and then; its answer needs a moment to arrive. */
    private static final long ANSWER_MILLIS = RecorderProtocol.TIMEOUT_MILLIS + 1_000;

    private static final long LIST_MILLIS = 2_000;

    private final Mesh mesh;
    private final MemberRequests requests;

    Recorders(Mesh mesh) {
        this.mesh = mesh;
        this.requests = new MemberRequests(mesh, "the recorder", "records nothing now");
    }

    /**
     * A recording and where it can be asked for.
     *
     * @param memberId who answered for it
     */
    record Held(String memberId, RecorderProtocol.Recording recording) {}

    /** Begins a recording. */
    Future<RecorderProtocol.Recording> start(RecorderProtocol.Start request) {
        return mesh.pickServing(request.stream(), RecorderProtocol.SERVICE).compose(found -> found.map(
                        member -> ask(member.id(), request, ANSWER_MILLIS, RecorderProtocol.Recording::ofJson))
                .orElseGet(() -> Future.failedFuture(nobody())));
    }

    /** Ends a recording, whoever has it. */
    Future<RecorderProtocol.Recording> stop(String recording) {
        return find(recording)
                .compose(held -> ask(
                        held.memberId(),
                        new RecorderProtocol.Stop(recording),
                        ANSWER_MILLIS,
                        RecorderProtocol.Recording::ofJson));
    }

    /** Deletes a recording; {@link FailureCode#CONFLICT} while it is being written. */
    Future<Void> delete(String recording) {
        return find(recording)
                .compose(held ->
                        ask(held.memberId(), new RecorderProtocol.Delete(recording), ANSWER_MILLIS, answer -> answer))
                .mapEmpty();
    }

    /** All recordings, newest first; without those of members that do not answer in time. */
    Future<List<RecorderProtocol.Recording>> list() {
        List<Future<List<RecorderProtocol.Recording>>> answers = members()
                .map(member -> ask(
                                member.id(),
                                new RecorderProtocol.ListAll(),
                                LIST_MILLIS,
                                RecorderProtocol::recordingsOf)
                        .otherwise(List.of()))
                .toList();
        return Future.join(answers).map(all -> answers.stream()
                .flatMap(answer -> answer.result().stream())
                .sorted(Comparator.comparingDouble(RecorderProtocol.Recording::startedUnixSeconds)
                        .thenComparing(RecorderProtocol.Recording::id)
                        .reversed())
                .toList());
    }

    /** Finds a recording: nobody knows who has it, so all are asked. */
    Future<Held> find(String recording) {
        List<Future<Held>> answers = members()
                .map(member -> ask(
                                member.id(),
                                new RecorderProtocol.Get(recording),
                                ANSWER_MILLIS,
                                RecorderProtocol.Recording::ofJson)
                        .map(found -> new Held(member.id(), found)))
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
                        .max(Comparator.comparingInt(failure -> failure.code() == FailureCode.NOT_FOUND ? 0 : 1))
                        .filter(failure -> failure.code() != FailureCode.NOT_FOUND)
                        .orElseGet(() -> new MeshException(
                                FailureCode.NOT_FOUND, "there is no recording " + recording, "rid"))));
    }

    /** A piece of a file. */
    Future<Buffer> read(String memberId, RecorderProtocol.Read request) {
        return requests.askFor(
                Buffer.class,
                RecorderProtocol.addressOf(memberId),
                memberId,
                request.toJson(),
                ANSWER_MILLIS,
                piece -> piece);
    }

    private Stream<Member> members() {
        return mesh.members().stream().filter(member -> member.services().contains(RecorderProtocol.SERVICE));
    }

    private <T> Future<T> ask(
            String member, RecorderProtocol.Request request, long timeoutMillis, Function<JsonObject, T> reader) {
        return requests.ask(RecorderProtocol.addressOf(member), member, request.toJson(), timeoutMillis, reader);
    }

    private static MeshException nobody() {
        return new MeshException(
                FailureCode.UNAVAILABLE,
                "no recorder is there; recordings need a member that runs the service recorder");
    }
}
