package io.mediamesh.recorder;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes recordings that are too old or take too much room, the oldest first and never one that is being written. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long PERIOD_MILLIS = 60_000;
    private static final long MIB = 1 << 20;

    private final Recordings recordings;
    private final RecorderConfig config;
    private @Nullable Context context;
    private long timer;
    private boolean busy;

    Housekeeping(Recordings recordings, RecorderConfig config) {
        this.recordings = recordings;
        this.config = config;
    }

    void start(Context home, WorkerPool disk) {
        context = home;
        timer = home.owner().setPeriodic(PERIOD_MILLIS, tick -> sweep(home, disk));
        sweep(home, disk);
    }

    void stop() {
        Context home = context;
        if (home != null) {
            home.owner().cancelTimer(timer);
        }
    }

    /** Whether there is less room than must stay free. Blocks. */
    private boolean isScarce() throws IOException {
        long floor = config.retention().freeBytes();
        return floor > 0 && recordings.freeBytes() < floor;
    }

    /** Refuses a new recording where the disk has less room than must stay free. Blocks. */
    void refuseWithoutRoom() throws IOException {
        if (isScarce()) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE,
                    "the disk of " + config.root() + " has " + recordings.freeBytes() / MIB + " MiB left, less than "
                            + RecorderConfig.RETENTION_FREE.key() + " wants to stay free ("
                            + config.retention().freeBytes() / MIB + " MiB)");
        }
    }

    private void sweep(Context home, WorkerPool disk) {
        if (busy) {
            return;
        }
        busy = true;
        disk.submit(home, this::next)
                .onFailure(fault -> {
                    busy = false;
                    LOG.warn("old recordings can't be looked after: {}", fault.getMessage());
                })
                .onSuccess(doomed -> doomed.ifPresentOrElse(one -> delete(one, home, disk), () -> busy = false));
    }

    private record Doomed(Recording recording, String reason) {}

    /** The next one to go, if any has to. Blocks. */
    private Optional<Doomed> next() throws IOException {
        List<KeptRecordings.Kept> candidates = recordings.deletable();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Recording oldest = candidates.getFirst().recording();
        RecorderConfig.Retention rules = config.retention();
        if (!rules.age().isZero()) {
            double limit = Instant.now().minus(rules.age()).toEpochMilli() / 1000.0;
            for (KeptRecordings.Kept one : candidates) {
                double ended = one.recording()
                        .endedUnixSeconds()
                        .orElse(one.recording().startedUnixSeconds());
                if (ended < limit) {
                    return Optional.of(new Doomed(one.recording(), "it ended longer ago than recordings are kept"));
                }
            }
        }
        if (rules.totalBytes() > 0 && recordings.totalBytes() > rules.totalBytes()) {
            return Optional.of(
                    new Doomed(oldest, "all recordings take more than " + rules.totalBytes() / MIB + " MiB"));
        }
        return isScarce()
                ? Optional.of(new Doomed(oldest, "the disk has less than " + rules.freeBytes() / MIB + " MiB left"))
                : Optional.empty();
    }

    private void delete(Doomed doomed, Context home, WorkerPool disk) {
        String id = doomed.recording().id();
        LOG.warn("the recording {} is deleted now: {}", id, doomed.reason());
        recordings
                .delete(id)
                .onFailure(fault -> {
                    busy = false;
                    LOG.warn("the recording {} could not be deleted: {}", id, fault.getMessage());
                })
                .onSuccess(done -> {
                    busy = false;
                    sweep(home, disk);
                });
    }
}
