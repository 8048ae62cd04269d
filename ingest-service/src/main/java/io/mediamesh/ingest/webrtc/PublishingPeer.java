package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import io.mediamesh.contracts.PeerProtocol.Connection;
import io.mediamesh.contracts.PeerProtocol.Publish;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that sends media. Its pictures are counted as they come and copied only while somebody taps them. Sinks run
 * on libwebrtc's threads.
 */
public final class PublishingPeer extends Session implements VideoTrackSink, AudioTrackSink {
    private static final Logger LOG = LoggerFactory.getLogger(PublishingPeer.class);
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
    private final AtomicLong frames = new AtomicLong();
    private final PeerCounters counters;
    private volatile long lastFrameNanos;
    private boolean toldFault;
    private volatile @Nullable MediaSink sink;
    private volatile Optional<StreamStatus.Video> format = Optional.empty();

    // Guarded by this.
    private final List<VideoTrack> videoTracks = new ArrayList<>();
    private final List<AudioTrack> audioTracks = new ArrayList<>();
    private @Nullable String closeReason;

    /**
     * A peer that has not answered yet.
     *
     * @param frameTimeout how long it may send no picture
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
            Consumer<PublishingPeer> onFormat) {
        super(request.signalling(), request.token(), offer, HostAddresses.advertised(config));
        this.stream = request.stream();
        this.sendsVideo = offer.sendsVideo();
        this.sendsAudio = offer.sendsAudio();
        this.config = config;
        this.frameTimeout = frameTimeout;
        this.channels = channels;
        this.counters = counters;
        this.onFormat = onFormat;
        this.peer = new NativePeer(connections, "the peer of stream " + stream, this);
    }

    StreamId stream() {
        return stream;
    }

    /** Whether its client has probably gone without a word: another one may take its place. */
    boolean isSilentAt(long nowNanos) {
        return isConnected() && nowNanos - lastSignNanos() > GONE_NANOS;
    }

    private long lastSignNanos() {
        return lastFrameNanos == 0 ? connectedNanos() : lastFrameNanos;
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

    /** The pictures it sends, once known. */
    public Optional<StreamStatus.Video> video() {
        return format;
    }

    /** The sound it sends: libwebrtc hands out 48 kHz mono. */
    public Optional<StreamStatus.Audio> audio() {
        return sendsAudio ? Optional.of(new StreamStatus.Audio(48_000, 1)) : Optional.empty();
    }

    /** Whether it promised pictures. */
    public boolean sendsVideo() {
        return sendsVideo;
    }

    /** From now on the sink gets what comes; one at a time. A peer that has closed ends it at once. */
    public void open(MediaSink newSink) {
        String reason;
        synchronized (this) {
            sink = newSink;
            reason = closeReason;
        }
        if (reason != null) {
            newSink.ended(reason);
        }
    }

    /** Nobody takes what comes any more. */
    public synchronized void shut(MediaSink oldSink) {
        if (sink == oldSink) {
            sink = null;
        }
    }

    Connection report() {
        long now = System.nanoTime();
        long last = lastFrameNanos;
        double lastUnixSeconds =
                last == 0 ? openedUnixNanos / 1e9 : System.currentTimeMillis() / 1e3 - (now - last) / 1e9;
        return new Connection(
                stream.value(), (now - openedNanos()) / 1e9, frames.get(), channels.sent(), lastUnixSeconds);
    }

    @Override
    public void track(MediaStreamTrack track) {
        synchronized (this) {
            if (closeReason != null) {
                return;
            }
            if (track instanceof VideoTrack video) {
                videoTracks.add(video);
                video.addSink(this);
            } else if (track instanceof AudioTrack audio) {
                audioTracks.add(audio);
                audio.addSink(this);
            }
        }
    }

    @Override
    public void channel(RTCDataChannel channel) {
        channels.add(channel);
    }

    @Override
    public void onVideoFrame(VideoFrame frame) {
        NativeCallback.guard("a picture of stream " + stream, () -> {
            try {
                receive(frame);
            } catch (RuntimeException fault) {
                // One bad picture is not the end of the stream, and a hundred are told once.
                counters.faults().increment();
                if (!toldFault) {
                    toldFault = true;
                    LOG.warn("stream {}: a picture can't be taken; told once, counted in the metrics", stream, fault);
                }
            } finally {
                frame.release();
            }
        });
    }

    private void receive(VideoFrame frame) {
        long now = System.nanoTime();
        frames.incrementAndGet();
        lastFrameNanos = now;
        noteFormat(frame);
        MediaSink present = sink;
        if (present == null) {
            return;
        }
        if (present.wantsPictures()) {
            present.picture(PictureCopy.of(frame), frame.timestampNs, now);
        } else if (present.wantsLight()) {
            double meanLuma = PictureCopy.meanLuma(frame);
            StreamStatus.Video size = format.orElseThrow();
            present.light(size.widthPx(), size.heightPx(), meanLuma, frame.timestampNs, now);
        }
    }

    private void noteFormat(VideoFrame frame) {
        boolean lies = frame.rotation % 180 != 0;
        int width = lies ? frame.buffer.getHeight() : frame.buffer.getWidth();
        int height = lies ? frame.buffer.getWidth() : frame.buffer.getHeight();
        Optional<StreamStatus.Video> known = format;
        if (known.isEmpty() || known.get().widthPx() != width || known.get().heightPx() != height) {
            format = Optional.of(new StreamStatus.Video(width, height, 0));
            onFormat.accept(this);
            MediaSink present = sink;
            if (present != null) {
                present.formatChanged();
            }
        }
    }

    @Override
    public void onData(byte[] data, int bitsPerSample, int sampleRateHz, int channelCount, int frameCount) {
        NativeCallback.guard("sound of stream " + stream, () -> {
            MediaSink present = sink;
            // Sound is made up before the transport is there and after it is gone.
            if (present != null && isConnected() && bitsPerSample == 16 && present.wantsAudio()) {
                short[] samples = new short[frameCount * channelCount];
                ByteBuffer.wrap(data)
                        .order(ByteOrder.nativeOrder())
                        .asShortBuffer()
                        .get(samples);
                present.sound(sampleRateHz, channelCount, samples, System.nanoTime());
            }
        });
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
            present = sink;
            videos = List.copyOf(videoTracks);
            audios = List.copyOf(audioTracks);
        }
        if (present != null) {
            present.ended(reason);
        }
        // The tracks belong to the connection: they are touched before it closes, and never after.
        videos.forEach(track -> track.removeSink(this));
        audios.forEach(track -> track.removeSink(this));
        channels.close();
        peer.close();
        channels.dispose();
    }
}
