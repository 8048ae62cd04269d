package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.StreamStatus.State;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.ProducerFactory;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks for a source that joins LiveKit rooms, by the statuses that gateways know; there is no server behind it. */
final class LiveRooms implements ProducerFactory {
    static final double TONE_HZ = 1_000;

    final SyntheticSource pictures;
    final SyntheticSource sound;
    final AtomicInteger joined = new AtomicInteger();
    /** The URLs of the rooms that were opened, credentials included. */
    final List<String> urls = new CopyOnWriteArrayList<>();

    private final Mesh mesh;
    private volatile Optional<StreamStatus> answer = Optional.empty();

    LiveRooms(Mesh mesh) {
        this.mesh = mesh;
        this.pictures = SyntheticSource.camera(mesh.vertx(), RunningGateway.WIDTH_PX, RunningGateway.HEIGHT_PX, 30);
        this.sound = SyntheticSource.tone(mesh.vertx(), TONE_HZ);
    }

    /** From now on rooms that are opened are in this state, for this reason. */
    LiveRooms answering(State state, String reason) {
        answer = Optional.of(
                new StreamStatus(state, reason, System.currentTimeMillis(), Optional.empty(), Optional.empty()));
        return this;
    }

    /** From now on rooms let us in. */
    void lettingIn() {
        answer = Optional.empty();
    }

    /** Tells how a room does. */
    void tell(String stream, State state, String reason, Map<String, String> details) {
        Await.result(mesh.directory().publishStatus(new StreamId(stream), status(state, reason, details)));
    }

    @Override
    public Future<Producer> start(Publisher publisher) {
        StreamId stream = publisher.topic().stream();
        if (publisher.topic().kind().equals(Topic.AUDIO)) {
            return sound.start(publisher);
        }
        return mesh.directory().get(stream).compose(found -> {
            found.ifPresent(description -> urls.add(description.url().secret()));
            StreamStatus status = answer.orElseGet(() ->
                    status(State.STARTING, "", Map.of(StreamStatus.PARTICIPANT_SID, "PA_" + joined.incrementAndGet())));
            return mesh.directory().publishStatus(stream, status).compose(told -> pictures.start(publisher));
        });
    }

    private static StreamStatus status(State state, String reason, Map<String, String> details) {
        return new StreamStatus(state, reason, System.currentTimeMillis(), Optional.empty(), Optional.empty(), details);
    }
}
