package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.Context;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data channels that a client has made: each open one gets the intensity of every picture, whatever its label.
 * While none is open nothing is measured for them. A channel that is broken or slow loses messages of its own and holds
 * up neither pictures nor other channels.
 */
final class IntensityChannels {
    private static final Logger LOG = LoggerFactory.getLogger(IntensityChannels.class);
    private static final int BUFFERED_MESSAGES = 64;
    private static final long MOST_UNSENT_BYTES = 256 * 1024;
    private static final int MESSAGES_UNASKED = 16;
    private static final long RETRY_MILLIS = 1_000;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Mesh mesh;
    private final Context context;
    private final StreamId stream;
    private final PeerCounters counters;
    private final AtomicLong sent = new AtomicLong();
    private final List<Watch> open = new CopyOnWriteArrayList<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private volatile long complainedNanos = System.nanoTime() - QUIET_NANOS;

    // Only touched on the context.
    private @Nullable Subscription subscription;
    private boolean subscribing;

    /**
     * The channels of a stream's peer.
     *
     * @param context where messages are sent, a worker's: sending waits for libwebrtc's network thread
     */
    IntensityChannels(Mesh mesh, Context context, StreamId stream, PeerCounters counters) {
        this.mesh = mesh;
        this.context = context;
        this.stream = stream;
        this.counters = counters;
    }

    /** Messages sent on all channels. */
    long sent() {
        return sent.get();
    }

    /** Sends on this channel as soon as it is open; on a thread of libwebrtc. */
    void add(RTCDataChannel channel) {
        Watch watch = new Watch(this, channel);
        watches.add(watch);
        channel.registerObserver(watch);
        changed(watch);
    }

    private void changed(Watch watch) {
        RTCDataChannelState state = watch.channel.getState();
        if (state == RTCDataChannelState.OPEN && !closed) {
            if (!open.contains(watch)) {
                open.add(watch);
            }
        } else if (state != RTCDataChannelState.CONNECTING) {
            open.remove(watch);
        }
        context.runOnContext(now -> balance());
    }

    /** Subscribes with the first open channel, lets go after the last. */
    private void balance() {
        boolean wanted = !open.isEmpty() && !closed;
        Subscription present = subscription;
        if (!wanted && present != null) {
            subscription = null;
            present.close();
        } else if (wanted && present == null && !subscribing) {
            subscribing = true;
            mesh.subscribe(new Topic(stream, Topic.INTENSITY), options()).onComplete(result -> {
                subscribing = false;
                if (result.succeeded()) {
                    begin(result.result());
                } else if (!closed) {
                    complain("no intensity for its data channels yet", result.cause());
                    mesh.vertx().setTimer(RETRY_MILLIS, timer -> balance());
                }
            });
        }
    }

    private SubscribeOptions options() {
        return SubscribeOptions.latest("data channels of " + stream).withPolicy(Policy.buffer(BUFFERED_MESSAGES));
    }

    private void begin(Subscription fresh) {
        subscription = fresh;
        fresh.handler(delivery -> deliver(fresh, delivery));
        balance();
    }

    private void deliver(Subscription from, Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                if (data.item().payload() instanceof Intensity intensity) {
                    send(intensity
                            .toConnectionJson(
                                    stream.value(), data.item().stamp().capture())
                            .encode()
                            .getBytes(StandardCharsets.UTF_8));
                }
            }
            case Delivery.Gap gap -> {}
            case Delivery.Changed change -> {
                if (change.state() == SubscriptionState.ENDED && subscription == from) {
                    subscription = null;
                    if (!closed) {
                        mesh.vertx().setTimer(RETRY_MILLIS, timer -> balance());
                    }
                }
            }
        }
    }

    // Not once they are closed: their connection gives the channels back then.
    private synchronized void send(byte[] message) {
        if (closed) {
            return;
        }
        for (Watch watch : open) {
            try {
                if (watch.hasRoom()) {
                    watch.channel.send(new RTCDataChannelBuffer(ByteBuffer.wrap(message), false));
                    sent.incrementAndGet();
                } else {
                    counters.messages().increment();
                }
            } catch (Exception | Error rejected) {
                // libwebrtc's binding throws errors too; none may cost the other channels their messages.
                counters.messages().increment();
                complain("a data channel does not take a message", rejected);
            }
        }
    }

    private void complain(String what, Throwable why) {
        long now = System.nanoTime();
        if (now - complainedNanos > QUIET_NANOS && !closed) {
            complainedNanos = now;
            LOG.warn("stream {}: {}: {}", stream, what, why.getMessage());
        }
    }

    /** Sends nothing more; before the connection closes. Waits for the message that is being sent. */
    void close() {
        closed = true;
        synchronized (this) {
            open.clear();
        }
        context.runOnContext(now -> balance());
        watches.forEach(Watch::forget);
    }

    /** What webrtc-java 0.14 keeps for good, so it must not keep the peer: it never frees an observer. */
    private static final class Watch implements RTCDataChannelObserver {
        private final RTCDataChannel channel;
        private volatile @Nullable IntensityChannels channels;

        // Only touched while a message is sent.
        private int unasked = MESSAGES_UNASKED;
        private boolean full;

        Watch(IntensityChannels channels, RTCDataChannel channel) {
            this.channels = channels;
            this.channel = channel;
        }

        void forget() {
            channels = null;
        }

        /** Asks after some messages only: asking waits for libwebrtc's network thread as long as sending does. */
        boolean hasRoom() {
            unasked++;
            if (full || unasked > MESSAGES_UNASKED) {
                unasked = 0;
                full = channel.getBufferedAmount() >= MOST_UNSENT_BYTES;
            }
            return !full;
        }

        @Override
        public void onBufferedAmountChange(long previousAmount) {
            // The amount is asked for when messages are sent.
        }

        @Override
        public void onStateChange() {
            IntensityChannels present = channels;
            if (present != null) {
                NativeCallback.guard("a data channel of stream " + present.stream, () -> present.changed(this));
            }
        }

        @Override
        public void onMessage(RTCDataChannelBuffer buffer) {
            // Clients have nothing to say on it.
        }
    }
}
