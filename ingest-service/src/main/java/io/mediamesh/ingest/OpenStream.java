package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Publisher;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open source, shared by the topics of its stream: it plays on a thread of its own from the first topic to the
 * last, and says at every change how it does. Attaching and detaching is safe from any thread.
 */
final class OpenStream implements SourceListener {
    private static final Logger LOG = LoggerFactory.getLogger(OpenStream.class);
    private static final long EPOCH_LIMIT_SECONDS = 5;

    private final StreamDescription description;
    private final Source source;
    private final StatusBoard board;
    private final Counter corruptCounter;
    private final Promise<Void> over = Promise.promise();

    private volatile @Nullable Publisher video;
    private volatile @Nullable Publisher audio;
    private volatile @Nullable Publisher packets;
    private volatile boolean finished;
    private volatile Runnable demandChanged = () -> {};

    // Guarded by this.
    private boolean live;
    private Optional<StreamStatus.Video> videoFormat = Optional.empty();
    private Optional<StreamStatus.Audio> audioFormat = Optional.empty();
    private Map<String, String> details = Map.of();

    // Only touched by the source's thread.
    private boolean reopening;
    private String lastReason = "";
    private boolean toldCorrupt;

    OpenStream(StreamDescription description, Source source, StatusBoard board, Counter corruptCounter) {
        this.description = description;
        this.source = source;
        this.board = board;
        this.corruptCounter = corruptCounter;
    }

    /** Opens the source on its own thread. */
    void start() {
        LOG.debug("stream {}: opening {}", description.id(), description.url());
        publish(StreamStatus.State.STARTING, "");
        Thread.ofPlatform().daemon().name("ingest-" + description.id()).start(() -> {
            try {
                source.play(this);
            } catch (RuntimeException | Error defect) {
                LOG.error("stream {}: playing failed through a defect of ours", description.id(), defect);
                failed("internal error: " + defect.getClass().getSimpleName());
            } finally {
                if (!finished) {
                    details(Map.of());
                    publish(StreamStatus.State.IDLE, "");
                }
                LOG.debug("stream {}: closed", description.id());
                over.complete();
            }
        });
    }

    StreamDescription description() {
        return description;
    }

    /**
     * From now on the topic gets what the source gives.
     *
     * @return false when the source is over already, so that it needs a new one
     * @throws MeshException {@link FailureCode#NOT_FOUND} when the source is known to have no such track
     */
    synchronized boolean attach(Publisher publisher) {
        if (finished) {
            return false;
        }
        String kind = publisher.topic().kind();
        if (isMissing(kind)) {
            throw new MeshException(FailureCode.NOT_FOUND, missing(kind));
        }
        switch (kind) {
            case Topic.VIDEO -> video = publisher;
            case Topic.AUDIO -> audio = publisher;
            default -> packets = publisher;
        }
        publisher.onDemand(() -> demandChanged.run());
        demandChanged.run();
        return true;
    }

    private boolean isMissing(String kind) {
        return switch (kind) {
            case Topic.VIDEO -> live && videoFormat.isEmpty() && !source.tracksComeAndGo();
            case Topic.AUDIO -> live && audioFormat.isEmpty() && !source.tracksComeAndGo();
            default -> !source.givesPackets();
        };
    }

    /** The topic has no subscribers any more; returns whether it was the last one. */
    synchronized boolean detach(Publisher publisher) {
        if (publisher.equals(video)) {
            video = null;
        }
        if (publisher.equals(audio)) {
            audio = null;
        }
        if (publisher.equals(packets)) {
            packets = null;
        }
        demandChanged.run();
        return video == null && audio == null && packets == null;
    }

    /** Closes the source; completes when its thread has ended. */
    Future<Void> close() {
        source.stop();
        return over.future();
    }

    private String missing(String kind) {
        String what =
                switch (kind) {
                    case Topic.VIDEO -> "pictures";
                    case Topic.AUDIO -> "sound";
                    default -> "coded packets";
                };
        return "the stream " + description.id() + " has no " + what;
    }

    @Override
    public void onDemand(Runnable changed) {
        demandChanged = changed;
    }

    @Override
    public boolean videoSubscribed() {
        return video != null;
    }

    @Override
    public boolean audioSubscribed() {
        return audio != null;
    }

