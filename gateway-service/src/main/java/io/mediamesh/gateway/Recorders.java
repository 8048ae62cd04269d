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
import java.util.stream.Collectors;
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
        this.requests = new MemberRequests(
                mesh,
                "the recorder",
                "records nothing now",
                "no recorder is there; recordings need a member that runs the service recorder");
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
                .orElseGet(() -> Future.failedFuture(requests.nobody())));
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
        return requests.askAll(
                        members(),
                        member -> ask(
                                member.id(),
                                new RecorderProtocol.ListAll(),
                                LIST_MILLIS,
                                RecorderProtocol::recordingsOf))
                .map(all -> all.stream()
                        // Recorders that share a folder all know what has ended; what is being written, its writer
                        // knows.
                        .collect(Collectors.toMap(RecorderProtocol.Recording::id, one -> one, Recorders::better))
                        .values()
                        .stream()
                        .sorted(Comparator.comparingDouble(RecorderProtocol.Recording::startedUnixSeconds)
                                .thenComparing(RecorderProtocol.Recording::id)
                                .reversed())
                        .toList());
    }

    private static RecorderProtocol.Recording better(RecorderProtocol.Recording a, RecorderProtocol.Recording b) {
        return a.state() == RecorderProtocol.State.RECORDING ? a : b;
    }

    /** Finds a recording: nobody knows who has it, so all are asked. */
    Future<Held> find(String recording) {
        return requests.askAny(members(), member -> ask(
                                member.id(),
                                new RecorderProtocol.Get(recording),
                                ANSWER_MILLIS,
                                RecorderProtocol.Recording::ofJson)
                        .map(found -> new Held(member.id(), found)))
                .recover(failure -> Future.failedFuture(
                        failure instanceof MeshException refusal && refusal.code() == FailureCode.NOT_FOUND
                                ? new MeshException(FailureCode.NOT_FOUND, "there is no recording " + recording, "rid")
                                : failure));
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
}
