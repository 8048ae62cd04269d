package io.mediamesh.recorder;

import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds recordings in the folder that nobody writes any more, at the start and whenever another recorder is gone or gives some
 * up, and takes them over one by one. Used on the context of the service.
 */
final class Succession {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
    /** Event bus address on which a recorder says that it has given recordings up. */
    private static final String GIVEN_UP = "mediamesh.recorder.given-up";

    private final Mesh mesh;
    private final RecordingFolders folders;
    private final RecordingClaims claims;
    private final Heir heir;
    private final WorkerPool disk;
    private final Context home;
    private Optional<MessageConsumer<String>> news = Optional.empty();
    private Set<String> others = Set.of();
    private boolean looking;
    private boolean again;

    /** Who gets what is found. */
    interface Heir {
        /** Whether the recording is known here already. */
        boolean knows(String recording);

        /** A recording that has ended. */
        void ended(Path folder, Manifest manifest);

        /** A recording that this member is to go on with; its files are whole. */
        void unfinished(Path folder, Manifest repaired);
    }

    /** A recording as its manifest tells it. */
    private record Found(Path folder, Manifest manifest) {}

    Succession(Mesh mesh, RecordingFolders folders, RecordingClaims claims, Heir heir, WorkerPool disk, Context home) {
        this.mesh = mesh;
        this.folders = folders;
        this.claims = claims;
        this.heir = heir;
        this.disk = disk;
        this.home = home;
    }

    /** Takes over what there is, and listens from then on. */
    Future<Void> start() {
        others = claims.others();
        MessageConsumer<String> consumer = mesh.vertx().eventBus().consumer(GIVEN_UP, message -> {
            if (!message.body().equals(mesh.memberId())) {
                again = true;
                lookAgain();
            }
        });
        news = Optional.of(consumer);
        return consumer.completion().compose(listening -> look());
    }

    /** Looks again where a recorder is gone since; once a second. */
    void tick() {
        Set<String> now = claims.others();
        again |= !now.containsAll(others);
        others = now;
        lookAgain();
    }

    private void lookAgain() {
        if (again && !looking) {
            look();
        }
    }

    /** Tells the others that recordings of this member can be taken over. */
    void giveUp() {
        mesh.vertx().eventBus().publish(GIVEN_UP, mesh.memberId());
    }

    void stop() {
        news.ifPresent(MessageConsumer::unregister);
    }

    private Future<Void> look() {
        looking = true;
        again = false;
        return disk.submit(home, this::manifests)
                .compose(found -> Future.join(found.stream().map(this::take).toList()))
                .<Void>mapEmpty()
                .recover(failure -> {
                    LOG.debug("what others left behind is looked for again: {}", failure.getMessage());
                    again = true;
                    return Future.succeededFuture();
                })
                .onComplete(looked -> looking = false);
    }

    private List<Found> manifests() throws IOException {
        List<Found> found = new ArrayList<>();
        for (Path folder : folders.all()) {
            try {
                Manifest manifest = Manifest.read(folder);
                if (!heir.knows(manifest.recording().id())) {
                    found.add(new Found(folder, manifest));
                }
            } catch (IOException unreadable) {
                LOG.warn("{} is left as it is: {}", folder, Faults.text(unreadable));
            }
        }
        return found;
    }

    private Future<Void> take(Found found) {
        var recording = found.manifest.recording();
        if (recording.state() != State.RECORDING) {
            heir.ended(found.folder, found.manifest);
            return Future.succeededFuture();
        }
        return claims.takeOver(recording.id(), recording.member())
                .compose(mine -> mine ? repair(found) : Future.succeededFuture());
    }

    private Future<Void> repair(Found found) {
        return disk.submit(home, () -> {
                    // Its writer may have gone on until a moment ago.
                    Manifest last = Manifest.read(found.folder);
                    return last.recording().state() == State.RECORDING
                            ? Repair.of(found.folder, last, mesh.memberId())
                            : last;
                })
                .<Void>map(whole -> {
                    if (whole.recording().state() == State.RECORDING) {
                        heir.unfinished(found.folder, whole);
                    } else {
                        heir.ended(found.folder, whole);
                        claims.release(whole.recording().id());
                    }
                    return null;
                })
                .recover(fault -> {
                    LOG.warn("{} is left as it is: {}", found.folder, fault.getMessage());
                    return claims.release(found.manifest.recording().id());
                });
    }
}
