package io.mediamesh.recorder;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.WorkerPool;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All recordings of this member: those that are being written, and those on the disk, which is where they are known
 * from. Used on the context of the service; the disk is touched on a pool.
 */
final class Recordings {
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final int DISK_THREADS = 2;
    private static final int MOST_DISK_TASKS = 256;
    private final Mesh mesh;
    private final RecorderConfig config;
    private final RecorderMeters meters;
    private final RecordingFolders folders;
    private final FileReader reader = new FileReader();
    private final WorkerPool disk = WorkerPool.create("recorder-files", DISK_THREADS, MOST_DISK_TASKS);
    private final EventTaps taps;
    private final Housekeeping housekeeping;
    private final KeptRecordings kept;
    private @Nullable RecordingClaims claims;
    private @Nullable Succession succession;
    private long timer = -1;

    // Guarded by this.
    private final Map<String, RecordingSession> active = new TreeMap<>();
    private final Map<String, Resumption> waiting = new TreeMap<>();
    private int starting;
    private boolean stopping;

    private @Nullable Context context;

    Recordings(Mesh mesh, RecorderConfig config) {
        this.mesh = mesh;
        this.config = config;
        this.meters = new RecorderMeters(mesh.meters());
        disk.measuredBy(mesh.meters());
        this.folders = new RecordingFolders(config.root());
        this.taps = new EventTaps(mesh);
        this.housekeeping = new Housekeeping(this, config);
        this.kept = new KeptRecordings(mesh.memberId());
        Gauge.builder("mediamesh.recorder.active", this, Recordings::activeCount)
                .description("Recordings that are being written.")
                .register(mesh.meters());
    }

    /** Finds what is on the disk, repairs what was torn, and lets go on what was being written. */
    Future<Void> start(Context home) {
        context = home;
        taps.start(home);
        return RecordingClaims.open(mesh)
                .compose(opened -> {
                    claims = opened;
                    Succession made = new Succession(mesh, folders, opened, new Found(), disk, home);
                    succession = made;
                    return made.start();
                })
                .map(looked -> {
                    timer = home.owner().setPeriodic(LOOK_MILLIS, tick -> look());
                    housekeeping.start(home, disk);
                    return null;
                });
    }

    /** Gets what lies in the folder. */
    private final class Found implements Succession.Heir {
        @Override
        public boolean knows(String recording) {
            synchronized (Recordings.this) {
                return active.containsKey(recording) || waiting.containsKey(recording) || isKept(recording);
            }
        }

        @Override
        public void ended(Path folder, Manifest manifest) {
            kept.keep(manifest.recording(), folder);
        }

        @Override
        public void unfinished(Path folder, Manifest repaired) {
            Resumption resumption = new Resumption(
                    Recordings.this, mesh, home(), config.resumeWait(), new Resumption.Interrupted(folder, repaired));
            synchronized (Recordings.this) {
                kept.keep(repaired.recording(), folder);
                waiting.put(repaired.recording().id(), resumption);
            }
            resumption.begin();
        }
    }

    /** Whether what is written is still ours to write, and whether somebody left something behind. */
    private void look() {
        List<RecordingSession> all;
        synchronized (this) {
            if (stopping) {
                return;
            }
            all = List.copyOf(active.values());
        }
        Tenure.confirm(claims(), all);
        Succession heirs = succession;
        if (heirs != null) {
            heirs.tick();
        }
    }

    Future<Recording> start(RecorderProtocol.Start request) {
        Context home = home();
        RecordableTopics.check(request.topics());
        Instant now = Instant.now();
        String id = folders.newId(request.stream(), now);
        return mesh.directory()
                .get(request.stream())
                .compose(known -> known.isPresent()
                        ? reserve()
                        : Future.failedFuture(new MeshException(
                                FailureCode.NOT_FOUND, "there is no stream " + request.stream(), "id")))
                .compose(reserved -> disk.submit(home, () -> {
                            housekeeping.refuseWithoutRoom();
                            return folders.create(request.directory(), request.stream(), id);
                        })
                        .map(folder -> new Journal(
                                folder,
                                mesh.memberId(),
                                id,
                                request.stream(),
                                request.topics(),
                                request.events(),
                                CaptureTime.now()))
                        .compose(journal -> claims().begin(id).compose(mine -> open(journal)))
                        .onComplete(done -> release()))
                .map(session -> {
                    LOG.info(
                            "recording {} of {} begins in {}",
                            id,
                            request.stream(),
                            session.journal().folder());
                    return session.journal().recording();
                });
    }

