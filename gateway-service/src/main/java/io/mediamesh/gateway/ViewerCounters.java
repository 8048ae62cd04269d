package io.mediamesh.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What the gateway counts about its viewers. */
final class ViewerCounters {
    private final Optional<ViewerCounters> whole;
    private final AtomicInteger viewers;
    private final Counter sent;
    private final Counter dropped;
    private final Counter stalled;

    ViewerCounters(MeterRegistry meters) {
        this(meters, "mediamesh.gateway.", Optional.empty());
    }

    private ViewerCounters(MeterRegistry meters, String prefix, Optional<ViewerCounters> whole) {
        this.whole = whole;
        this.viewers = new AtomicInteger();
        Gauge.builder(prefix + "viewers", viewers, AtomicInteger::get)
                .description("WebSockets and endless answers that get items of a topic")
                .register(meters);
        this.sent = Counter.builder(prefix + "items.sent")
                .description("Items written to viewers")
                .register(meters);
        this.dropped = Counter.builder(prefix + "items.dropped")
                .description("Items that viewers missed because they were slow")
                .register(meters);
        this.stalled = Counter.builder(prefix + "viewers.stalled")
                .description("Viewers cut off because they took nothing for gateway.stall_timeout")
                .register(meters);
    }

    /** Those of broadcasts, which count among all. */
    ViewerCounters ofBroadcasts(MeterRegistry meters) {
        return new ViewerCounters(meters, "mediamesh.hub.", Optional.of(this));
    }

    void joined() {
        whole.ifPresent(ViewerCounters::joined);
        viewers.incrementAndGet();
    }

    void left() {
        whole.ifPresent(ViewerCounters::left);
        viewers.decrementAndGet();
    }

    void sent() {
        whole.ifPresent(ViewerCounters::sent);
        sent.increment();
    }

    void dropped(long count) {
        whole.ifPresent(all -> all.dropped(count));
        dropped.increment((double) count);
    }

    void stalled() {
        whole.ifPresent(ViewerCounters::stalled);
        stalled.increment();
    }
}
