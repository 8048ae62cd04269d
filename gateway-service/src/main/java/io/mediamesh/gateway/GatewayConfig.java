package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.NodeConfig;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The gateway's settings.
 *
 * @param host address that the servers bind to
 * @param port port of the first server; 0 lets the system choose
 * @param extraPorts ports that serve the same once more
 * @param openToAll whether somebody wrote out that a server without authentication may be reached from other machines
 * @param hosts names under which browsers may reach a server bound to the loopback address, besides localhost
 * @param origins web origins other than the server's own that may use it; {@code *} stands for any
 * @param maxConnections open connections beyond which new ones are answered 503
 * @param maxBodyBytes largest request body
 * @param stallTimeout a viewer that takes nothing for so long is cut off
 * @param idleTimeout a connection without a request for so long is closed
 * @param drainWait how long a gateway that leaves serves on after it has said that it is not ready any more
 * @param defaultCamera the stream of {@code /ws/video-stream} where the client names none
 * @param tokens with one of these WebRTC clients may come; empty for everybody
 * @param iceServers what WebRTC clients are told of
 * @param live what live sessions need
 * @param sound how analyses of sound are delivered
 * @param hub what broadcasts need
 * @param webhooks how events are sent to webhooks
 * @param store where streams are kept
 */
record GatewayConfig(
        String host,
        int port,
        List<Integer> extraPorts,
        boolean openToAll,
        List<String> hosts,
        List<String> origins,
        int maxConnections,
        int maxBodyBytes,
        Duration stallTimeout,
        Duration idleTimeout,
        Duration drainWait,
        Optional<StreamId> defaultCamera,
        List<String> tokens,
        IceServers iceServers,
        LiveConfig live,
        SoundConfig sound,
        HubConfig hub,
        WebhookConfig webhooks,
        Store store) {
    static final Setting<String> HOST =
            Setting.text("gateway.http.host", "127.0.0.1", "address that all servers of the gateway bind to");
    static final Setting<Integer> PORT =
            Setting.integer("gateway.http.port", 8080, 0, 65_535, "port of the HTTP server");
    static final Setting<List<Integer>> EXTRA_PORTS = ports();
    static final Setting<List<String>> HOSTS = Setting.words(
            "gateway.http.hosts",
            "",
            "host names under which a server bound to the loopback address may be called besides localhost, for"
                    + " example by a reverse proxy");
    static final Setting<String> AUTH = Setting.choice(
            "auth",
            "default",
            List.of("default", "none"),
            "authentication of clients; none, written out, lets a server without it bind to other than loopback"
                    + " addresses");
    static final Setting<List<String>> ORIGINS = Setting.words(
            "gateway.cors.origins",
            "",
            "web origins, for example https://app.example, whose pages may use the API and the WebSockets; * for any");
    static final Setting<Integer> MAX_CONNECTIONS = Setting.integer(
            "gateway.max_connections", 1_000, 1, 1_000_000, "open connections beyond which new ones get 503");
    static final Setting<Integer> MAX_BODY_BYTES = Setting.integer(
            "gateway.max_body_bytes", 1_048_576, 1_024, 1_073_741_824, "largest request body, in bytes");
    static final Setting<Duration> STALL_TIMEOUT =
            Setting.duration("gateway.stall_timeout", "10s", "a viewer that takes nothing for so long is cut off");
    static final Setting<Duration> IDLE_TIMEOUT = Setting.duration(
            "gateway.idle_timeout", "60s", "a connection without a complete request for so long is closed");
    static final Setting<Duration> DRAIN_WAIT = Setting.duration(
            "gateway.drain_wait",
            "2s",
            "how long a gateway that is told to stop serves on, so that whoever sends it requests sees that it is not ready any"
                    + " more; nothing is waited for where no other gateway is there");
    static final Setting<String> DEFAULT_CAMERA = Setting.text(
            "camera.default",
            "",
            "the stream that /ws/video-stream shows when the client names none; empty for the stream test, or else the"
                    + " only one there is");
    static final Setting<List<String>> TOKENS = tokensSetting();
    static final Setting<String> STORE_URL = Setting.text(
            "store.url",
            "",
            "JDBC URL of a PostgreSQL database, jdbc:postgresql://host/database; empty for an H2 file in data.dir");
    static final Setting<String> STORE_USER = Setting.text("store.user", "", "user of the database in store.url");
    static final Setting<String> STORE_PASSWORD =
            Setting.text("store.password", "", "password of store.user").asSecret();

    private static final int SEND_BUFFER_BYTES = 256 * 1024;

    /** Where streams are kept; an empty {@code url} stands for an H2 file in {@code directory}. */
    record Store(Path directory, String url, String user, String password) {
        @Override
        public String toString() {
            return url.isEmpty() ? "H2 file in " + directory : "PostgreSQL";
        }
    }

    static List<Setting<?>> all() {
        List<Setting<?>> own = List.of(
                HOST,
                PORT,
                EXTRA_PORTS,
                HOSTS,
                AUTH,
                ORIGINS,
                MAX_CONNECTIONS,
                MAX_BODY_BYTES,
                STALL_TIMEOUT,
                IDLE_TIMEOUT,
                DRAIN_WAIT,
                DEFAULT_CAMERA,
                TOKENS,
                STORE_URL,
                STORE_USER,
                STORE_PASSWORD);
        return Stream.of(
                        own,
                        IceServers.all(),
                        LiveConfig.all(),
                        SoundConfig.all(),
                        HubConfig.all(),
                        WebhookConfig.all())
                .flatMap(List::stream)
                .toList();
    }

    static GatewayConfig of(Settings settings) {
        String url = settings.get(STORE_URL).strip();
        if (!url.isEmpty() && !url.startsWith("jdbc:postgresql:")) {
            throw MeshException.invalid(
                    STORE_URL.key(),
                    "the setting store.url must begin with jdbc:postgresql: or be empty for an H2 file");
        }
        LiveConfig live = LiveConfig.of(settings);
        return new GatewayConfig(
                settings.get(HOST).strip(),
                settings.get(PORT),
                settings.get(EXTRA_PORTS),
                settings.get(AUTH).equals("none"),
                settings.get(HOSTS),
                settings.get(ORIGINS),
                settings.get(MAX_CONNECTIONS),
                settings.get(MAX_BODY_BYTES),
                settings.get(STALL_TIMEOUT),
                settings.get(IDLE_TIMEOUT),
                settings.get(DRAIN_WAIT),
                Optional.of(settings.get(DEFAULT_CAMERA).strip())
                        .filter(name -> !name.isEmpty())
                        .map(StreamId::new),
                settings.get(TOKENS),
                IceServers.of(settings),
                live,
                SoundConfig.of(settings, live.recordings()),
                HubConfig.of(settings),
                WebhookConfig.of(settings),
                new Store(
                        Path.of(settings.get(NodeConfig.DATA_DIR)),
                        url,
                        settings.get(STORE_USER),
                        settings.get(STORE_PASSWORD)));
    }

    /** Every port that is served, the first one first, with the setting that names it. */
    Stream<PortSetting> servedPorts() {
        return Stream.concat(
                Stream.of(new PortSetting(port, PORT.key())),
                extraPorts.stream().map(extra -> new PortSetting(extra, EXTRA_PORTS.key())));
    }

    /**
     * Kernel send buffer of a connection. Bounds what lies between us and a slow viewer, and with it how old the
     * pictures are that it sees; large enough for two big frames.
     */
    int sendBufferBytes() {
        return SEND_BUFFER_BYTES;
    }

    /** A port and the setting to change when it is taken. */
    record PortSetting(int port, String key) {}

    private static Setting<List<String>> tokensSetting() {
        return new Setting<>(
                "webrtc.tokens",
                "list",
                "",
                "tokens of which WHIP and WHEP clients need one, as Authorization: Bearer; empty lets everybody in",
                "",
                true,
                text -> Stream.of(text.split(",", -1))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .map(GatewayConfig::token)
                        .toList());
    }

    private static String token(String word) {
        if (!BearerTokens.SHAPE.matcher(word).matches()) {
            throw new IllegalArgumentException("tokens of letters, digits and - . _ ~ + /, with = at the end only");
        }
        return word;
    }

    private static Setting<List<Integer>> ports() {
        return new Setting<>(
                "gateway.http.extra_ports",
                "list of ports",
                "8000",
                "more ports on which the same is served, because some clients expect it there; empty for none",
                "",
                false,
                text -> Stream.of(text.split(",", -1))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .map(GatewayConfig::port)
                        .toList());
    }

    private static Integer port(String word) {
        if (!word.matches("\\d{1,5}") || Integer.parseInt(word) > 65_535) {
            throw new IllegalArgumentException("ports from 0 to 65535, not " + Quoted.of(word));
        }
        return Integer.valueOf(word);
    }
}
