package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A client for tests of this module: sends grey pictures and a tone, or receives. Other clients are tried in e2e. */
final class RtcClient implements PeerConnectionObserver, AutoCloseable {
    private static final PeerConnectionFactory SENDING =
            new PeerConnectionFactory(new AudioDeviceModule(AudioLayer.kDummyAudio));
    private static final PeerConnectionFactory RECEIVING = new PeerConnectionFactory(new HeadlessAudioDeviceModule());

    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<I420> pictures = new CopyOnWriteArrayList<>();
    volatile RTCIceConnectionState transport = RTCIceConnectionState.NEW;
    volatile int widthPx = 320;
    volatile int heightPx = 240;
    volatile int luma = 126;
    volatile boolean sending;
    volatile int loudest;

    private final List<RTCDataChannel> channels = new ArrayList<>();
    private final CompletableFuture<Void> gathered = new CompletableFuture<>();
    private final RTCPeerConnection connection;
    private final CustomVideoSource videoSource = new CustomVideoSource();
    private final CustomAudioSource audioSource = new CustomAudioSource();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private boolean left;

    private RtcClient(PeerConnectionFactory factory, boolean sends, boolean sound) {
        sending = sends;
        connection = factory.createPeerConnection(new RTCConfiguration(), this);
        connection.addTrack(factory.createVideoTrack("v", videoSource), List.of("s"));
        if (sound) {
            connection.addTrack(factory.createAudioTrack("a", audioSource), List.of("s"));
        }
    }

    /** Wants to send video, maybe sound, and to hear on channels with these labels. */
    static RtcClient sending(boolean sound, String... labels) {
        RtcClient client = new RtcClient(SENDING, true, sound);
        for (String label : labels) {
            RTCDataChannel channel = client.connection.createDataChannel(label, new RTCDataChannelInit());
            channel.registerObserver(client.new Listener());
            client.channels.add(channel);
        }
        return client;
    }

    /** Wants to receive video and sound. */
    static RtcClient receiving() {
        RtcClient client = new RtcClient(RECEIVING, false, true);
        for (RTCRtpTransceiver transceiver : client.connection.getTransceivers()) {
            transceiver.setDirection(RTCRtpTransceiverDirection.RECV_ONLY);
        }
        return client;
    }

    /** The offer with all candidates. */
    String offer() {
        CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
        connection.createOffer(new RTCOfferOptions(), new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(RTCSessionDescription description) {
                created.complete(description);
            }

            @Override
            public void onFailure(String error) {
                created.completeExceptionally(new AssertionError(error));
            }
        });
        set(observer -> connection.setLocalDescription(created.join(), observer));
        Await.until("the client's candidates", gathered::isDone);
        return connection.getLocalDescription().sdp;
    }

    /** Takes the answer and begins to send. */
    void accept(String answer) {
        set(observer ->
                connection.setRemoteDescription(new RTCSessionDescription(RTCSdpType.ANSWER, answer), observer));
        timer.scheduleAtFixedRate(this::pushPicture, 0, 33, TimeUnit.MILLISECONDS);
        timer.scheduleAtFixedRate(this::pushSound, 0, 10, TimeUnit.MILLISECONDS);
    }

    private void pushPicture() {
        if (!sending) {
            return;
        }
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        Arrays.fill(planes, (byte) 128);
        Arrays.fill(planes, 0, widthPx * heightPx, (byte) luma);
        NativeI420Buffer buffer =
                PictureCopy.toNative(new I420(widthPx, heightPx, I420.Range.LIMITED, Bytes.takeOver(planes)));
        videoSource.pushFrame(new VideoFrame(buffer, System.nanoTime()));
        buffer.release();
    }

    private void pushSound() {
        if (!sending) {
            return;
        }
        byte[] samples = new byte[960];
        for (int index = 0; index < 480; index++) {
            short sample = (short) (10_000 * Math.sin(2 * Math.PI * 440 * index / 48_000));
            samples[2 * index] = (byte) sample;
            samples[2 * index + 1] = (byte) (sample >> 8);
        }
        audioSource.pushAudio(samples, 16, 48_000, 1, 480);
    }

    private interface Step {
        void run(SetSessionDescriptionObserver observer);
    }

    private static void set(Step step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        step.run(new SetSessionDescriptionObserver() {
            @Override
            public void onSuccess() {
                done.complete(null);
            }

            @Override
            public void onFailure(String error) {
                done.completeExceptionally(new AssertionError(error));
            }
        });
        done.join();
    }

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
        // The offer is given with all of them.
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
        if (state == RTCIceGatheringState.COMPLETE) {
            gathered.complete(null);
        }
    }

    @Override
    public void onIceConnectionChange(RTCIceConnectionState state) {
        transport = state;
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
        if (transceiver.getReceiver().getTrack() instanceof VideoTrack video) {
            video.addSink(frame -> {
                pictures.add(PictureCopy.of(frame));
                frame.release();
            });
        } else if (transceiver.getReceiver().getTrack() instanceof AudioTrack audio) {
            audio.addSink((data, bits, rate, channels, frames) -> {
                int peak = 0;
                for (int index = 0; index + 1 < data.length; index += 2) {
                    peak = Math.max(peak, Math.abs((short) ((data[index] & 0xff) | data[index + 1] << 8)));
                }
                loudest = Math.max(loudest, peak);
            });
        }
    }

    private final class Listener implements RTCDataChannelObserver {
        @Override
        public void onBufferedAmountChange(long previousAmount) {
            // Nothing is sent.
        }

        @Override
        public void onStateChange() {
            // Messages tell that it is open.
        }

        @Override
        public void onMessage(RTCDataChannelBuffer buffer) {
            byte[] bytes = new byte[buffer.data.remaining()];
            buffer.data.get(bytes);
            messages.add(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** Closes the first of its channels. */
    void closeOneChannel() {
        channels.getFirst().close();
    }

    /** Says goodbye in good order. */
    void leave() {
        timer.shutdownNow();
        if (!left) {
            left = true;
            connection.close();
        }
    }

    @Override
    public void close() {
        leave();
    }
}
