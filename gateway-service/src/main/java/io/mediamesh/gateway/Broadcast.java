package io.mediamesh.gateway;

import io.mediamesh.contracts.BroadcastFrame;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A stream that a broadcaster sends to this gateway, frame by frame: the topic {@code hub} gives its frames as they came,
 * {@code video} the pictures that they are, while somebody wants them. Lives on one event loop; producers come and go on
 * the mesh's.
 */
final class Broadcast {
    private final StreamId id;
    private final Mesh mesh;
    private final Annotator annotator;
    private final HubCounters counters;
    private final Map<String, Publisher> publishers = new ConcurrentHashMap<>();
    private final Object latestLock = new Object();
    /**
     * For viewers who come a moment after it: a broadcaster may send nothing more before it has seen it come back. Guarded
     * by the lock.
     */
    private Optional<Shown> latest = Optional.empty();

    private Optional<BroadcasterSocket> sender = Optional.empty();
    private Optional<PictureSize> size = Optional.empty();
    private StreamStatus.State state = StreamStatus.State.IDLE;
    private Future<Void> told = Future.succeededFuture();

    /** A frame as viewers see it. */
    private record Shown(CaptureTime captured, BroadcastFrame frame) {}

    /** A broadcast without a broadcaster. */
    Broadcast(StreamId id, Mesh mesh, Annotator annotator, HubCounters counters) {
        this.id = id;
        this.mesh = mesh;
        this.annotator = annotator;
        this.counters = counters;
    }

    StreamId id() {
        return id;
    }

    Annotator annotator() {
        return annotator;
    }

    /** Who sends it; nobody while the broadcast waits for a broadcaster to come back. */
    Optional<BroadcasterSocket> sender() {
        return sender;
    }

    /** From now on it comes from here. */
    void sentBy(BroadcasterSocket socket) {
        sender = Optional.of(socket);
        tell(StreamStatus.State.LIVE, "");
    }

    /** The broadcaster was lost. */
    void orphaned(String reason) {
        sender = Optional.empty();
        tell(StreamStatus.State.RECONNECTING, reason);
    }

    /** Begins one of its topics; on a thread of the mesh. */
    Future<Producer> produce(Publisher publisher) {
        String kind = publisher.topic().kind();
        if (!kind.equals(Topic.HUB) && !kind.equals(Topic.VIDEO)) {
            return Future.failedFuture(
                    new MeshException(FailureCode.NOT_FOUND, "the broadcast " + id + " has pictures only", "topic"));
        }
        synchronized (latestLock) {
            publishers.put(kind, publisher);
            if (kind.equals(Topic.HUB)) {
                publisher.keepLatest();
                latest.ifPresent(shown -> publisher.publish(shown.captured, shown.frame));
            }
        }
        return Future.succeededFuture(() -> {
            publishers.remove(kind, publisher);
            return Future.succeededFuture();
        });
    }

    /** Gives a frame to everybody who wants it. */
    void publish(BroadcastMessage message, Bytes metadata, CaptureTime captured) {
        show(new Shown(captured, new BroadcastFrame(message.text(), metadata)));
        Publisher video = publishers.get(Topic.VIDEO);
        if (video != null && video.wanted()) {
            frame(message).ifPresentOrElse(frame -> video.publish(captured, frame), counters::unusable);
        }
    }

    private void show(Shown now) {
        synchronized (latestLock) {
            latest = Optional.of(now);
            Publisher hub = publishers.get(Topic.HUB);
            if (hub != null) {
                hub.publish(now.captured, now.frame);
            }
        }
    }

    private Optional<VideoFrame> frame(BroadcastMessage message) {
        return message.picture().flatMap(file -> PictureSize.ofJpeg(file)
                .filter(found -> found.widthPx() <= I420.MAX_SIDE_PX && found.heightPx() <= I420.MAX_SIDE_PX)
                .map(found -> {
                    if (!size.equals(Optional.of(found))) {
                        size = Optional.of(found);
                        tell(state, "");
                    }
                    return VideoFrame.of(new Jpeg(found.widthPx(), found.heightPx(), file));
                }));
    }

    /** One status after the other, so that the last one stays. */
    private void tell(StreamStatus.State now, String reason) {
        state = now;
        StreamStatus status = new StreamStatus(
                now,
                reason,
                System.currentTimeMillis(),
                size.map(known -> new StreamStatus.Video(known.widthPx(), known.heightPx(), 0)),
                Optional.empty());
        told = told.transform(before -> mesh.directory().publishStatus(id, status));
    }
}
