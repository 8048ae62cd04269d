package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoTrack;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.PeerProtocol.Signalling;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that watches a topic: it gets the newest picture when the one before has been handed to the encoder, so that
 * a busy machine lowers its rate and never lets it lag.
 */
final class WatchingPeer extends Session {
    private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final NativePeer peer;
    private final Subscription video;
    private final Optional<Subscription> audio;
    private final PeerConnections connections;
    private final PictureCodec pictures;
    private final Executor workers;
    private final WebRtcConfig config;
    private final Consumer<String> onOver;

    // Guarded by this: native things are pushed into and given back, never both.
    private @Nullable CustomVideoSource videoSource;
    private @Nullable CustomAudioSource audioSource;
    private @Nullable VideoTrack videoTrack;
    private @Nullable AudioTrack audioTrack;
    private boolean usesLibrary;
    private boolean closed;

    /**
     * What the session works with.
     *
     * @param video subscribed, and paused
     * @param audio subscribed and paused, where the stream has sound and the client wants it
     * @param pictures decodes what comes as JPEG
     * @param workers where pictures are copied
     * @param onOver told why there is nothing more to send
     */
    record Parts(
            Subscription video,
            Optional<Subscription> audio,
            PeerConnections connections,
            PictureCodec pictures,
            Executor workers,
            WebRtcConfig config,
            Consumer<String> onOver) {}

    WatchingPeer(String token, SdpOffer offer, Parts parts) {
        super(
                Signalling.WHEP,
                token,
                offer.preferring(parts.config().codecs(), parts.config().maxBitrateKbps() * 1000),
                HostAddresses.advertised(parts.config()));
        this.video = parts.video();
        this.audio = parts.audio();
        this.connections = parts.connections();
        this.pictures = parts.pictures();
        this.workers = parts.workers();
        this.config = parts.config();
        this.onOver = parts.onOver();
        this.peer = new NativePeer(connections, "the watcher of " + video.topic(), this);
    }

    /** Adds the tracks; between offer and answer. */
    synchronized void addTracks() {
        String stream = video.topic().stream().value();
        connections.use();
        usesLibrary = true;
        CustomVideoSource shown = new CustomVideoSource();
        videoSource = shown;
        VideoTrack picturesTrack = connections.videoTrack(shown);
        videoTrack = picturesTrack;
        peer.send(picturesTrack, stream);
        if (audio.isPresent()) {
            CustomAudioSource heard = new CustomAudioSource();
            audioSource = heard;
            AudioTrack soundTrack = connections.audioTrack(heard);
            audioTrack = soundTrack;
            peer.send(soundTrack, stream);
        }
    }

    @Override
    NativePeer peer() {
        return peer;
    }

    @Override
    void connected() {
        video.handler(delivery -> deliver(video, delivery));
        video.fetch(1);
        audio.ifPresent(sound -> {
            sound.handler(delivery -> deliver(sound, delivery));
            sound.fetch(1);
        });
    }

    private void deliver(Subscription from, Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                try {
                    workers.execute(() -> {
                        try {
                            push(data);
                        } finally {
                            from.fetch(1);
                        }
                    });
                } catch (RejectedExecutionException full) {
                    from.fetch(1);
                }
            }
            case Delivery.Gap gap -> {}
            case Delivery.Changed change -> {
                if (change.state() == SubscriptionState.ENDED && from == video) {
                    onOver.accept(change.reason());
                }
            }
        }
    }

    private void push(Delivery.Data data) {
        switch (data.item().payload()) {
            case VideoFrame frame -> push(frame);
            case AudioBlock block -> push(block);
            default -> {}
        }
    }

    private void push(VideoFrame frame) {
        NativeI420Buffer buffer = PictureCopy.toNative(frame.picture(pictures));
        try {
            synchronized (this) {
                CustomVideoSource source = videoSource;
                if (source != null) {
                    source.pushFrame(new dev.onvoid.webrtc.media.video.VideoFrame(buffer, System.nanoTime()));
                }
            }
        } finally {
            buffer.release();
        }
    }

    /** libwebrtc takes sound ten milliseconds at a time. */
    private synchronized void push(AudioBlock block) {
        CustomAudioSource source = audioSource;
        if (source == null) {
            return;
        }
        int rate = block.sampleRateHz();
        int channels = block.channels();
        int step = rate / 100;
        short[] samples = new short[block.frames() * channels];
        block.copyTo(samples, 0);
        byte[] bytes = new byte[step * channels * 2];
        for (int from = 0; from + step <= block.frames(); from += step) {
            for (int index = 0; index < step * channels; index++) {
                short sample = samples[from * channels + index];
                bytes[2 * index] = (byte) sample;
                bytes[2 * index + 1] = (byte) (sample >> 8);
            }
            source.pushAudio(bytes, 16, rate, channels, step);
        }
    }

    @Override
    public void track(String mid, MediaStreamTrack track) {
        // Whoever watches sends nothing.
    }

    @Override
    String faultAt(long nowNanos) {
        if (!isConnected()) {
            return nowNanos - openedNanos() > config.connectTimeout().toNanos() ? "it did not connect" : "";
        }
        boolean gone = transport() == RTCIceConnectionState.FAILED
                || transport() == RTCIceConnectionState.CLOSED
                || (transport() == RTCIceConnectionState.DISCONNECTED && nowNanos - transportSinceNanos() > GONE_NANOS);
        return gone ? "the watcher has left" : "";
    }

    @Override
    void close(String reason) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        video.close();
        audio.ifPresent(Subscription::close);
        peer.close();
        synchronized (this) {
            free(videoTrack);
            free(audioTrack);
            CustomVideoSource shown = videoSource;
            if (shown != null) {
                videoSource = null;
                shown.dispose();
            }
            CustomAudioSource heard = audioSource;
            if (heard != null) {
                audioSource = null;
                heard.dispose();
            }
            if (usesLibrary) {
                usesLibrary = false;
                connections.giveBack();
            }
        }
    }

    private static void free(@Nullable MediaStreamTrack track) {
        if (track == null) {
            return;
        }
        try {
            track.dispose();
        } catch (RuntimeException | Error stillHeld) {
            // The connection lets go of it a moment later; our reference is gone either way.
        }
    }
}
