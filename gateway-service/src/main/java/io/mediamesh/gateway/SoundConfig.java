package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings of how analyses of sound are delivered.
 *
 * @param socketPort of the WebSockets; empty for off, 0 lets the system choose
 * @param tcpPort of the messages with their length before them
 * @param udpPort from which datagrams are sent
 * @param eventsPort of the Server-Sent Events
 * @param defaultStream of consumers that name none
 * @param defaultTypes of consumers that name none
 * @param maxConnections to these ports, those of TCP among them
 * @param buffer what happens to messages that wait for a consumer, unless it was changed
 * @param receivers hosts besides this machine to which datagrams may be sent
 * @param logs the folder of what is written to files
 */
record SoundConfig(
        Optional<Integer> socketPort,
        Optional<Integer> tcpPort,
        Optional<Integer> udpPort,
        Optional<Integer> eventsPort,
        StreamId defaultStream,
        List<String> defaultTypes,
        int maxConnections,
        BufferRule buffer,
        List<String> receivers,
        Path logs) {
    static final Setting<Optional<Integer>> SOCKET_PORT =
            Setting.port("audio.websocket.port", "8765", "port on which analyses of sound are sent over WebSockets");
    static final Setting<Optional<Integer>> TCP_PORT =
            Setting.port("audio.tcp.port", "8766", "port on which analyses of sound are sent over TCP");
    static final Setting<Optional<Integer>> UDP_PORT =
            Setting.port("audio.udp.port", "8767", "port from which analyses of sound are sent as datagrams");
    static final Setting<Optional<Integer>> EVENTS_PORT =
            Setting.port("audio.sse.port", "8768", "port on which analyses of sound are sent as Server-Sent Events");
    static final Setting<String> DEFAULT_STREAM = Setting.text(
            "audio.default_stream", "test", "the stream whose sound is analysed for consumers that name none");
    static final Setting<List<String>> DEFAULT_TYPES = Setting.words(
            "audio.default_types",
            String.join(",", AudioTypes.USUAL),
            "the analyses of sound that consumers get who name none");
    static final Setting<Integer> MAX_CONNECTIONS = Setting.integer(
            "audio.max_connections",
            4_000,
            1,
            1_000_000,
            "open connections to the ports for analyses of sound beyond which new ones are refused");
    static final Setting<Integer> BUFFER_SIZE = Setting.integer(
            "audio.buffer.size",
            32,
            1,
            AudioBuffers.MOST_SIZE,
            "messages of each type that wait for a consumer of analyses of sound that is slow");
    static final Setting<String> BUFFER_STRATEGY = Setting.choice(
            "audio.buffer.strategy",
            BufferRule.Strategy.DROP_OLDEST.word(),
            AudioBuffers.STRATEGIES,
            "what happens in a full buffer; with lifo the oldest is dropped and the newest sent first");
    static final Setting<Duration> BUFFER_TTL = Setting.duration(
            "audio.buffer.ttl", "10s", "messages that waited longer in a buffer are not sent any more; 0 for ever");
    static final Setting<List<String>> RECEIVERS = Setting.words(
            "audio.udp.receivers",
            "",
            "hosts besides this machine, by name or address, to which datagrams with analyses of sound may be sent");

    private static final String LOGS = "audio-logs";

    static List<Setting<?>> all() {
        return List.of(
                SOCKET_PORT,
                TCP_PORT,
                UDP_PORT,
                EVENTS_PORT,
                DEFAULT_STREAM,
                DEFAULT_TYPES,
                MAX_CONNECTIONS,
                BUFFER_SIZE,
                BUFFER_STRATEGY,
                BUFFER_TTL,
                RECEIVERS);
    }

    static SoundConfig of(Settings settings, Path recordings) {
        Duration ttl = settings.get(BUFFER_TTL);
        return new SoundConfig(
                settings.get(SOCKET_PORT),
                settings.get(TCP_PORT),
                settings.get(UDP_PORT),
                settings.get(EVENTS_PORT),
                new StreamId(settings.get(DEFAULT_STREAM)),
                settings.get(DEFAULT_TYPES),
                settings.get(MAX_CONNECTIONS),
                new BufferRule(
                        settings.get(BUFFER_SIZE),
                        BufferRule.Strategy.valueOf(
                                settings.get(BUFFER_STRATEGY).toUpperCase(Locale.ROOT)),
                        ttl.isZero() ? BufferRule.FOR_EVER : ttl.toNanos()),
                settings.get(RECEIVERS),
                recordings.resolve(LOGS));
    }
}