    private synchronized Future<Void> reserve() {
        if (stopping || active.size() + starting >= config.mostRecordings()) {
            String why = stopping
                    ? "this recorder is leaving"
                    : "as many recordings are being written as " + RecorderConfig.MOST_RECORDINGS.key() + " allows ("
                            + config.mostRecordings() + "); stop one first";
            return Future.failedFuture(new MeshException(FailureCode.UNAVAILABLE, why));
        }
        starting++;
        return Future.succeededFuture();
    }

    private synchronized void release() {
        starting--;
    }

    /** Begins to write; a folder that nothing came of is taken away again. */
    Future<RecordingSession> open(Journal journal) {
        Context home = home();
        RecordingSession session = new RecordingSession(mesh, home, config, meters, journal);
        boolean fresh = journal.lastPart() == 0;
        return disk.submit(home, () -> {
                    Encoders.prepare(config.encoder());
                    return session;
                })
                .compose(RecordingSession::open)
                .map(begun -> {
                    synchronized (this) {
                        kept.forget(journal.id());
                        active.put(journal.id(), session);
                    }
                    if (journal.events()) {
                        taps.listen(session);
                    }
                    session.over().onComplete(done -> ended(session));
                    return session;
                })
                .recover(refused -> {
                    if (fresh) {
                        claims().release(journal.id());
                        disk.submit(home, () -> {
                            folders.delete(journal.folder(), Set.of());
                            return journal.folder();
                        });
                    }
                    return Future.failedFuture(refused);
                });
    }

    private void ended(RecordingSession session) {
        taps.forget(session);
        Journal journal = session.journal();
        Recording last = journal.recording();
        boolean ours = !session.lease().isLost();
        synchronized (this) {
            active.remove(journal.id());
            if (ours) {
                kept.keep(last, journal.folder());
            }
        }
        if (!ours) {
            return;
        }
        claims().release(journal.id());
        LOG.info("recording {} is {}, {} s", last.id(), last.state(), Math.round(last.durationSeconds()));
    }

    Future<Recording> stop(String id) {
        RecordingSession session;
        Resumption resumption;
        synchronized (this) {
            session = active.get(id);
            resumption = waiting.get(id);
        }
        if (session != null) {
            return session.stop(State.FINISHED, "")
                    .map(done -> session.journal().recording());
        }
        return resumption == null ? Future.succeededFuture(get(id)) : resumption.stop();
    }

    /** Newest first. */
    synchronized List<Recording> all() {
        List<Recording> all = new ArrayList<>();
        active.values().forEach(session -> all.add(session.journal().recording()));
        all.addAll(kept.all());
        all.sort(Comparator.comparing(Recording::startedUnixSeconds)
                .thenComparing(Recording::id)
                .reversed());
        return all;
    }

    /** One recording. */
    synchronized Recording get(String id) {
        RecordingSession session = active.get(id);
        if (session != null) {
            return session.journal().recording();
        }
        return kept(id).recording();
    }

    private KeptRecordings.Kept kept(String id) {
        return kept.find(id)
                .orElseThrow(() ->
                        new MeshException(FailureCode.NOT_FOUND, "there is no recording " + Quoted.of(id), "rid"));
    }

    /** Whether it is there and not being written. */
    boolean isKept(String id) {
        return kept.find(id).isPresent();
    }

    private synchronized Path folderOf(String id) {
        RecordingSession session = active.get(id);
        if (session != null) {
            return session.journal().folder();
        }
        return kept(id).folder();
    }

