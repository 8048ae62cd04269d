package io.mediamesh.ingest;

import io.mediamesh.contracts.I420;
import io.mediamesh.ingest.livekit.LiveKitConfig;
import io.mediamesh.mesh.AddressRules;
import io.mediamesh.mesh.Cidr;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of the ingest service.
 *
 * @param addresses which machines sources may be fetched from
 * @param fileRoots folders under which files may be played; empty for any
 * @param rtspTransport {@code tcp} or {@code udp}
 * @param stallTimeout how long an open source may be silent
 * @param openTimeout how long opening may take
 * @param reconnectFirst the pause before the first attempt to open a lost source again
 * @param reconnectMost the longest pause
 * @param maxSidePx the largest width and height
 * @param tlsVerify whether certificates are checked
 * @param caFile the certificate authorities for rtsps, a PEM file
 * @param liveKit LiveKit rooms
 */
record IngestConfig(
        AddressRules addresses,
        List<Path> fileRoots,
        String rtspTransport,
        Duration stallTimeout,
        Duration openTimeout,
        Duration reconnectFirst,
        Duration reconnectMost,
        int maxSidePx,
        boolean tlsVerify,
        String caFile,
        LiveKitConfig liveKit) {
    static final Setting<Boolean> ALLOW_PRIVATE = Setting.flag(
            "ingest.allow_private_addresses",
            false,
            "Whether rtsp, http and LiveKit sources may have loopback, link-local and private addresses.");
    static final Setting<List<Cidr>> ALLOWED_ADDRESSES = Cidr.setting(
            "ingest.allowed_addresses",
            "Networks that sources may be fetched from although they are not public, for example 192.168.1.0/24.");
    static final Setting<List<String>> FILE_ROOTS = Setting.words(
            "ingest.file_roots",
            "",
            "Folders under which file: sources must lie. Empty: every regular file that the process can read; set it"
                    + " wherever people whom you do not trust with that can add streams.");
    static final Setting<String> RTSP_TRANSPORT = Setting.choice(
            "ingest.rtsp_transport",
            "tcp",
            List.of("tcp", "udp"),
            "How RTSP sources send: tcp passes firewalls and loses nothing, udp can be faster on a good network.");
    static final Setting<Duration> STALL_TIMEOUT = Setting.duration(
            "ingest.stall_timeout", "5s", "A live source that is silent for so long is closed and opened again.");
    static final Setting<Duration> OPEN_TIMEOUT =
            Setting.duration("ingest.open_timeout", "8s", "How long opening a source may take.");
    static final Setting<Duration> RECONNECT_FIRST = Setting.duration(
            "ingest.reconnect_first", "500ms", "The pause before a lost source is opened again; doubles each time.");
    static final Setting<Duration> RECONNECT_MOST =
            Setting.duration("ingest.reconnect_most", "3s", "The longest pause between attempts to open a source.");
    static final Setting<Integer> MAX_SIDE = Setting.integer(
            "ingest.max_side", 4096, 16, I420.MAX_SIDE_PX, "The largest width and height of a source, in pixels.");
    static final Setting<Boolean> TLS_VERIFY = Setting.flag(
            "ingest.tls_verify", true, "Whether the certificates of https, rtsps and livekits sources are checked.");
    static final Setting<String> CA_FILE = Setting.text(
            "ingest.ca_file",
            "",
            "A PEM file with the authorities that https, rtsps and livekits sources are checked against. Empty: those"
                    + " of the JVM and of the system.");

    private static final Path SYSTEM_AUTHORITIES = Path.of("/etc/ssl/certs/ca-certificates.crt");

    static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(List.of(
                ALLOW_PRIVATE,
                ALLOWED_ADDRESSES,
                FILE_ROOTS,
                RTSP_TRANSPORT,
                STALL_TIMEOUT,
                OPEN_TIMEOUT,
                RECONNECT_FIRST,
                RECONNECT_MOST,
                MAX_SIDE,
                TLS_VERIFY,
                CA_FILE));
        all.addAll(LiveKitConfig.all());
        all.addAll(IceServers.all());
        return List.copyOf(all);
    }

    static IngestConfig of(Settings settings) {
        return new IngestConfig(
                new AddressRules(settings.get(ALLOW_PRIVATE), settings.get(ALLOWED_ADDRESSES)),
                settings.get(FILE_ROOTS).stream().map(Path::of).toList(),
                settings.get(RTSP_TRANSPORT),
                settings.get(STALL_TIMEOUT),
                settings.get(OPEN_TIMEOUT),
                settings.get(RECONNECT_FIRST),
                settings.get(RECONNECT_MOST),
                settings.get(MAX_SIDE),
                settings.get(TLS_VERIFY),
                settings.get(CA_FILE),
                LiveKitConfig.of(settings));
    }

    /** The authorities for TLS inside libavformat, which knows nothing of the JVM's; empty where there are none. */
    String nativeCaFile() {
        if (!caFile.isEmpty()) {
            return caFile;
        }
        return Files.isReadable(SYSTEM_AUTHORITIES) ? SYSTEM_AUTHORITIES.toString() : "";
    }
}
