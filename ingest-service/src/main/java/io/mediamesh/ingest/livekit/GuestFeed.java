package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.ingest.webrtc.MediaFeed;
import io.mediamesh.ingest.webrtc.MediaSink;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one participant of a room publishes, as a stream of its own. Any thread. */
final class GuestFeed implements MediaFeed {
    private final Consumer<Boolean> onWatched;
    private final Runnable onDemand;
    private volatile Guest guest;
    private volatile boolean lost;
    private volatile Optional<StreamStatus.Video> received = Optional.empty();

    // Guarded by this.
    private @Nullable MediaSink sink;
    private @Nullable String over;

    /**
     * @param onWatched told whether anybody takes it now
     * @param onDemand told when something may be wanted that was not wanted before
     */
    GuestFeed(Guest guest, Consumer<Boolean> onWatched, Runnable onDemand) {
        this.guest = guest;
        this.onWatched = onWatched;
        this.onDemand = onDemand;
    }

    /** They are there; what they publish has changed, perhaps. */
    void update(Guest now) {
        guest = now;
        lost = false;
        sink().ifPresent(MediaSink::formatChanged);
    }

    /** What their pictures are really like, which can be smaller than they were announced. */
    void receive(Optional<StreamStatus.Video> size) {
        if (!size.equals(received)) {
            received = size;
            sink().ifPresent(MediaSink::formatChanged);
        }
    }

    /** We are not in the room for now, or they are not back yet. */
    void lose(String reason) {
        lost = true;
        received = Optional.empty();
        sink().ifPresent(present -> present.lost(reason));
    }

    synchronized Optional<MediaSink> sink() {
        return Optional.ofNullable(sink);
    }

    @Override
    public void open(MediaSink newSink) {
        String reason;
        synchronized (this) {
            sink = newSink;
            reason = over;
        }
        if (reason == null) {
            onWatched.accept(true);
        } else {
            newSink.ended(reason);
        }
    }

    @Override
    public void shut(MediaSink oldSink) {
        synchronized (this) {
            if (sink != oldSink) {
                return;
            }
            sink = null;
        }
        onWatched.accept(false);
    }

    /** They have left, or we have. */
    void end(String reason) {
        MediaSink present;
        synchronized (this) {
            over = reason;
            present = sink;
        }
        if (present != null) {
            present.ended(reason);
        }
    }

    @Override
    public Optional<StreamStatus.Video> video() {
        Optional<Guest.Track> video = guest.video();
        return video.isEmpty()
                ? Optional.empty()
                : received.or(() -> video.get().size());
    }

    @Override
    public Optional<StreamStatus.Audio> audio() {
        return guest.audio().map(track -> SOUND);
    }

    @Override
    public boolean sendsVideo() {
        return guest.video().isPresent();
    }

    @Override
    public boolean isLost() {
        return lost;
    }

    @Override
    public void demandChanged() {
        onDemand.run();
    }

    @Override
    public boolean tracksComeAndGo() {
        return true;
    }
}