    /** Takes it from the list before its files go, so that what is listed can be read; complete when they are gone. */
    Future<Void> delete(String id) {
        Path folder = folderOf(id);
        Recording recording = get(id);
        synchronized (this) {
            if (active.containsKey(id)) {
                return Future.failedFuture(new MeshException(
                        FailureCode.CONFLICT, "the recording " + id + " is being written; stop it first"));
            }
            kept.forget(id);
        }
        return disk.submit(home(), () -> {
                    folders.delete(folder, namesOf(recording));
                    return folder;
                })
                .recover(fault -> {
                    kept.keep(recording, folder);
                    return Future.failedFuture(fault);
                })
                .mapEmpty();
    }

    private static Set<String> namesOf(Recording recording) {
        return recording.files().stream().map(RecorderProtocol.Entry::name).collect(Collectors.toSet());
    }

    Future<Buffer> read(RecorderProtocol.Read request) {
        Path folder = folderOf(request.recording());
        Set<String> names = namesOf(get(request.recording()));
        FileReader.check(request, names);
        return disk.submit(home(), () -> reader.read(folder.resolve(request.file()), request));
    }

    /** Those that are neither being written nor to go on, oldest first. */
    List<KeptRecordings.Kept> deletable() {
        return kept.ended();
    }

    /** How much all recordings take. */
    synchronized long totalBytes() {
        return all().stream().mapToLong(Recording::sizeBytes).sum();
    }

    /** Makes it final that a recording which was cut off does not go on. */
    Future<Recording> giveUp(Resumption.Interrupted was, State state, String reason) {
        Manifest manifest = was.manifest().ended(state, reason);
        String id = manifest.recording().id();
        LOG.info("recording {} does not go on, it is {} {}", id, state, reason);
        return disk.submit(home(), () -> {
                    Reserve.giveBack(was.folder());
                    manifest.writeTo(was.folder());
                    return was.folder();
                })
                .transform(written -> {
                    claims().release(id);
                    kept.keep(manifest.recording(), was.folder());
                    return written.succeeded() ? Future.succeededFuture(get(id)) : Future.failedFuture(written.cause());
                });
    }

    /** Lets an interrupted recording go on. */
    Future<Void> resume(Resumption.Interrupted was) {
        StreamId stream = was.manifest().recording().stream();
        return reserve()
                .compose(reserved -> open(new Journal(was.folder(), mesh.memberId(), was.manifest()))
                        .onComplete(done -> release()))
                .map(session -> {
                    LOG.info("recording {} of {} goes on", session.journal().id(), stream);
                    return null;
                });
    }

    /** It goes on, or never will. */
    synchronized void waitsNoMore(String id) {
        waiting.remove(id);
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    private synchronized int activeCount() {
        return active.size();
    }

    synchronized Service.Health health() {
        return new Service.Health(true, active.size() + " recordings in " + config.root());
    }

    private Context home() {
        return Objects.requireNonNull(context, "not started");
    }

    /** Closes what is being written, so that another recorder goes on with it, or this one after a restart. */
    Future<Void> handOver() {
        List<RecordingSession> all;
        List<String> waited;
        synchronized (this) {
            stopping = true;
            all = List.copyOf(active.values());
            waited = List.copyOf(waiting.keySet());
        }
        return Tenure.end(claims(), home(), all, waited).onComplete(released -> {
            Succession heirs = succession;
            if (heirs != null && !(all.isEmpty() && waited.isEmpty())) {
                heirs.giveUp();
            }
        });
    }

    /** Closes everything. */
    Future<Void> stop() {
        housekeeping.stop();
        Succession heirs = succession;
        if (heirs != null) {
            home().owner().cancelTimer(timer);
            heirs.stop();
        }
        return handOver()
                .eventually(taps::stop)
                .onComplete(done -> disk.close())
                .mapEmpty();
    }

    private RecordingClaims claims() {
        return Objects.requireNonNull(claims, "not started");
    }

    /** Room where recordings lie, in bytes. Blocks. */
    long freeBytes() throws IOException {
        return folders.freeBytes();
    }
}
