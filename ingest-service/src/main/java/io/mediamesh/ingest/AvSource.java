package io.mediamesh.ingest;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.http.HttpClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A source that libavformat reads: a file, a server or a device. What has an end is played at its own speed, live
 * sources are opened again and again when they are lost.
 */
final class AvSource implements Source {
    // Only formats that carry their media themselves: playlists (HLS, DASH, concat, …) would fetch from anywhere.
    private static final String CONTAINERS = "mp4,matroska,avi,mpegts,mpeg,flv,live_flv,ogg,asf,mxf,nut,ivf,obu,dv,rm,"
            + "wtv,gif,yuv4mpegpipe,mpjpeg,mjpeg,h264,hevc,vvc,av1,m4v,mpegvideo,h263,vc1,wav,w64,mp3,aac,ac3,eac3,dts,"
            + "flac,aiff,au,caf,amr,tta,wv,ape,voc,loas";

    private final SourceLocation location;
    private final boolean loop;
    private final IngestConfig config;
    private final HttpClient client;
    private final ReadGuard guard = new ReadGuard();
    private final Backoff backoff;
    private int attempt;
    private boolean everLive;
    private boolean patient;

    AvSource(SourceLocation location, boolean loop, IngestConfig config, HttpClient client) {
        this.location = location;
        this.loop = loop;
        this.config = config;
        this.client = client;
        this.backoff = new Backoff(config.reconnectFirst(), config.reconnectMost(), RandomGenerator.getDefault());
    }

    private record Opened(AvInput input, boolean recording, boolean untimed) {}

    @Override
    public boolean givesPackets() {
        return true;
    }

    @Override
    public void stop() {
        guard.stop();
    }

    @Override
    public void play(SourceListener listener) {
        while (true) {
            try {
                playOnce(listener);
                listener.ended("the source came to its end");
                return;
            } catch (SourceFault fault) {
                if (fault.remedy() == SourceFault.Remedy.STOP || guard.isStopped()) {
                    return;
                }
                if (!mayComeBack(fault)) {
                    listener.failed(fault.reason());
                    return;
                }
                listener.lost(fault.reason());
                if (!guard.sleepUntil(System.nanoTime() + backoff.nextPauseNanos())) {
                    return;
                }
            }
        }
    }

    private boolean mayComeBack(SourceFault fault) {
        boolean live = location instanceof SourceLocation.Device || location instanceof SourceLocation.Remote;
        return live && (everLive || fault.remedy() == SourceFault.Remedy.RETRY);
    }

    /** Plays until the source ends; a live one has no end, so that is a fault. */
    private void playOnce(SourceListener listener) throws SourceFault {
        Opened opened = open();
        if (opened.recording()) {
            playRecording(opened, listener);
            return;
        }
        try (AvInput input = opened.input();
                Tracks tracks = new Tracks(input, config.maxSidePx())) {
            LivePlayback playback =
                    new LivePlayback(input, tracks, listener, guard, config.stallTimeout(), opened.untimed());
            try {
                playback.play();
            } finally {
                if (playback.wasLive()) {
                    everLive = true;
                    backoff.reset();
                }
            }
        }
        throw SourceFault.retry("the source stopped sending");
    }

    private void playRecording(Opened first, SourceListener listener) throws SourceFault {
        PlayClock clock = new PlayClock(System.nanoTime());
        Opened opened = first;
        long position = 0;
        while (true) {
            try (AvInput input = opened.input();
                    Tracks tracks = new Tracks(input, config.maxSidePx())) {
                position = new PacedPlayback(input, tracks, listener, guard, config.stallTimeout(), clock, position)
                        .play(loop);
                everLive = true;
            }
            if (!guard.sleepUntil(clock.dueNanos(position, System.nanoTime()))) {
                throw SourceFault.stopped();
            }
            if (!loop) {
                return;
            }
            // It can't go back by itself, so it is opened anew; its time goes on.
            opened = open();
        }
    }

    /** With little probing at first; where that does not find out what is in it, once more with patience. */
    private Opened open() throws SourceFault {
        Opened opened = openOnce();
        if (opened.recording() || patient || opened.input().isDescribed()) {
            return opened;
        }
        opened.input().close();
        patient = true;
        return openOnce();
    }

