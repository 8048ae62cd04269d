package io.mediamesh.gateway;

import io.mediamesh.contracts.AudioProtocol;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The members that analyse sound, asked over the event bus. */
final class AudioMembers {
    private static final long ANSWER_MILLIS = AudioProtocol.TIMEOUT_MILLIS + 1_000;
    private static final long STATISTICS_MILLIS = 2_000;

    private final Mesh mesh;
    private final MemberRequests requests;

    AudioMembers(Mesh mesh) {
        this.mesh = mesh;
        this.requests = new MemberRequests(
                mesh,
                "the analysis of sound",
                "analyses no sound now",
                "nobody analyses sound; that needs a member that runs the service " + AudioProtocol.SERVICE);
    }

    /** Asks whichever member; they all know the same. */
    Future<JsonObject> ask(AudioProtocol.Request request) {
        Optional<Member> any =
                members().stream().filter(member -> !member.draining()).findFirst();
        return any.map(member -> requests.ask(
                        AudioProtocol.addressOf(member.id()),
                        member.id(),
                        request.toJson(),
                        ANSWER_MILLIS,
                        answer -> answer))
                .orElseGet(() -> Future.failedFuture(requests.nobody()));
    }

    /** What each of those says who answer in time. */
    Future<JsonArray> statistics() {
        return requests.askAll(
                        members().stream(),
                        member -> requests.ask(
                                AudioProtocol.addressOf(member.id()),
                                member.id(),
                                new AudioProtocol.ShowStatistics().toJson(),
                                STATISTICS_MILLIS,
                                answer -> List.of(new JsonObject()
                                        .put("node", member.name())
                                        .mergeIn(answer))))
                .map(JsonArray::new);
    }

    /** Whether there is anybody to be asked. */
    boolean present() {
        return !members().isEmpty();
    }

    private List<Member> members() {
        return mesh.members().stream()
                .filter(member -> member.services().contains(AudioProtocol.SERVICE))
                .toList();
    }
}
