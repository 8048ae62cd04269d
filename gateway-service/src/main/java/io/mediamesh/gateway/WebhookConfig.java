package io.mediamesh.gateway;

import io.mediamesh.mesh.AddressRules;
import io.mediamesh.mesh.Cidr;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.time.Duration;
import java.util.List;

/**
 * How webhooks are sent, and how long it is remembered what objects did.
 *
 * @param addresses where they may be sent to
 * @param queue events that wait for each webhook, at most
 * @param timeout how long the receiver of one may take for its answer
 * @param attempts how often one is sent, at most
 * @param firstPause before the second time
 * @param longestPause between two times
 * @param keepCounts how long counts are kept
 */
record WebhookConfig(
        AddressRules addresses,
        int queue,
        Duration timeout,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        Duration keepCounts) {
    static final Setting<Boolean> ALLOW_PRIVATE = Setting.flag(
            "webhooks.allow_private_addresses",
            false,
            "Whether webhooks may be sent to loopback, link-local and private addresses.");
    static final Setting<List<Cidr>> ALLOWED_ADDRESSES = Cidr.setting(
            "webhooks.allowed_addresses",
            "Networks to which webhooks may be sent although they are not public, for example 192.168.1.0/24.");
    static final Setting<Integer> QUEUE = Setting.integer(
            "webhooks.queue", 256, 1, 10_000, "Events that wait for each webhook; of more the oldest are dropped.");
    static final Setting<Duration> TIMEOUT =
            Setting.duration("webhooks.timeout", "10s", "How long the receiver of a webhook may take for its answer.");
    static final Setting<Integer> ATTEMPTS =
            Setting.integer("webhooks.attempts", 8, 1, 100, "How often an event is sent to a webhook that fails.");
    static final Setting<Duration> FIRST_PAUSE = Setting.duration(
            "webhooks.first_pause", "1s", "The pause before an event is sent again; doubles each time.");
    static final Setting<Duration> LONGEST_PAUSE =
            Setting.duration("webhooks.longest_pause", "1m", "The longest pause before an event is sent again.");
    static final Setting<Duration> KEEP_COUNTS = Setting.duration(
            "analytics.keep", "30d", "For how long it is kept what objects did in each minute of a stream.");

    static List<Setting<?>> all() {
        return List.of(
                ALLOW_PRIVATE, ALLOWED_ADDRESSES, QUEUE, TIMEOUT, ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE, KEEP_COUNTS);
    }

    static WebhookConfig of(Settings settings) {
        return new WebhookConfig(
                new AddressRules(settings.get(ALLOW_PRIVATE), settings.get(ALLOWED_ADDRESSES)),
                settings.get(QUEUE),
                atLeastOneMilli(settings.get(TIMEOUT)),
                settings.get(ATTEMPTS),
                atLeastOneMilli(settings.get(FIRST_PAUSE)),
                atLeastOneMilli(settings.get(LONGEST_PAUSE)),
                settings.get(KEEP_COUNTS));
    }

    private static Duration atLeastOneMilli(Duration given) {
        return given.toMillis() < 1 ? Duration.ofMillis(1) : given;
    }
}
