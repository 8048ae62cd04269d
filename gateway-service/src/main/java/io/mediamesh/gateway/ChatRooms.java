package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chats beside the broadcasts: what one says, all of the same name at all gateways get. Every gateway remembers the last
 * messages that it heard of, for those who come later. Lives on one event loop.
 */
final class ChatRooms {
    private static final Logger LOG = LoggerFactory.getLogger(ChatRooms.class);
    private static final String ADDRESS = "mediamesh.hub.chat";
    private static final int REMEMBERED = 50;
    private static final int MOST_REMEMBERED_CHARS = 4 << 20;
    private static final int PER_SECOND = 5;
    private static final int BURST = 10;
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Vertx vertx;
    private final HubCounters counters;
    private final Map<StreamId, Map<FramedSocket, Guest>> rooms = new HashMap<>();
    /** The one that was quiet for longest is the first. */
    private final LinkedHashMap<StreamId, ArrayDeque<ChatMessage>> histories = new LinkedHashMap<>(16, 0.75f, true);

    private long rememberedChars;
    private Optional<MessageConsumer<JsonObject>> consumer = Optional.empty();

    private static final class Guest {
        final RateLimit limit = new RateLimit(PER_SECOND, BURST, System.nanoTime());
        long fullSinceNanos;
    }

    ChatRooms(Vertx vertx, HubCounters counters) {
        this.vertx = vertx;
        this.counters = counters;
    }

    /** Hears of what is said elsewhere from now on. */
    Future<Void> start() {
        MessageConsumer<JsonObject> listening = vertx.eventBus().consumer(ADDRESS, message -> heard(message.body()));
        consumer = Optional.of(listening);
        return listening.completion();
    }

    /** Lets somebody in. */
    void add(StreamId room, FramedSocket frames) {
        ServerWebSocket socket = frames.socket();
        Guest guest = new Guest();
        rooms.computeIfAbsent(room, first -> new LinkedHashMap<>()).put(frames, guest);
        socket.exceptionHandler(broken -> remove(room, frames));
        socket.closeHandler(closed -> remove(room, frames));
        socket.textMessageHandler(text -> {
            frames.heardFrom();
            take(room, frames, guest, text);
        });
        // All of it, however much that is: what would be left out otherwise is the newest.
        histories.getOrDefault(room, new ArrayDeque<>()).forEach(message -> write(socket, message.toClientText()));
    }

    private void remove(StreamId room, FramedSocket frames) {
        Map<FramedSocket, Guest> guests = rooms.get(room);
        if (guests != null && guests.remove(frames) != null && guests.isEmpty()) {
            rooms.remove(room);
        }
    }

    private void take(StreamId room, FramedSocket frames, Guest guest, String text) {
        if (!guest.limit.admits(System.nanoTime())) {
            tell(
                    frames,
                    guest,
                    "too fast: at most " + PER_SECOND + " messages a second, and " + BURST
                            + " at once; this one was not sent");
            return;
        }
        ChatMessage message;
        try {
            message = ChatMessage.of(text, System.currentTimeMillis());
        } catch (MeshException refused) {
            tell(frames, guest, String.valueOf(refused.getMessage()));
            return;
        }
        vertx.eventBus().publish(ADDRESS, message.toWire().put("room", room.value()));
    }

    private void heard(JsonObject said) {
        StreamId room;
        ChatMessage message;
        try {
            room = new StreamId(said.getString("room"));
            message = ChatMessage.ofWire(said);
        } catch (RuntimeException ofAnotherVersion) {
            LOG.debug("a chat message that is none of this version", ofAnotherVersion);
            return;
        }
        remember(room, message);
        String text = message.toClientText();
        rooms.getOrDefault(room, Map.of()).forEach((frames, guest) -> send(frames, guest, text));
    }

    private void remember(StreamId room, ChatMessage message) {
        ArrayDeque<ChatMessage> history = histories.computeIfAbsent(room, first -> new ArrayDeque<>());
        history.addLast(message);
        rememberedChars += message.chars();
        if (history.size() > REMEMBERED) {
            rememberedChars -= history.removeFirst().chars();
        }
        while (rememberedChars > MOST_REMEMBERED_CHARS) {
            ArrayDeque<ChatMessage> quietest = histories.pollFirstEntry().getValue();
            rememberedChars -= quietest.stream().mapToLong(ChatMessage::chars).sum();
        }
    }

    private void tell(FramedSocket frames, Guest guest, String error) {
        send(frames, guest, FramedSocket.errorText(error));
    }

    /** A guest that does not read misses what is said meanwhile. */
    private void send(FramedSocket frames, Guest guest, String text) {
        ServerWebSocket socket = frames.socket();
        if (socket.isClosed()) {
            return;
        }
        if (socket.writeQueueFull()) {
            guest.fullSinceNanos = guest.fullSinceNanos == 0 ? System.nanoTime() : guest.fullSinceNanos;
            counters.unsaid();
            return;
        }
        guest.fullSinceNanos = 0;
        write(socket, text);
    }

    private void write(ServerWebSocket socket, String text) {
        socket.writeTextMessage(text);
        counters.said();
    }

    /** Looks after the guests; to be called every second. */
    void check() {
        long now = System.nanoTime();
        List.copyOf(rooms.values())
                .forEach(guests -> List.copyOf(guests.entrySet()).forEach(entry -> {
                    Guest guest = entry.getValue();
                    FramedSocket frames = entry.getKey();
                    boolean stuck = frames.socket().writeQueueFull()
                            && guest.fullSinceNanos != 0
                            && now - guest.fullSinceNanos > STUCK_NANOS;
                    if (stuck || !frames.isThereAt(now)) {
                        frames.cut();
                    }
                }));
    }

    /** Sends everybody away. */
    void close(String reason) {
        consumer.ifPresent(MessageConsumer::unregister);
        List.copyOf(rooms.values()).forEach(guests -> List.copyOf(guests.keySet())
                .forEach(frames -> frames.close(CloseStatus.GOING_AWAY, reason)));
    }
}
