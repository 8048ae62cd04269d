package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings of broadcasts and of what follows objects in them.
 *
 * @param defaultStream of broadcasters, viewers and chats that name none
 * @param maxBroadcasts at one gateway
 * @param maxMessageBytes of a broadcaster
 * @param resume how long a broadcast waits for a broadcaster that was lost
 * @param mode what a frame waits for
 * @param maxHold the longest that a frame waits for its regions
 * @param skip of so many frames to be tracked one is
 * @param aiService an outside service that tracks instead of members of the mesh
 * @param aiTimeout how long it may take for an answer
 * @param breakerFailures after how many failures in a row the tracking is not asked
 * @param breakerPause for how long
 */
record HubConfig(
        StreamId defaultStream,
        int maxBroadcasts,
        int maxMessageBytes,
        Duration resume,
        Mode mode,
        Duration maxHold,
        int skip,
        Optional<String> aiService,
        Duration aiTimeout,
        int breakerFailures,
        Duration breakerPause) {
    static final Setting<String> DEFAULT_STREAM = Setting.text(
            "hub.default_stream", "broadcast", "the stream of broadcasters, viewers and chats that name none");
    static final Setting<Integer> MAX_BROADCASTS =
            Setting.integer("hub.max_broadcasts", 100, 1, 100_000, "broadcasts that one gateway takes at a time");
    static final Setting<Integer> MAX_MESSAGE =
            Setting.integer("hub.max_message", 8 << 20, 65_536, 64 << 20, "largest message of a broadcaster, in bytes");
    static final Setting<Duration> RESUME = Setting.duration(
            "hub.resume",
            "10s",
            "how long the viewers of a broadcast wait for a broadcaster whose connection was lost");
    static final Setting<String> MODE = Setting.choice(
            "hub.mode",
            "sync",
            List.of("sync", "async"),
            "sync holds a frame back until its regions are known; async sends it at once with those known last");
    static final Setting<Duration> MAX_HOLD = Setting.duration(
            "hub.max_hold", "10s", "the longest that a frame is held back; it goes out without regions then");
    static final Setting<Integer> SKIP = Setting.integer(
            "hub.skip", 1, 1, 1_000, "of so many frames to be tracked one is; the others get the regions known last");
    static final Setting<String> AI_SERVICE_URL = Setting.webUrl(
                    "hub.ai_service_url",
                    "",
                    "a service that tracks the objects of broadcasts instead of the members of the mesh, for example"
                            + " http://localhost:8000; empty for none")
            .withAlias("AI_SERVICE_URL");
    static final Setting<Duration> AI_REQUEST_TIMEOUT = Setting.duration(
                    "hub.ai_request_timeout", "10s", "how long that service may take for an answer")
            .withAlias("AI_REQUEST_TIMEOUT");
    static final Setting<Integer> BREAKER_FAILURES = Setting.integer(
            "hub.breaker.failures",
            5,
            1,
            1_000,
            "failures of the tracking within a minute after which it is not asked");
    static final Setting<Duration> BREAKER_PAUSE =
            Setting.duration("hub.breaker.pause", "5s", "how long a tracking that failed is not asked");

    /** What a frame waits for. */
    enum Mode {
        SYNC,
        ASYNC
    }

    static List<Setting<?>> all() {
        return List.of(
                DEFAULT_STREAM,
                MAX_BROADCASTS,
                MAX_MESSAGE,
                RESUME,
                MODE,
                MAX_HOLD,
                SKIP,
                AI_SERVICE_URL,
                AI_REQUEST_TIMEOUT,
                BREAKER_FAILURES,
                BREAKER_PAUSE);
    }

    static HubConfig of(Settings settings) {
        return new HubConfig(
                new StreamId(settings.get(DEFAULT_STREAM)),
                settings.get(MAX_BROADCASTS),
                settings.get(MAX_MESSAGE),
                settings.get(RESUME),
                Mode.valueOf(settings.get(MODE).toUpperCase(Locale.ROOT)),
                settings.get(MAX_HOLD),
                settings.get(SKIP),
                Optional.of(settings.get(AI_SERVICE_URL)).filter(url -> !url.isEmpty()),
                atLeastOneMilli(settings.get(AI_REQUEST_TIMEOUT)),
                settings.get(BREAKER_FAILURES),
                atLeastOneMilli(settings.get(BREAKER_PAUSE)));
    }

    private static Duration atLeastOneMilli(Duration given) {
        return given.toMillis() < 1 ? Duration.ofMillis(1) : given;
    }
}
