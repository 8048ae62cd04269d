package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.ingest.webrtc.MediaSink;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The participants of a room as streams of their own, each in the directory for as long as it publishes. Whoever watches
 * one keeps the room open, by a subscription to the room's stream that takes nothing. Belongs to the room's thread,
 * besides {@link #onDemand}.
 */
final class Guests {
    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);
    private static final int MOST_ID = 128;
    private static final int HASH_BYTES = 4;
    /** Who was lost together with the room may come back later than we do: clients pause between their attempts. */
    private static final Duration RETURN = Duration.ofSeconds(20);

    private final StreamId room;
    private final RoomAddress address;
    private final Mesh mesh;
    private final Context context;
    private final Map<StreamId, GuestFeed> feeds;
    private final Map<String, Entry> present = new HashMap<>();
    private volatile Runnable demand = () -> {};
    private long returnedByNanos;

    // Only touched on the context.
    private final Map<StreamId, Future<?>> underWay = new HashMap<>();
    private @Nullable Subscription hold;
    private int watchers;

    private record Entry(StreamId stream, GuestFeed feed, Guest guest, String trouble) {}

    /** @param feeds the streams of all rooms, to which these are added */
    Guests(StreamId room, RoomAddress address, Mesh mesh, Context context, Map<StreamId, GuestFeed> feeds) {
        this.room = room;
        this.address = address;
        this.mesh = mesh;
        this.context = context;
        this.feeds = feeds;
    }

    /** Called when somebody begins or ceases to watch a participant. */
    void onDemand(Runnable changed) {
        demand = changed;
    }

    /** We are a new participant of the room; those who were lost with it have some time to come back. */
    void joined(long nowNanos) {
        returnedByNanos = nowNanos + RETURN.toNanos();
    }

    /** These publish now, and nobody else. */
    void present(List<Guest> publishing, long nowNanos) {
        Set<String> names = publishing.stream().map(Guest::identity).collect(Collectors.toSet());
        for (Entry entry : List.copyOf(present.values())) {
            boolean mayReturn = !entry.trouble().isEmpty() && returnedByNanos - nowNanos > 0;
            if (!names.contains(entry.guest().identity()) && !mayReturn) {
                remove(entry.guest().identity(), "the participant has left the room, or publishes nothing any more");
            }
        }
        for (Guest guest : publishing) {
            Entry known = present.get(guest.identity());
            if (known == null) {
                add(guest);
            } else if (!known.guest().equals(guest) || !known.trouble().isEmpty()) {
                known.feed().update(guest);
                present.put(guest.identity(), new Entry(known.stream(), known.feed(), guest, ""));
                tell(known.stream(), known.feed(), StreamStatus.State.LIVE, "");
            }
        }
    }

    /** How long everybody stays, as far as is known. */
    long restNanos(long nowNanos) {
        return present.values().stream().allMatch(entry -> entry.trouble().isEmpty())
                ? Long.MAX_VALUE
                : returnedByNanos - nowNanos;
    }

    /** Who watches this participant. */
    Optional<MediaSink> sinkOf(String identity) {
        return Optional.ofNullable(present.get(identity))
                .flatMap(entry -> entry.feed().sink());
    }

    /** What the pictures of this participant are really like, once any have come. */
    void receive(String identity, Optional<StreamStatus.Video> size) {
        Entry entry = present.get(identity);
        if (entry != null) {
            entry.feed().receive(size);
        }
    }

    /** The room is lost for now: they may still be there when we are back. */
    void lost(String reason) {
        present.replaceAll((name, entry) -> {
            entry.feed().lose(reason);
            if (!entry.trouble().equals(reason)) {
                tell(entry.stream(), entry.feed(), StreamStatus.State.RECONNECTING, reason);
            }
            return new Entry(entry.stream(), entry.feed(), entry.guest(), reason);
        });
    }

    void close(String reason) {
        List.copyOf(present.keySet()).forEach(name -> remove(name, reason));
    }

    private void add(Guest guest) {
        StreamId stream = idOf(room, guest.identity());
        GuestFeed feed = new GuestFeed(guest, this::watched, () -> demand.run());
        present.put(guest.identity(), new Entry(stream, feed, guest, ""));
        StreamDescription description = StreamDescription.pushed(
                stream, SourceUrl.parse(address.publicUrlOf(guest.identity())), mesh.memberId(), Map.of());
        inTurn(stream, () -> {
            GuestFeed other = feeds.putIfAbsent(stream, feed);
            if (other != null) {
                LOG.warn("stream {}: the id is taken, so this participant of {} has no stream", stream, room);
                return Future.succeededFuture();
            }
            return mesh.directory()
                    .put(description)
                    .onFailure(taken -> {
                        feeds.remove(stream, feed);
                        LOG.warn("stream {}: a participant of {} has no stream: {}", stream, room, taken.getMessage());
                    })
                    .compose(put -> publish(stream, feed, StreamStatus.State.LIVE, ""));
        });
    }

    private void remove(String identity, String reason) {
        Entry gone = present.remove(identity);
        if (gone != null) {
            gone.feed().end(reason);
            inTurn(
                    gone.stream(),
                    () -> feeds.remove(gone.stream(), gone.feed())
                            ? mesh.directory().remove(gone.stream())
                            : Future.succeededFuture());
        }
    }

    private void tell(StreamId stream, GuestFeed feed, StreamStatus.State state, String reason) {
        inTurn(
                stream,
                () -> feeds.get(stream) == feed ? publish(stream, feed, state, reason) : Future.succeededFuture());
    }

    private Future<Void> publish(StreamId stream, GuestFeed feed, StreamStatus.State state, String reason) {
        return mesh.directory()
                .publishStatus(
                        stream,
                        new StreamStatus(state, reason, System.currentTimeMillis(), feed.video(), feed.audio()));
    }

    /** What is done to a stream in the directory is done one after the other. */
    private void inTurn(StreamId stream, Supplier<Future<?>> step) {
        context.runOnContext(now -> {
            Future<?> before = underWay.getOrDefault(stream, Future.succeededFuture());
            Future<?> mine = before.transform(done -> step.get().mapEmpty());
            underWay.put(stream, mine);
            mine.onComplete(done -> underWay.remove(stream, mine));
        });
    }

    private void watched(boolean begins) {
        demand.run();
        context.runOnContext(now -> {
            watchers += begins ? 1 : -1;
            balance();
        });
    }

    private void balance() {
        Subscription held = hold;
        if (watchers == 0 && held != null) {
            hold = null;
            held.close();
        } else if (watchers > 0 && held == null) {
            mesh.subscribe(new Topic(room, Topic.VIDEO), SubscribeOptions.latest("watchers of its participants"))
                    .onSuccess(subscription -> context.runOnContext(now -> keep(subscription)));
        }
    }

    private void keep(Subscription subscription) {
        subscription.pause();
        if (hold == null && watchers > 0) {
            hold = subscription;
        } else {
            subscription.close();
        }
    }

    /** The id of a participant's stream: the room's and theirs, with a mark where theirs can't stand as it is. */
    static StreamId idOf(StreamId room, String identity) {
        String safe = identity.replaceAll("[^A-Za-z0-9._-]", "_");
        int most = MOST_ID - room.value().length() - 1;
        if (safe.equals(identity) && safe.length() <= most) {
            return new StreamId(room.value() + "." + safe);
        }
        String mark = "-" + hash(room.value() + "/" + identity);
        String whole = room.value() + "." + safe;
        return new StreamId(whole.substring(0, Math.min(whole.length(), MOST_ID - mark.length())) + mark);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
