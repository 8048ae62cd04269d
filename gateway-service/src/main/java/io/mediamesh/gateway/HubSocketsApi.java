package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * {@code WS /broadcaster}, {@code /viewer} and {@code /chat}. A browser's page learns the reason of a failure only from a
 * message, so connections are accepted whatever is wrong.
 */
final class HubSocketsApi {

    private final Broadcasts broadcasts;
    private final BroadcastViewers viewers;
    private final ChatRooms chats;
    private final Origins origins;
    private final HubConfig config;
    private final HubCounters counters;

    HubSocketsApi(
            Broadcasts broadcasts,
            BroadcastViewers viewers,
            ChatRooms chats,
            Origins origins,
            HubConfig config,
            HubCounters counters) {
        this.broadcasts = broadcasts;
        this.viewers = viewers;
        this.chats = chats;
        this.origins = origins;
        this.config = config;
        this.counters = counters;
    }

    /** {@code WS /broadcaster?stream=ID}. */
    void broadcaster(RoutingContext context) {
        HttpServerRequest request = context.request();
        origins.checkWebSocket(request);
        request.pause();
        Future<Broadcast> opened;
        try {
            opened = broadcasts.open(stream(context));
        } catch (MeshException invalid) {
            opened = Future.failedFuture(invalid);
        }
        opened.onSuccess(broadcast -> accept(
                        context,
                        (channel, socket) -> broadcasts.sent(
                                broadcast,
                                new BroadcasterSocket(
                                        channel,
                                        socket,
                                        broadcast,
                                        config.maxMessageBytes(),
                                        counters,
                                        (gone, end) -> broadcasts.gone(gone, broadcast, end))),
                        failure -> broadcasts.notSent(broadcast)))
                .onFailure(failure ->
                        accept(context, (channel, socket) -> refuse(channel, socket, failure), notUpgraded -> {}));
    }

    /** {@code WS /viewer?stream=ID&id=N}. */
    void viewer(RoutingContext context) {
        withStream(context, (id, frames) -> {
            checkNumber(context.queryParams().get("id"));
            viewers.add(id, frames);
        });
    }

    /** {@code WS /chat?stream=ID}. */
    void chat(RoutingContext context) {
        withStream(context, chats::add);
    }

    private void withStream(RoutingContext context, BiConsumer<StreamId, FramedSocket> next) {
        origins.checkWebSocket(context.request());
        accept(
                context,
                (channel, socket) -> {
                    try {
                        next.accept(stream(context), new FramedSocket(channel, socket));
                    } catch (MeshException invalid) {
                        refuse(channel, socket, invalid);
                    }
                },
                notUpgraded -> {});
    }

    private StreamId stream(RoutingContext context) {
        String named = context.queryParams().get("stream");
        return named == null ? config.defaultStream() : new StreamId(named);
    }

    /** The number of a viewer is its own business. */
    private static void checkNumber(String id) {
        if (id != null && !id.matches("-?\\d{1,18}")) {
            throw MeshException.invalid("id", "id must be a whole number, not " + Quoted.of(id));
        }
    }

    private static void accept(
            RoutingContext context, BiConsumer<Channel, ServerWebSocket> open, Consumer<Throwable> notOpened) {
        HttpServerRequest request = context.request();
        Channel channel = Transport.of(request.connection());
        request.toWebSocket().onSuccess(socket -> open.accept(channel, socket)).onFailure(failure -> {
            notOpened.accept(failure);
            if (!context.response().ended()) {
                context.fail(MeshException.invalid("Upgrade", "this is not a valid WebSocket handshake"));
            }
        });
    }

    /** Says why, and closes with a status that a program can tell apart. */
    static void refuse(Channel channel, ServerWebSocket socket, Throwable failure) {
        MeshException why = Failures.asMeshException(failure, 500);
        String reason = String.valueOf(why.getMessage());
        socket.writeTextMessage(FramedSocket.errorText(reason));
        short status =
                switch (why.code()) {
                    case CONFLICT -> CloseStatus.CONFLICT;
                    case UNAVAILABLE -> CloseStatus.TRY_AGAIN_LATER;
                    default ->
                        why.code().remedy() == FailureCode.Remedy.REJECT ? CloseStatus.INVALID : CloseStatus.GOING_AWAY;
                };
        Transport.expect(channel, socket.close(status, FramedSocket.fitting(reason)));
    }
}
