package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The viewers of broadcasts. Those who come before the broadcaster wait for it. Lives on one event loop. */
final class BroadcastViewers {
    /** Frames that wait behind the one that is being written. */
    private static final int BUFFER = 2;

    private final Mesh mesh;
    private final ViewerHubs hubs;
    private final ViewerCounters counters;
    private final Map<StreamId, Waiting> waiting = new HashMap<>();

    BroadcastViewers(Mesh mesh, ViewerHubs hubs, ViewerCounters counters) {
        this.mesh = mesh;
        this.hubs = hubs;
        this.counters = counters;
    }

    /** Who waits for a broadcast. */
    private static final class Waiting {
        final Set<FramedSocket> sockets = new LinkedHashSet<>();
        final Set<FramedSocket> joining = new HashSet<>();
        final MessageConsumer<JsonObject> news;

        Waiting(MessageConsumer<JsonObject> news) {
            this.news = news;
        }
    }

    /** Shows the broadcast as soon as there is one. */
    void add(StreamId id, FramedSocket frames) {
        Waiting others = waiting.computeIfAbsent(
                id, first -> new Waiting(mesh.directory().onStatus(id, status -> heard(id, status))));
        others.sockets.add(frames);
        frames.socket().handler(unused -> frames.heardFrom());
        frames.socket().exceptionHandler(broken -> remove(id, frames));
        frames.socket().closeHandler(closed -> remove(id, frames));
        look(id);
    }

    private void remove(StreamId id, FramedSocket frames) {
        Waiting others = waiting.get(id);
        if (others != null && others.sockets.remove(frames) && others.sockets.isEmpty()) {
            others.news.unregister();
            waiting.remove(id);
        }
    }

    private void heard(StreamId id, StreamStatus status) {
        if (status.state() == StreamStatus.State.LIVE) {
            look(id);
        }
    }

    private void look(StreamId id) {
        Waiting others = waiting.get(id);
        if (others == null) {
            return;
        }
        mesh.directory().get(id).onSuccess(found -> {
            if (found.filter(Broadcasts::isBroadcast).isEmpty()) {
                return;
            }
            for (FramedSocket frames : List.copyOf(others.sockets)) {
                if (others.joining.add(frames)) {
                    show(id, others, frames).onComplete(done -> others.joining.remove(frames));
                }
            }
        });
    }

    private Future<Void> show(StreamId id, Waiting others, FramedSocket frames) {
        ViewOptions options = ViewOptions.buffered(BUFFER);
        return hubs.join(new Topic(id, Topic.HUB), options).map(hub -> {
            if (others.sockets.contains(frames)) {
                remove(id, frames);
                hub.add(new SocketViewer(frames, SocketForm.HUB, options, counters));
            } else {
                hub.expectNoMore();
            }
            return null;
        });
    }

    /** Looks again for what is waited for, and after those who wait; to be called every second. */
    void check() {
        long now = System.nanoTime();
        for (Map.Entry<StreamId, Waiting> entry : List.copyOf(waiting.entrySet())) {
            for (FramedSocket frames : List.copyOf(entry.getValue().sockets)) {
                if (!frames.isThereAt(now)) {
                    frames.cut();
                    remove(entry.getKey(), frames);
                }
            }
            look(entry.getKey());
        }
    }

    /** Sends those away who wait. */
    void close(String reason) {
        for (Map.Entry<StreamId, Waiting> entry : List.copyOf(waiting.entrySet())) {
            for (FramedSocket frames : List.copyOf(entry.getValue().sockets)) {
                frames.close(CloseStatus.GOING_AWAY, reason);
            }
        }
    }
}