    @Override
    public boolean videoWanted() {
        Publisher publisher = video;
        return publisher != null && publisher.wanted();
    }

    @Override
    public boolean picturesWanted() {
        Publisher publisher = video;
        return publisher != null && publisher.picturesWanted();
    }

    @Override
    public boolean packetsSubscribed() {
        return packets != null;
    }

    @Override
    public void video(CaptureTime capture, VideoFrame frame) {
        Publisher publisher = video;
        if (publisher != null) {
            publisher.publish(capture, frame);
        }
    }

    @Override
    public void audio(CaptureTime capture, AudioBlock block) {
        Publisher publisher = audio;
        if (publisher != null) {
            publisher.publish(capture, block);
        }
    }

    @Override
    public void packet(CaptureTime capture, MediaPacket packet) {
        Publisher publisher = packets;
        if (publisher != null) {
            publisher.publish(capture, packet);
        }
    }

    @Override
    public void live(Optional<StreamStatus.Video> newVideo, Optional<StreamStatus.Audio> newAudio) {
        synchronized (this) {
            live = true;
            videoFormat = newVideo;
            audioFormat = newAudio;
        }
        if (reopening) {
            reopening = false;
            reopened(video);
            reopened(audio);
            reopened(packets);
        }
        lastReason = "";
        LOG.info("stream {}: live, {}, {}", description.id(), shown(newVideo), shown(newAudio));
        publish(StreamStatus.State.LIVE, "");
        endIfMissing(video, newVideo.isPresent());
        endIfMissing(audio, newAudio.isPresent());
    }

    private static String shown(Optional<? extends Record> format) {
        return format.map(Record::toString).orElse("-");
    }

    private void endIfMissing(@Nullable Publisher publisher, boolean present) {
        if (publisher != null && !present && !source.tracksComeAndGo()) {
            publisher.end(missing(publisher.topic().kind()));
        }
    }

    /** Frames of the new epoch must not overtake it, so this thread, which is the source's own, waits. */
    private void reopened(@Nullable Publisher publisher) {
        if (publisher == null) {
            return;
        }
        try {
            publisher.reopened().toCompletionStage().toCompletableFuture().get(EPOCH_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException notNow) {
            LOG.warn("stream {}: its topic goes on without a new epoch: {}", description.id(), notNow.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void waiting(String reason) {
        synchronized (this) {
            videoFormat = Optional.empty();
            audioFormat = Optional.empty();
        }
        lastReason = "";
        publish(StreamStatus.State.STARTING, reason);
    }

    @Override
    public synchronized void details(Map<String, String> newDetails) {
        details = Map.copyOf(newDetails);
    }

    @Override
    public void lost(String reason) {
        reopening = true;
        synchronized (this) {
            live = false;
        }
        if (!reason.equals(lastReason)) {
            lastReason = reason;
            LOG.warn("stream {}: {}; it is opened again until it works", description.id(), reason);
        }
        publish(StreamStatus.State.RECONNECTING, reason);
    }

    @Override
    public void ended(String reason) {
        finish(StreamStatus.State.ENDED, reason);
    }

    @Override
    public void failed(String reason) {
        LOG.warn("stream {}: {}; change the source and subscribe again", description.id(), reason);
        finish(StreamStatus.State.FAILED, reason);
    }

    private void finish(StreamStatus.State state, String reason) {
        // Whoever attaches from here on is turned away, so that nobody waits at a source that is over.
        synchronized (this) {
            finished = true;
        }
        publish(state, reason);
        end(video, reason);
        end(audio, reason);
        end(packets, reason);
    }

    private static void end(@Nullable Publisher publisher, String reason) {
        if (publisher != null) {
            publisher.end(reason);
        }
    }

    @Override
    public void corrupt() {
        corruptCounter.increment();
        if (!toldCorrupt) {
            toldCorrupt = true;
            LOG.warn("stream {}: damaged data is left out; told once, counted in the metrics", description.id());
        }
    }

    private synchronized void publish(StreamStatus.State state, String reason) {
        boolean aboutSubscribers = state == StreamStatus.State.STARTING || state == StreamStatus.State.IDLE;
        if (aboutSubscribers && source.outlivesItsSubscribers()) {
            return;
        }
        board.publish(
                description.id(),
                new StreamStatus(state, reason, System.currentTimeMillis(), videoFormat, audioFormat, details));
    }
}
