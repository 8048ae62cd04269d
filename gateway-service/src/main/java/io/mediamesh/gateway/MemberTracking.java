package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.contracts.TrackingProtocol.FrameData;
import io.mediamesh.contracts.TrackingProtocol.Request;
import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The members that track. A session is asked for at the member that hashing picks for it; when that member goes, or gives
 * no sign of life while it is asked, the one that is picked then is asked the same again. A member that is only just
 * starting is left out: any other can go on with its sessions.
 */
final class MemberTracking implements Tracking {
    private static final long ANSWER_MILLIS = TrackingProtocol.TIMEOUT_MILLIS + 1_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long AGAIN_MILLIS = 50;
    private static final long LOOK_MILLIS = 100;

    private final Mesh mesh;

    MemberTracking(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public Future<Started> start(List<Box> boxes, Bytes picture) {
        String session = UUID.randomUUID().toString();
        return ask(new TrackingProtocol.Start(session, boxes, picture), MemberTracking::frameData)
                .map(data -> new Started(session, data));
    }

    @Override
    public Future<JsonObject> frame(String session, Bytes picture) {
        return ask(new TrackingProtocol.Frame(session, picture), MemberTracking::frameData);
    }

    @Override
    public Future<Void> end(String session) {
        return ask(new TrackingProtocol.End(session), answer -> answer).mapEmpty();
    }

    private static JsonObject frameData(JsonObject answer) {
        return FrameData.ofJson(answer).toJson();
    }

    private Future<JsonObject> ask(Request request, Function<JsonObject, JsonObject> reader) {
        return new Asking(request, reader).ask();
    }

    /** One request, until somebody has answered it or there is nobody left to hope for. */
    private final class Asking {
        private final Request request;
        private final Function<JsonObject, JsonObject> reader;
        private final long untilNanos = System.nanoTime() + PATIENCE_NANOS;
        /** Members that are there, but do not track yet, or not any more. */
        private final Set<String> deaf = new HashSet<>();

        Asking(Request request, Function<JsonObject, JsonObject> reader) {
            this.request = request;
            this.reader = reader;
        }

        Future<JsonObject> ask() {
            return pick().compose(picked -> picked.map(this::askMember).orElseGet(this::askNobody));
        }

        /** A session that there is may find somebody again, where the last member that tracks is being started anew. */
        private Future<JsonObject> askNobody() {
            MeshException nobody = new MeshException(
                    FailureCode.UNAVAILABLE,
                    "nobody tracks objects; that needs a member that runs the service " + TrackingProtocol.SERVICE);
            return request instanceof TrackingProtocol.Start ? Future.failedFuture(nobody) : later(nobody);
        }

        private Future<Optional<Member>> pick() {
            return mesh.pickServing(new StreamId(request.session()), TrackingProtocol.SERVICE, Set.copyOf(deaf));
        }

        private Future<JsonObject> askMember(Member member) {
            Promise<JsonObject> answer = Promise.promise();
            mesh.vertx()
                    .eventBus()
                    .<JsonObject>request(
                            TrackingProtocol.addressOf(member.id()),
                            request.toBuffer(),
                            new DeliveryOptions().setSendTimeout(ANSWER_MILLIS))
                    .onSuccess(reply -> answer.tryComplete(reply.body()))
                    .onFailure(answer::tryFail);
            long watch = mesh.vertx().setPeriodic(LOOK_MILLIS, tick -> pick().onSuccess(now -> {
                if (now.isPresent() && !now.get().id().equals(member.id())) {
                    answer.tryFail(new Gone());
                }
            }));
            return answer.future()
                    .onComplete(done -> mesh.vertx().cancelTimer(watch))
                    .transform(done -> done.succeeded() ? read(done.result()) : recover(member, done.cause()));
        }

        private Future<JsonObject> read(JsonObject reply) {
            try {
                return Future.succeededFuture(reader.apply(reply));
            } catch (RuntimeException malformed) {
                return Future.failedFuture(new MeshException(
                        FailureCode.UPSTREAM, "the tracking gave an answer that this gateway does not understand"));
            }
        }

        private Future<JsonObject> recover(Member member, Throwable failure) {
            if (failure instanceof Gone) {
                return ask();
            }
            if (!(failure instanceof ReplyException reply)) {
                return Future.failedFuture(MeshException.ofReply(failure));
            }
            return switch (reply.failureType()) {
                case NO_HANDLERS -> {
                    deaf.add(member.id());
                    yield pick().compose(other -> other.isPresent() ? ask() : askTheDeafAgain(member));
                }
                case TIMEOUT ->
                    Future.failedFuture(new MeshException(
                            FailureCode.UNAVAILABLE,
                            "the member " + member.name() + " does not answer; try again in a moment"));
                case RECIPIENT_FAILURE -> {
                    MeshException told = MeshException.ofReply(reply);
                    yield told.code() == FailureCode.MOVED
                            ? later(new MeshException(
                                    FailureCode.UNAVAILABLE, "the session is just moving to another member"))
                            : Future.failedFuture(told);
                }
                default ->
                    Future.failedFuture(new MeshException(
                            FailureCode.UPSTREAM, "the tracking gave an answer that this gateway does not understand"));
            };
        }

        private Future<JsonObject> askTheDeafAgain(Member member) {
            deaf.clear();
            return later(
                    new MeshException(FailureCode.UNAVAILABLE, "the member " + member.name() + " tracks nothing now"));
        }

        private Future<JsonObject> later(MeshException otherwise) {
            if (System.nanoTime() >= untilNanos) {
                return Future.failedFuture(otherwise);
            }
            return mesh.vertx().timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS).compose(due -> ask());
        }
    }

    /** The member that was asked is not the one to ask any more. */
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("the member has gone", null, false, false);
        }
    }
}
