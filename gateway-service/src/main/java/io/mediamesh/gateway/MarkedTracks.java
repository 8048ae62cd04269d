package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TracksProtocol;
import io.mediamesh.contracts.TracksProtocol.Followed;
import io.mediamesh.contracts.TracksProtocol.Request;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.TopicStats;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;

/** The objects of streams that were marked by hand, at the members that track. */
final class MarkedTracks {
    /** A member takes all of its time now and then; its answer needs a moment to arrive. */
    private static final long ANSWER_MILLIS = TracksProtocol.TIMEOUT_MILLIS + 1_000;

    private final Mesh mesh;
    private final MemberRequests requests;

    MarkedTracks(Mesh mesh) {
        this.mesh = mesh;
        this.requests = new MemberRequests(
                mesh,
                "the tracking",
                "tracks nothing now",
                "nobody tracks objects; that needs a member that runs the service " + TrackingProtocol.SERVICE);
    }

    /** Marks objects. The topic is subscribed to meanwhile, so that somebody produces it, who has a picture. */
    Future<Followed> mark(TracksProtocol.Mark mark) {
        Topic topic = new Topic(mark.stream(), Topic.TRACKS);
        boolean offered =
                mesh.members().stream().anyMatch(member -> member.kinds().contains(Topic.TRACKS));
        if (!offered) {
            return Future.failedFuture(requests.nobody());
        }
        return mesh.subscribe(topic, SubscribeOptions.latest("marking objects")).compose(held -> producer(topic)
                .compose(member -> ask(member, mark).map(Followed::ofJson))
                .eventually(held::close));
    }

    /** Who has the topic; of two that believe so the later one. */
    private Future<String> producer(Topic topic) {
        return mesh.topics().compose(active -> active.stream()
                .filter(stats -> stats.topic().equals(topic))
                .max(Comparator.comparingLong(TopicStats::epoch))
                .map(stats -> Future.succeededFuture(stats.memberId()))
                .orElseGet(() -> Future.failedFuture(new MeshException(
                        FailureCode.UNAVAILABLE,
                        "the objects of this stream are just going to another member; try again"))));
    }

    /** The objects of a stream that are followed now. */
    Future<Followed> list(StreamId stream) {
        return askAny(new TracksProtocol.ListMarked(stream)).map(Followed::ofJson);
    }

    /** Ends them, or one of them. */
    Future<Void> end(TracksProtocol.End end) {
        return askAny(end).mapEmpty();
    }

    private Future<JsonObject> askAny(Request request) {
        return mesh.pickServing(request.stream(), TrackingProtocol.SERVICE)
                .compose(picked -> picked.map(member -> ask(member.id(), request))
                        .orElseGet(() -> Future.failedFuture(requests.nobody())));
    }

    private Future<JsonObject> ask(String member, Request request) {
        return requests.ask(
                TracksProtocol.addressOf(member), member, request.toJson(), ANSWER_MILLIS, answer -> answer);
    }
}
