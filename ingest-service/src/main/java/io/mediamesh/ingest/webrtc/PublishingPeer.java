package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.video.VideoTrack;
import io.mediamesh.contracts.PeerProtocol.Connection;
import io.mediamesh.contracts.PeerProtocol.Publish;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that sends media. */
public final class PublishingPeer extends Session implements MediaFeed {
    private static final long GONE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

    private final StreamId stream;
    private final NativePeer peer;
    private final boolean sendsVideo;
    private final boolean sendsAudio;
    private final WebRtcConfig config;
    private final Duration frameTimeout;
    private final IntensityChannels channels;
    private final Consumer<PublishingPeer> onFormat;
    private final long openedUnixNanos = System.currentTimeMillis() * 1_000_000;
    private final MediaIntake intake;
    private final LipSync lipSync;
    private final Set<LipSync> lipSyncs;

    // Guarded by this.
    private final List<VideoTrack> videoTracks = new ArrayList<>();
    private final List<AudioTrack> audioTracks = new ArrayList<>();
    private @Nullable String closeReason;

    /**
     * A peer that has not answered yet.
     *
     * @param frameTimeout how long it may send no picture
     * @param lipSyncs those that are to be looked after, its own among them while it is open
     * @param onFormat told when the size of the pictures is known or has changed, on a thread of libwebrtc
     */
    PublishingPeer(
            Publish request,
            SdpOffer offer,
            PeerConnections connections,
            WebRtcConfig config,
            Duration frameTimeout,
            IntensityChannels channels,
            PeerCounters counters,
            Set<LipSync> lipSyncs,
            Consumer<PublishingPeer> onFormat) {
        super(request.signalling(), request.token(), offer, HostAddresses.advertised(config));
        this.stream = request.stream();
        this.sendsVideo = offer.sendsVideo();
        this.sendsAudio = offer.sendsAudio();
        this.config = config;
        this.frameTimeout = frameTimeout;
        this.channels = channels;
        this.onFormat = onFormat;
        this.intake = new MediaIntake("stream " + stream, counters, 0, this::isConnected, () -> onFormat.accept(this));
        this.peer = new NativePeer(connections, "the peer of stream " + stream, this);
        this.lipSync = new LipSync(peer::moments, mid -> intake);
        lipSync.offered(offer.text());
        this.lipSyncs = lipSyncs;
        lipSyncs.add(lipSync);
    }

    StreamId stream() {
        return stream;
    }

    /** Whether its client has probably gone without a word: another one may take its place. */
    boolean isSilentAt(long nowNanos) {
        return isConnected() && nowNanos - lastSignNanos() > GONE_NANOS;
    }

    private long lastSignNanos() {
        long last = intake.lastFrameNanos();
        return last == 0 ? connectedNanos() : last;
    }

    @Override
    void connected() {
        if (!sendsVideo) {
            onFormat.accept(this);
        }
    }

    @Override
    NativePeer peer() {
        return peer;
    }

    @Override
    public Optional<StreamStatus.Video> video() {
        return intake.video();
    }

    @Override
    public Optional<StreamStatus.Audio> audio() {
        return sendsAudio ? Optional.of(MediaFeed.SOUND) : Optional.empty();
    }

    @Override
    public boolean sendsVideo() {
        return sendsVideo;
    }

    @Override
    public void open(MediaSink newSink) {
        String reason;
        synchronized (this) {
            intake.passTo(newSink);
            reason = closeReason;
        }
        if (reason != null) {
            newSink.ended(reason);
        }
    }

    @Override
    public synchronized void shut(MediaSink oldSink) {
        if (intake.sink() == oldSink) {
            intake.passTo(null);
        }
    }

    Connection report() {
        long now = System.nanoTime();
        long last = intake.lastFrameNanos();
        double lastUnixSeconds =
                last == 0 ? openedUnixNanos / 1e9 : System.currentTimeMillis() / 1e3 - (now - last) / 1e9;
        return new Connection(
                stream.value(), (now - openedNanos()) / 1e9, intake.frames(), channels.sent(), lastUnixSeconds);
    }

    @Override
    public void track(String mid, MediaStreamTrack track) {
        synchronized (this) {
            if (closeReason != null) {
                return;
            }
            if (track instanceof VideoTrack video) {
                videoTracks.add(video);
                video.addSink(intake);
            } else if (track instanceof AudioTrack audio) {
                audioTracks.add(audio);
                audio.addSink(intake);
            }
        }
    }

    @Override
    public void channel(RTCDataChannel channel) {
        channels.add(channel);
    }

    @Override
    String faultAt(long nowNanos) {
        if (!isConnected()) {
            return nowNanos - openedNanos() > config.connectTimeout().toNanos()
                    ? "it did not connect within " + seconds(config.connectTimeout())
                    : "";
        }
        long lastSign = lastSignNanos();
        if (transport() == RTCIceConnectionState.FAILED || transport() == RTCIceConnectionState.CLOSED) {
            return "the peer has left";
        }
        if (transport() == RTCIceConnectionState.DISCONNECTED
                && nowNanos - transportSinceNanos() > GONE_NANOS
                && nowNanos - lastSign > GONE_NANOS) {
            return "the peer has left";
        }
        return sendsVideo && nowNanos - lastSign > frameTimeout.toNanos()
                ? "no picture came for " + seconds(frameTimeout)
                : "";
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1e3 + " s";
    }

    @Override
    void close(String reason) {
        List<VideoTrack> videos;
        List<AudioTrack> audios;
        @Nullable MediaSink present;
        synchronized (this) {
            if (closeReason != null) {
                return;
            }
            closeReason = reason;
            present = intake.sink();
            videos = List.copyOf(videoTracks);
            audios = List.copyOf(audioTracks);
        }
        lipSyncs.remove(lipSync);
        if (present != null) {
            present.ended(reason);
        }
        // The tracks belong to the connection: they are touched before it closes, and never after.
        videos.forEach(track -> track.removeSink(intake));
        audios.forEach(track -> track.removeSink(intake));
        channels.close();
        peer.close();
    }
}
