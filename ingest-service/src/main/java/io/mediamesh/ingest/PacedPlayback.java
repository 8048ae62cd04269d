package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.BroadcastFrame;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.Payload;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

/**
 * Plays a recording at its own speed on the monotonic clock. A little is decoded ahead and put in order of time,
 * because containers store sound and pictures apart. A loop is seamless: the next round's time follows the last
 * round's, within the same epoch, because the source stays open.
 */
final class PacedPlayback implements VideoTrack.Sink, AudioTrack.Sink {
    private static final long AHEAD_NANOS = 150_000_000L;
    private static final long SPARSE_NANOS = 1_000_000_000L;
    private static final int MOST_QUEUED = 64;
    private static final long MOST_QUEUED_PIXELS = 64L << 20;

    /** {@code shownLaterNanos}: packets are due when they are decoded, which may be before they are shown. */
    private record Due(long positionNanos, long shownLaterNanos, long order, Payload payload) {}

    private final AvInput input;
    private final Tracks tracks;
    private final SourceListener listener;
    private final ReadGuard guard;
    private final Duration stallTimeout;
    private final PlayClock clock;
    private final long aheadNanos;
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::positionNanos).thenComparingLong(Due::order));
    private Optional<StreamStatus.Video> format;
    private Optional<Long> startNanos;
    private long offsetNanos;
    private long order;
    private long endNanos;
    private long videoPosition = PtsNanos.NONE;
    private long audioPosition = PtsNanos.NONE;
    private boolean videoDiscarded;
    private boolean audioDiscarded;
    private boolean tried;
    private boolean gaveAnything;
    private long queuedPixels;

    PacedPlayback(
            AvInput input,
            Tracks tracks,
            SourceListener listener,
            ReadGuard guard,
            Duration stallTimeout,
            PlayClock clock,
            long offsetNanos) {
        this.input = input;
        this.tracks = tracks;
        this.listener = listener;
        this.guard = guard;
        this.stallTimeout = stallTimeout;
        this.clock = clock;
        this.offsetNanos = offsetNanos;
        this.format = tracks.videoFormat();
        this.startNanos = input.startNanos();
        // A decoder may hold back two pictures for reordering.
        this.aheadNanos = AHEAD_NANOS + 2 * tracks.videoFrameNanos();
    }

    /**
     * Plays to the end, again and again where it loops.
     *
     * @return the position on the play clock at which it ended
     */
    long play(boolean loop) throws SourceFault {
        listener.live(format, tracks.audioFormat());
        try (AVPacket packet = avcodec.av_packet_alloc()) {
            try {
                do {
                    round(packet);
                } while (loop && beginAgain());
                return endNanos;
            } finally {
                avcodec.av_packet_free(packet);
            }
        }
    }

    private void round(AVPacket packet) throws SourceFault {
        boolean more = true;
        while (more || !queue.isEmpty()) {
            while (more && hasRoom() && !isFarEnough()) {
                more = input.read(packet, stallTimeout);
                if (more) {
                    take(packet);
                } else {
                    drain();
                }
            }
            passOn(more);
        }
        if (tried && !gaveAnything) {
            throw SourceFault.giveUp("nothing in it can be decoded");
        }
        if (endNanos <= offsetNanos) {
            throw SourceFault.giveUp("it has no length");
        }
    }

    private boolean hasRoom() {
        return queue.size() < MOST_QUEUED && queuedPixels < MOST_QUEUED_PIXELS;
    }

    /** Whether everything that is due soon has been decoded: the track that lags behind decides, unless it is sparse. */
    private boolean isFarEnough() {
        long least = videoPosition;
        if (audioPosition != PtsNanos.NONE) {
            long most = Math.max(videoPosition, audioPosition);
            least = Math.max(
                    least == PtsNanos.NONE ? audioPosition : Math.min(least, audioPosition), most - SPARSE_NANOS);
        }
        return least != PtsNanos.NONE && least > clock.positionAt(System.nanoTime()) + aheadNanos;
    }

    private void take(AVPacket packet) throws SourceFault {
        if (listener.packetsSubscribed() && CodedTrack.isWhole(packet)) {
            tracks.coded(packet.stream_index()).ifPresent(track -> queue(track, packet));
        }
        if (tracks.isVideo(packet.stream_index()) && tracks.video().isPresent()) {
            VideoTrack video = tracks.video().get();
            videoPosition = moved(videoPosition, packet);
            if (listener.videoSubscribed()) {
                tried = true;
                video.decode(packet, this);
                videoDiscarded = false;
            } else if (!videoDiscarded) {
                videoDiscarded = true;
                video.flush();
            }
        } else if (tracks.isAudio(packet.stream_index()) && tracks.audio().isPresent()) {
            AudioTrack audio = tracks.audio().get();
            audioPosition = moved(audioPosition, packet);
            if (listener.audioSubscribed()) {
                tried = true;
                audio.decode(packet, this);
                audioDiscarded = false;
            } else if (!audioDiscarded) {
                audioDiscarded = true;
                audio.flush();
            }
        }
    }

    private void queue(CodedTrack track, AVPacket packet) {
        MediaPacket coded = track.take(packet);
        long pts = input.shownNanos(packet);
        // Sound that a decoder needs to warm up lies before the beginning.
        long shown = pts == PtsNanos.NONE ? endNanos : positionOf(pts) - beforeBeginning(pts);
        long decode = Math.max(offsetNanos, shown - coded.reorderNanos());
        endNanos = Math.max(endNanos, shown + coded.durationNanos());
        queue.add(new Due(decode, shown - decode, order++, coded));
    }

    private long moved(long before, AVPacket packet) {
        long pts = input.packetNanos(packet);
        if (pts == PtsNanos.NONE) {
            return before;
        }
        long position = positionOf(pts);
        endNanos = Math.max(endNanos, position);
        return Math.max(before, position);
    }

    private void drain() throws SourceFault {
        if (tracks.video().isPresent() && !videoDiscarded) {
            tracks.video().get().decode(null, this);
        }
        if (tracks.audio().isPresent() && !audioDiscarded) {
            tracks.audio().get().decode(null, this);
        }
    }

    private long positionOf(long ptsNanos) {
        if (startNanos.isEmpty()) {
            startNanos = Optional.of(ptsNanos);
        }
        return Math.max(0, ptsNanos - startNanos.get()) + offsetNanos;
    }

    private long beforeBeginning(long ptsNanos) {
        return startNanos.map(start -> Math.max(0, start - ptsNanos)).orElse(0L);
    }

    private void passOn(boolean more) throws SourceFault {
        Due head = queue.peek();
        if (head == null) {
            // Nobody wants anything right now: time passes all the same.
            if (more && isFarEnough()) {
                sleepUntil(System.nanoTime() + AHEAD_NANOS / 2);
            }
            return;
        }
        long now = System.nanoTime();
        long due = clock.dueNanos(head.positionNanos(), now);
        long checkAgain = now + AHEAD_NANOS / 2;
        sleepUntil(more ? Math.min(due, checkAgain) : due);
        if (due <= System.nanoTime()) {
            queue.remove(head);
            switch (head.payload()) {
                case VideoFrame frame -> {
                    queuedPixels -= pixels(frame);
                    listener.video(CaptureClock.at(due), frame);
                }
                case AudioBlock block -> listener.audio(CaptureClock.at(due), block);
                case MediaPacket packet -> listener.packet(CaptureClock.at(due + head.shownLaterNanos()), packet);
                case BroadcastFrame _, Event _ -> throw new IllegalStateException("a file holds no such thing");
            }
        }
    }

    private void sleepUntil(long monotonicNanos) throws SourceFault {
        if (!guard.sleepUntil(monotonicNanos)) {
            throw SourceFault.stopped();
        }
    }

    private boolean beginAgain() {
        tracks.flush();
        offsetNanos = endNanos;
        videoPosition = PtsNanos.NONE;
        audioPosition = PtsNanos.NONE;
        return input.rewind();
    }

    @Override
    public boolean wants() {
        gaveAnything = true;
        return listener.videoWanted();
    }

    @Override
    public void frame(long ptsNanos, VideoFrame frame) {
        StreamStatus.Video now = new StreamStatus.Video(
                frame.widthPx(),
                frame.heightPx(),
                format.map(StreamStatus.Video::fps).orElse(0.0));
        if (!format.equals(Optional.of(now))) {
            format = Optional.of(now);
            listener.live(format, tracks.audioFormat());
        }
        add(ptsNanos == PtsNanos.NONE ? endNanos : positionOf(ptsNanos), tracks.videoFrameNanos(), frame);
        queuedPixels += pixels(frame);
    }

    private static long pixels(VideoFrame frame) {
        return (long) frame.widthPx() * frame.heightPx();
    }

    @Override
    public void block(long ptsNanos, AudioBlock block) {
        gaveAnything = true;
        add(ptsNanos == PtsNanos.NONE ? endNanos : positionOf(ptsNanos), block.durationNanos(), block);
    }

    private void add(long position, long durationNanos, Payload payload) {
        endNanos = Math.max(endNanos, position + durationNanos);
        queue.add(new Due(position, 0, order++, payload));
    }

    @Override
    public void corrupt() {
        listener.corrupt();
    }
}
