package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code WS /api/live-sessions/ws/live/{room_name}}: pictures and sound of an open room. */
final class LiveSocketsApi {
    static final String PATH = "/api/live-sessions/ws/live/";

    private static final int QUALITY = 85;
    /** What its clients assume. */
    private static final int USUAL_RATE_HZ = 44_100;

    private static final int LEAST_RATE_HZ = 8_000;
    private static final int MOST_RATE_HZ = 96_000;
    /** Messages of sound that wait for a viewer, about a second of them. */
    private static final int SOUND_BUFFER = 64;

    private final LiveSessions sessions;
    private final ViewerHubs hubs;
    private final Origins origins;
    private final ViewerCounters counters;

    LiveSocketsApi(LiveSessions sessions, ViewerHubs hubs, Origins origins, ViewerCounters counters) {
        this.sessions = sessions;
        this.hubs = hubs;
        this.origins = origins;
        this.counters = counters;
    }

    private record Wanted(RoomName room, int rateHz) {}

    /** The hubs of a room; one without sound has no second. */
    private record Hubs(ViewerHub pictures, Optional<ViewerHub> sound) {
        void expectNoMore() {
            pictures.expectNoMore();
            sound.ifPresent(ViewerHub::expectNoMore);
        }
    }

    /**
     * Takes an upgrade. A browser's page learns the reason of a failure only from a message, so the connection is accepted
     * whatever is wrong.
     */
    void live(RoutingContext context) {
        HttpServerRequest request = context.request();
        origins.checkWebSocket(request);
        request.pause();
        Future<Hubs> joined;
        try {
            Wanted wanted = wanted(context);
            joined = sessions.find(wanted.room())
                    .compose(found -> found.map(session -> join(session.stream(), wanted.rateHz()))
                            .orElseGet(() -> Future.failedFuture(notLive(wanted.room()))));
        } catch (MeshException invalid) {
            joined = Future.failedFuture(invalid);
        }
        joined.onSuccess(found -> open(context, found)).onFailure(failure -> request.toWebSocket()
                .onSuccess(socket -> refuse(socket, Failures.asMeshException(failure, 500)))
                .onFailure(notUpgraded -> context.fail(400, notUpgraded)));
    }

    private Future<Hubs> join(StreamId stream, int rateHz) {
        return hubs.join(new Topic(stream, Topic.VIDEO), pictures()).compose(shown -> hubs.joinSound(stream, rateHz)
                .map(Optional::of)
                // A mesh in which nobody offers sound still has pictures.
                .otherwise(Optional.empty())
                .map(heard -> new Hubs(shown, heard)));
    }

    private void open(RoutingContext context, Hubs joined) {
        HttpServerRequest request = context.request();
        Channel channel = Transport.of(request.connection());
        request.toWebSocket()
                .onSuccess(socket -> {
                    FramedSocket frames = new FramedSocket(channel, socket);
                    SocketViewer pictures = new SocketViewer(frames, SocketForm.LIVE, pictures(), counters);
                    joined.sound().ifPresent(hub -> {
                        SoundViewer sound = new SoundViewer(frames, ViewOptions.buffered(SOUND_BUFFER), counters);
                        pictures.accompaniedBy(sound);
                        hub.add(sound);
                    });
                    joined.pictures().add(pictures);
                })
                .onFailure(failure -> {
                    joined.expectNoMore();
                    if (!context.response().ended()) {
                        context.fail(MeshException.invalid("Upgrade", "this is not a valid WebSocket handshake"));
                    }
                });
    }

    private static void refuse(ServerWebSocket socket, MeshException failure) {
        short status =
                switch (failure.code()) {
                    case NOT_FOUND -> CloseStatus.NOT_FOUND;
                    case INVALID -> CloseStatus.INVALID;
                    default -> CloseStatus.GOING_AWAY;
                };
        socket.writeTextMessage(SessionFailures.of(failure).encode());
        socket.close(status, FramedSocket.fitting(String.valueOf(failure.getMessage())));
    }

    private static MeshException notLive(RoomName room) {
        return new MeshException(
                FailureCode.NOT_FOUND,
                "the room " + Quoted.of(room.value()) + " is not live; start it with POST /api/live-sessions/start");
    }

    private static ViewOptions pictures() {
        return ViewOptions.latest(Double.POSITIVE_INFINITY, QUALITY);
    }

    /** Whatever follows in the address is the name: its clients put it there as it is. */
    private static Wanted wanted(RoutingContext context) {
        String rest = context.normalizedPath().substring(PATH.length());
        String name;
        try {
            name = URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw MeshException.invalid("room_name", "room_name is not encoded as it has to be in an address");
        }
        return new Wanted(new RoomName(name), rate(context.queryParams()));
    }

    private static int rate(MultiMap query) {
        String text = query.get("audio_rate");
        if (text == null) {
            return USUAL_RATE_HZ;
        }
        if (text.matches("\\d{1,6}")) {
            int rateHz = Integer.parseInt(text);
            if (rateHz >= LEAST_RATE_HZ && rateHz <= MOST_RATE_HZ) {
                return rateHz;
            }
        }
        throw MeshException.invalid(
                "audio_rate",
                "audio_rate must be a whole number from " + LEAST_RATE_HZ + " to " + MOST_RATE_HZ + " Hz, not "
                        + Quoted.of(text));
    }
}
