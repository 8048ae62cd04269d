package io.mediamesh.recorder;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.WorkerPool;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
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
    private static final int DISK_THREADS = 2;
    private static final int MOST_DISK_TASKS = 256;
    private static final Set<String> NO_PICTURES =
            Set.of(Topic.PACKETS, Topic.INTENSITY, Topic.DETECTIONS, Topic.TRACKS, Topic.EVENTS, Topic.HUB);

    private final Mesh mesh;
    private final RecorderConfig config;
    private final RecorderMeters meters;
    private final RecordingFolders folders;
    private final FileReader reader = new FileReader();
    private final WorkerPool disk = WorkerPool.create("recorder-files", DISK_THREADS, MOST_DISK_TASKS);
    private final EventTaps taps;
    private final Housekeeping housekeeping;
    private final KeptRecordings kept;

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
        return disk.submit(home, this::load).map(interrupted -> {
            interrupted.forEach(was -> {
                Resumption resumption = new Resumption(this, mesh, home, config.resumeWait(), was);
                synchronized (this) {
                    waiting.put(was.manifest().recording().id(), resumption);
                }
                resumption.begin();
            });
            housekeeping.start(home, disk);
            return null;
        });
    }

    private List<Resumption.Interrupted> load() throws IOException {
        List<Resumption.Interrupted> interrupted = new ArrayList<>();
        for (Path folder : folders.all()) {
            try {
                Manifest manifest = Manifest.read(folder);
                if (manifest.recording().state() == State.RECORDING) {
                    Manifest repaired = Repair.of(folder, manifest, mesh.memberId());
                    interrupted.add(new Resumption.Interrupted(folder, repaired));
                    manifest = repaired;
                }
                kept.keep(manifest.recording(), folder);
            } catch (IOException unreadable) {
                LOG.warn("{} is left as it is: {}", folder, Faults.text(unreadable));
            }
        }
        return interrupted;
    }

    Future<Recording> start(RecorderProtocol.Start request) {
        Context home = home();
        checkTopics(request.topics());
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
                        .compose(this::open)
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

    private static void checkTopics(SortedSet<String> topics) {
        long pictures =
                topics.stream().filter(kind -> !kind.equals(Topic.AUDIO)).count();
        boolean wrong = topics.stream().anyMatch(NO_PICTURES::contains);
        if (topics.isEmpty() || pictures > 1 || wrong) {
            throw MeshException.invalid(
                    "topics",
                    "a recording has audio, one topic of pictures such as video or annotated, or both; not "
                            + Quoted.of(String.join(",", topics)));
        }
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
        synchronized (this) {
            active.remove(journal.id());
            kept.keep(last, journal.folder());
        }
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

    /** Closes what is being written, so that it goes on after a restart. */
    Future<Void> stop() {
        List<RecordingSession> all;
        synchronized (this) {
            stopping = true;
            all = List.copyOf(active.values());
        }
        housekeeping.stop();
        return Future.join(all.stream().map(RecordingSession::suspend).toList())
                .eventually(taps::stop)
                .onComplete(done -> disk.close())
                .mapEmpty();
    }

    /** Room where recordings lie, in bytes. Blocks. */
    long freeBytes() throws IOException {
        Path existing = config.root();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return Files.getFileStore(existing).getUsableSpace();
    }
}
