package io.mediamesh.tracking.onnx;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.tracking.Tracker;
import io.mediamesh.tracking.TrackerKind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tracker that asks a model of the SAM family, which the user brings, for the pixels of the objects. One pair of
 * models serves all sessions.
 */
public final class OnnxTrackerKind implements TrackerKind {
    /** Its name in the settings. */
    public static final String NAME = "onnx";

    private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final TrackerKind follower;
    private final Path encoder;
    private final Path decoder;
    private final int threads;

    /** Guarded by this. */
    private @Nullable SamModel model;
    /** Guarded by this. */
    private @Nullable Refused refused;
    /** Guarded by this. */
    private boolean closed;

    /** Models that could not be used, as the files were then. */
    private record Refused(MeshException why, List<Long> files, long nanos) {}

    /**
     * Reads nothing yet.
     *
     * @param follower which finds the objects from picture to picture
     * @param encoder file of the model that sees pictures
     * @param decoder file of the model that finds what is in a box
     * @param threads that one picture may use
     */
    public OnnxTrackerKind(TrackerKind follower, Path encoder, Path decoder, int threads) {
        this.follower = follower;
        this.encoder = encoder;
        this.decoder = decoder;
        this.threads = threads;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Also reads models again that could not be used before, once the files have changed, or after a minute. */
    @Override
    public void load() {
        follower.load();
        loaded();
    }

    private synchronized SamModel loaded() {
        SamModel present = model;
        if (present != null) {
            return present;
        }
        if (closed) {
            throw new MeshException(FailureCode.UNAVAILABLE, "tracking is stopping");
        }
        List<Long> files = List.of(
                encoder.toFile().lastModified(),
                encoder.toFile().length(),
                decoder.toFile().lastModified(),
                decoder.toFile().length());
        Refused before = refused;
        if (before != null && before.files.equals(files) && System.nanoTime() - before.nanos < AGAIN_NANOS) {
            throw before.why;
        }
        try {
            SamModel loaded = SamModel.load(encoder, decoder, threads);
            model = loaded;
            refused = null;
            return loaded;
        } catch (MeshException why) {
            refused = new Refused(why, files, System.nanoTime());
            throw why;
        }
    }

    @Override
    public Tracker begin(I420 picture, List<Box> boxes) {
        return OnnxTracker.begin(follower, loaded(), picture, boxes);
    }

    @Override
    public Tracker resume(Bytes state) {
        return OnnxTracker.resume(follower, loaded(), state);
    }

    @Override
    public synchronized void close() {
        closed = true;
        SamModel present = model;
        model = null;
        if (present != null) {
            present.close();
        }
    }
}
