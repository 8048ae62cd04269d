package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioDeviceModuleBase;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.onvoid.webrtc.media.video.VideoTrackSource;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.IceServers;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns libwebrtc: loaded with the first session, given back after {@link #close()} and the last use. Blocks; not for
 * event loops.
 */
final class PeerConnections implements AutoCloseable {
    /** Which way the media goes. One library can't do both with sound, because of its sound card. */
    enum Direction {
        /** Plays what comes, silently: without playout sinks would hear nothing. */
        RECEIVING,
        /** Has no sound card at all: a recording one would mix its silence into each track, from its own thread. */
        SENDING
    }

    /** Ports that a connection may take, one after the other, where the settings name no range. */
    static final int PORTS = 4;

    private static final int MOST_PROBES = 100;
    private static final int MAX_PORT = 65_535;
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnections.class);

    private final WebRtcConfig config;
    private final Direction direction;

    // Guarded by this.
    private @Nullable PeerConnectionFactory factory;
    private @Nullable AudioDeviceModuleBase audioDevice;
    private int uses;
    private boolean closed;

    PeerConnections(WebRtcConfig config, Direction direction) {
        this.config = config;
        this.direction = direction;
    }

    /**
     * A connection that belongs to whoever asked for it, and who says {@link #giveBack()} after having closed it.
     *
     * @param port the first UDP port of its media where we chose it; 0 where libwebrtc takes one of the configured range
     */
    record Created(RTCPeerConnection connection, int port) {}

    /** A new connection; its owner closes it. */
    Created create(PeerConnectionObserver observer) {
        int port = config.minPort() == 0 ? freePort() : 0;
        return create(configuration(port, List.of(config.iceServers())), observer, port);
    }

    /**
     * A new connection to a server that may be reached over TCP only, and whose candidates follow its answer, so that
     * those of TCP delay nothing.
     */
    Created createToServer(PeerConnectionObserver observer, List<IceServers> iceServers) {
        RTCConfiguration rtc = configuration(0, iceServers);
        rtc.portAllocatorConfig.setDisableTcp(false);
        return create(rtc, observer, 0);
    }

    private Created create(RTCConfiguration rtc, PeerConnectionObserver observer, int port) {
        PeerConnectionFactory present = use();
        try {
            return new Created(present.createPeerConnection(rtc, observer), port);
        } catch (RuntimeException | Error refused) {
            giveBack();
            throw refused;
        }
    }

    /** Keeps the library, whose threads free what was made with it, until {@link #giveBack()}. */
    synchronized PeerConnectionFactory use() {
        PeerConnectionFactory present = library();
        uses++;
        return present;
    }

    /** Ends a use; the last one after {@link #close()} frees the library. */
    synchronized void giveBack() {
        uses--;
        disposeWhenUnused();
    }

    /**
     * The first of some free ports, known before so that it can be told also where libwebrtc finds no address to tell
     * it with. libwebrtc takes the first that is free, and while ICE begins anew it needs a second.
     */
    private static int freePort() {
        for (int attempt = 0; attempt < MOST_PROBES; attempt++) {
            int first;
            try (DatagramSocket probe = new DatagramSocket()) {
                first = probe.getLocalPort();
            } catch (SocketException none) {
                return 0;
            }
            if (IntStream.range(first, first + PORTS).allMatch(PeerConnections::isFree)) {
                return first;
            }
        }
        return 0;
    }

    private static boolean isFree(int port) {
        if (port > MAX_PORT) {
            return false;
        }
        try (DatagramSocket probe = new DatagramSocket(port)) {
            return probe.isBound();
        } catch (SocketException taken) {
            return false;
        }
    }

    /** Loads the library, so that the first session need not wait for it. */
    void load() {
        library();
    }

    /** A track that shows what is pushed into the source. */
    VideoTrack videoTrack(VideoTrackSource source) {
        return library().createVideoTrack("video", source);
    }

    /** A track that plays what is pushed into the source. */
    AudioTrack audioTrack(AudioTrackSource source) {
        return library().createAudioTrack("audio", source);
    }

    private synchronized PeerConnectionFactory library() {
        if (closed) {
            throw new IllegalStateException("WebRTC is stopped");
        }
        PeerConnectionFactory present = factory;
        if (present == null) {
            // Without a device of ours libwebrtc looks for a sound card and aborts where there is none.
            try {
                AudioDeviceModuleBase device =
                        switch (direction) {
                            case RECEIVING -> new HeadlessAudioDeviceModule();
                            case SENDING -> new AudioDeviceModule(AudioLayer.kDummyAudio);
                        };
                present = new PeerConnectionFactory(device);
                audioDevice = device;
                factory = present;
            } catch (LinkageError | RuntimeException absent) {
                LOG.error(
                        "WebRTC does not load; './mediamesh doctor' says what is missing, everything else goes on",
                        absent);
                throw new MeshException(
                        FailureCode.UNAVAILABLE,
                        "WebRTC does not work on this machine: a system library is missing; the log says which");
            }
        }
        return present;
    }

    private RTCConfiguration configuration(int port, List<IceServers> iceServers) {
        RTCConfiguration rtc = new RTCConfiguration();
        rtc.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
        for (IceServers servers : iceServers) {
            for (String url : servers.urls()) {
                RTCIceServer server = new RTCIceServer();
                server.urls.add(url);
                if (IceServers.isRelay(url)) {
                    server.username = servers.username();
                    server.password = servers.credential();
                }
                rtc.iceServers.add(server);
            }
        }
        // One UDP socket on all addresses: it works on machines that have the loopback address only, and its candidate
        // can be told at whatever address reaches us. TCP candidates would delay each answer.
        PortAllocatorConfig ports = rtc.portAllocatorConfig;
        ports.setDisableTcp(true);
        ports.setDisableAdapterEnumeration(true);
        ports.minPort = port == 0 ? config.minPort() : port;
        ports.maxPort = port == 0 ? config.maxPort() : port + PORTS - 1;
        return rtc;
    }

    @Override
    public synchronized void close() {
        closed = true;
        disposeWhenUnused();
    }

    // Only with the lock. A peer that is freed after the threads of its library ends the process.
    private void disposeWhenUnused() {
        if (!closed || uses > 0) {
            return;
        }
        PeerConnectionFactory present = factory;
        if (present != null) {
            factory = null;
            present.dispose();
        }
        AudioDeviceModuleBase device = audioDevice;
        if (device != null) {
            audioDevice = null;
            device.dispose();
        }
    }
}
