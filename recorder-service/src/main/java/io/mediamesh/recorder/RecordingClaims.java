package io.mediamesh.recorder;

import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which member writes which recording, in a map of the whole mesh, so that of several recorders that share a folder one goes
 * on with what another one left behind.
 */
final class RecordingClaims {
    private static final String MAP = "mediamesh.recordings";

    private final Mesh mesh;
    private final AsyncMap<String, String> map;

    private RecordingClaims(Mesh mesh, AsyncMap<String, String> map) {
        this.mesh = mesh;
        this.map = map;
    }

    static Future<RecordingClaims> open(Mesh mesh) {
        return mesh.vertx().sharedData().<String, String>getAsyncMap(MAP).map(map -> new RecordingClaims(mesh, map));
    }

    /** Takes a recording that begins. */
    Future<Void> begin(String recording) {
        return mesh.mayOwn().compose(may -> map.put(recording, mesh.memberId()));
    }

    /**
     * Takes a recording that was found unfinished, unless another member writes it.
     *
     * @param writer who wrote it last, as its manifest says
     * @return whether it is this member's now; fails while this member may not own anything
     */
    Future<Boolean> takeOver(String recording, String writer) {
        return mesh.mayOwn().compose(may -> map.get(recording)).compose(owner -> {
            if (owner == null) {
                return stays(writer)
                        ? Future.succeededFuture(false)
                        : map.putIfAbsent(recording, mesh.memberId()).map(earlier -> earlier == null);
            }
            if (owner.equals(mesh.memberId())) {
                return Future.succeededFuture(true);
            }
            return isThere(owner)
                    ? Future.succeededFuture(false)
                    : map.replaceIfPresent(recording, owner, mesh.memberId());
        });
    }

    private boolean isThere(String member) {
        return mesh.members().stream().anyMatch(other -> other.id().equals(member));
    }

    /** Whether another one may still begin to write what it has not claimed. */
    private boolean stays(String member) {
        return !member.equals(mesh.memberId())
                && mesh.members().stream().anyMatch(other -> other.id().equals(member) && !other.draining());
    }

    /** Whether the recording is still this member's; fails while that is not to be known. */
    Future<Boolean> holds(String recording) {
        return mesh.mayOwn()
                .compose(may -> map.get(recording))
                .compose(owner -> owner == null
                        // Lost with the members that had it in memory.
                        ? map.putIfAbsent(recording, mesh.memberId()).map(earlier -> earlier == null)
                        : Future.succeededFuture(owner.equals(mesh.memberId())));
    }

    /** Gives a recording up: it has ended, or another member shall go on with it. */
    Future<Void> release(String recording) {
        return map.removeIfPresent(recording, mesh.memberId()).mapEmpty();
    }

    /** The other members that record. */
    Set<String> others() {
        return mesh.members().stream()
                .filter(member -> member.services().contains(RecorderProtocol.SERVICE))
                .map(Member::id)
                .filter(id -> !id.equals(mesh.memberId()))
                .collect(Collectors.toSet());
    }
}
