package io.mediamesh.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the gateway counts about its viewers. */
final class ViewerCounters {
    private final AtomicInteger viewers;
    private final Counter sent;
    private final Counter dropped;
    private final Counter stalled;

    ViewerCounters(MeterRegistry meters) {
        this.viewers = meters.gauge("mediamesh.gateway.viewers", new AtomicInteger());
        this.sent = meters.counter("mediamesh.gateway.items.sent");
        this.dropped = meters.counter("mediamesh.gateway.items.dropped");
        this.stalled = meters.counter("mediamesh.gateway.viewers.stalled");
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