    private Opened openOnce() throws SourceFault {
        try {
            return switch (location) {
                case SourceLocation.Test test -> throw new IllegalStateException(test.toString());
                case SourceLocation.LiveKit room -> throw new IllegalStateException(room.toString());
                case SourceLocation.MediaFile file -> openFile(file.path());
                case SourceLocation.Device device -> openDevice(device.parameters());
                case SourceLocation.Remote remote -> remote.isHttp() ? openHttp(remote) : openRtsp(remote);
            };
        } catch (MeshException refused) {
            throw SourceFault.giveUp(String.valueOf(refused.getMessage()));
        } finally {
            attempt++;
        }
    }

    private Opened openFile(Path path) throws SourceFault {
        Path real = SourceRules.checkFile(path, config.fileRoots());
        Map<String, String> options = Map.of("protocol_whitelist", "file", "format_whitelist", CONTAINERS);
        AvInput.Opening opening = new AvInput.Opening("file:" + real, "", options);
        return new Opened(AvInput.open(opening, Optional.empty(), config.openTimeout(), guard), true, false);
    }

    private Opened openDevice(DeviceParameters device) throws SourceFault {
        Map<String, String> options = new HashMap<>(device.options());
        options.put("protocol_whitelist", "file");
        AvInput.Opening opening =
                new AvInput.Opening(device.path(), "v4l2", options, new DeviceFaults(device.path()), true);
        return new Opened(AvInput.open(opening, Optional.empty(), config.openTimeout(), guard), false, false);
    }

    private Opened openHttp(SourceLocation.Remote remote) throws SourceFault {
        HttpFeed feed = new HttpFeed(client, remote, config, guard, attempt);
        try {
            feed.connect();
        } catch (SourceFault failed) {
            feed.close();
            throw failed;
        }
        Map<String, String> options = new HashMap<>();
        if (feed.isMultipart()) {
            options.putAll(probing(false));
        } else if (!feed.isRecording()) {
            // Containers say little at their beginning, and many servers would not like a second connection.
            options.putAll(probing(true));
        }
        options.put("format_whitelist", CONTAINERS);
        // The bytes come through the feed; nothing may be opened besides.
        options.put("protocol_whitelist", "none");
        AvInput.Opening opening = new AvInput.Opening("", feed.formatName(), options);
        AvInput input = AvInput.open(opening, Optional.of(feed), config.openTimeout(), guard);
        return new Opened(input, feed.isRecording(), input.isUntimed());
    }

    private Opened openRtsp(SourceLocation.Remote remote) throws SourceFault {
        Map<String, String> options = new HashMap<>(probing(patient));
        options.put("rtsp_transport", config.rtspTransport());
        options.put("allowed_media_types", "video+audio");
        options.put("user_agent", "mediamesh");
        options.put("format_whitelist", "rtsp");
        String udp = config.rtspTransport().equals("udp") ? ",udp,rtp" : "";
        options.put("protocol_whitelist", (remote.isTls() ? "tls,tcp" : "tcp") + udp);
        if (remote.isTls()) {
            options.put("tls_verify", config.tlsVerify() ? "1" : "0");
            options.put("verifyhost", remote.host());
            options.put("ca_file", config.nativeCaFile());
        }
        try {
            InetAddress[] addresses = SourceRules.resolve(remote.host(), config.addresses());
            String url = remote.secretUrlAt(addresses[attempt % addresses.length]);
            AvInput.Opening opening = new AvInput.Opening(url, "rtsp", options);
            return new Opened(AvInput.open(opening, Optional.empty(), config.openTimeout(), guard), false, false);
        } catch (UnknownHostException unknown) {
            throw SourceFault.retry("the host " + remote.host() + " is not known");
        }
    }

    /**
     * How much to look at before playing. {@code fflags=nobuffer} is not used: it would throw away the packets seen
     * while probing, among them the first keyframe, and a viewer would wait for the next one.
     */
    private static Map<String, String> probing(boolean patient) {
        return patient
                ? Map.of("probesize", "5000000", "analyzeduration", "3000000")
                : Map.of("probesize", "32768", "analyzeduration", "0");
    }
}
