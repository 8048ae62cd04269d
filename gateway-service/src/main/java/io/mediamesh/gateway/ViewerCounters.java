package io.mediamesh.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the gateway counts about its viewers. */
final class ViewerCounters {
    private final AtomicInteger viewers;
    private final Counter sent;
    private final Counter dropped;
    private final Counter stalled;

    ViewerCounters(MeterRegistry meters) {
        this.viewers = new AtomicInteger();
        Gauge.builder("mediamesh.gateway.viewers", viewers, AtomicInteger::get)
                .description("WebSockets and endless answers that get items of a topic")
                .register(meters);
        this.sent = Counter.builder("mediamesh.gateway.items.sent")
                .description("Items written to viewers")
                .register(meters);
        this.dropped = Counter.builder("mediamesh.gateway.items.dropped")
                .description("Items that viewers missed because they were slow")
                .register(meters);
        this.stalled = Counter.builder("mediamesh.gateway.viewers.stalled")
                .description("Viewers cut off because they took nothing for gateway.stall_timeout")
                .register(meters);
    }

    void joined() {
        viewers.incrementAndGet();
    }

    void left() {
        viewers.decrementAndGet();
    }

    void sent() {
        sent.increment();
    }

    void dropped(long count) {
        dropped.increment((double) count);
    }

    void stalled() {
        stalled.increment();
    }
}
