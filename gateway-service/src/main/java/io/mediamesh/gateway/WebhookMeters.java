package io.mediamesh.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of webhooks. */
final class WebhookMeters {
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter delivered;
    private final Counter failed;
    private final Counter dropped;
    private final Counter retries;

    WebhookMeters(MeterRegistry meters) {
        Gauge.builder("mediamesh.webhooks.waiting", waiting, AtomicInteger::get)
                .description("Events that wait for webhooks.")
                .register(meters);
        delivered = counter(meters, "delivered");
        failed = counter(meters, "failed");
        dropped = counter(meters, "dropped");
        retries = Counter.builder("mediamesh.webhooks.retries")
                .description("How often an event was sent to a webhook again.")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("mediamesh.webhooks.events")
                .description(
                        "Events for webhooks: delivered, failed after all attempts, dropped because too many waited.")
                .tag("result", result)
                .register(meters);
    }

    void queued() {
        waiting.incrementAndGet();
    }

    void delivered() {
        waiting.decrementAndGet();
        delivered.increment();
    }

    void failed() {
        waiting.decrementAndGet();
        failed.increment();
    }

    void dropped(int events) {
        waiting.addAndGet(-events);
        dropped.increment(events);
    }

    void retried() {
        retries.increment();
    }
}
