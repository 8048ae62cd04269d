package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import java.time.Duration;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

/**
 * Plays an input that sends at its own pace: everything is passed on as it arrives. An input that is not held back by
 * anything and runs ahead of time by more than two seconds is read more slowly.
 */
final class LivePlayback implements VideoTrack.Sink, AudioTrack.Sink {
    private static final int VIDEO = 0;
    private static final int AUDIO = 1;
    private static final long MOST_AHEAD_NANOS = 2_000_000_000L;

    private final AvInput input;
    private final Tracks tracks;
    private final SourceListener listener;
    private final ReadGuard guard;
    private final Duration stallTimeout;
    private final boolean arrivalIsCapture;
    private final LiveClock clock = new LiveClock();
    // Packets come in the order of decoding, and a clock wants times that do not go back.
    private final LiveClock packetClock = new LiveClock();
    private Optional<StreamStatus.Video> format;
    private boolean live;
    private boolean videoDiscarded;
    private boolean audioDiscarded;
    private long arrivalNanos;
    private long firstArrivalNanos;
    private long firstPtsNanos = PtsNanos.NONE;

    /** {@code arrivalIsCapture}: the timestamps are made up (MJPEG over HTTP has none). */
    LivePlayback(
            AvInput input,
            Tracks tracks,
            SourceListener listener,
            ReadGuard guard,
            Duration stallTimeout,
            boolean arrivalIsCapture) {
        this.input = input;
        this.tracks = tracks;
        this.listener = listener;
        this.guard = guard;
        this.stallTimeout = stallTimeout;
        this.arrivalIsCapture = arrivalIsCapture;
        this.format = tracks.videoFormat();
    }

    /** Plays until the input ends; returns whether anything came at all. */
    boolean play() throws SourceFault {
        try (AVPacket packet = avcodec.av_packet_alloc()) {
            try {
                while (input.read(packet, stallTimeout)) {
                    arrivalNanos = System.nanoTime();
                    if (!live) {
                        live = true;
                        listener.live(format, tracks.audioFormat());
                    }
                    take(packet);
                }
                return live;
            } finally {
                avcodec.av_packet_free(packet);
            }
        }
    }

    boolean wasLive() {
        return live;
    }

    private void take(AVPacket packet) throws SourceFault {
        if (listener.packetsSubscribed() && CodedTrack.isWhole(packet)) {
            tracks.coded(packet.stream_index()).ifPresent(track -> passOn(track, packet));
        }
        if (tracks.isVideo(packet.stream_index()) && tracks.video().isPresent()) {
            VideoTrack video = tracks.video().get();
            if (listener.videoSubscribed()) {
                video.decode(packet, this);
                videoDiscarded = false;
            } else if (!videoDiscarded) {
                videoDiscarded = true;
                video.flush();
            }
        } else if (tracks.isAudio(packet.stream_index()) && tracks.audio().isPresent()) {
            AudioTrack audio = tracks.audio().get();
            if (listener.audioSubscribed()) {
                audio.decode(packet, this);
                audioDiscarded = false;
            } else if (!audioDiscarded) {
                audioDiscarded = true;
                audio.flush();
            }
        }
    }

    private void passOn(CodedTrack track, AVPacket packet) {
        MediaPacket coded = track.take(packet);
        long decode = input.packetNanos(packet);
        boolean untimed = arrivalIsCapture || decode == PtsNanos.NONE;
        int clockTrack = track.track() == MediaPacket.Track.VIDEO ? VIDEO : AUDIO;
        long capture = untimed
                ? arrivalNanos
                : packetClock.captureNanos(clockTrack, decode, arrivalNanos) + coded.reorderNanos();
        listener.packet(CaptureClock.at(capture), coded);
    }

    @Override
    public boolean wants() {
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
        listener.video(CaptureClock.at(capture(VIDEO, ptsNanos, 0)), frame);
    }

    @Override
    public void block(long ptsNanos, AudioBlock block) {
        listener.audio(CaptureClock.at(capture(AUDIO, ptsNanos, block.durationNanos())), block);
    }

    /** Sound arrives when it is over, so without a timestamp it began that much earlier. */
    private long capture(int track, long ptsNanos, long durationNanos) {
        if (arrivalIsCapture || ptsNanos == PtsNanos.NONE) {
            return arrivalNanos - durationNanos;
        }
        slowDown(ptsNanos);
        return clock.captureNanos(track, ptsNanos, arrivalNanos);
    }

    private void slowDown(long ptsNanos) {
        if (firstPtsNanos == PtsNanos.NONE) {
            firstPtsNanos = ptsNanos;
            firstArrivalNanos = arrivalNanos;
        }
        long ahead = ptsNanos - firstPtsNanos - (arrivalNanos - firstArrivalNanos);
        if (ahead > MOST_AHEAD_NANOS && ahead < 5 * MOST_AHEAD_NANOS) {
            guard.sleepUntil(arrivalNanos + ahead - MOST_AHEAD_NANOS);
        }
    }

    @Override
    public void corrupt() {
        listener.corrupt();
    }
}
