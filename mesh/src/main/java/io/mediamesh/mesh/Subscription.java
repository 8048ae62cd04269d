package io.mediamesh.mesh;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's hold on a topic. Deliveries come on the context that subscribed, or where it said otherwise, in order.
 * Credits are the demand of
 * {@link ReadStream}: setting a handler starts it flowing unless {@link #pause()} was called; {@link #fetch} grants so
 * many more. It survives the loss of its producer, saying so with {@link Delivery.Changed}; after the end of the
 * topic or {@link #close()} nothing more comes.
 */
public final class Subscription implements ReadStream<Delivery> {
    private final Mesh mesh;
    private final Topic topic;
    private final Inlet outlet;

    private volatile SubscriptionState state = SubscriptionState.WAITING;
    private volatile boolean fromElsewhere;
    private volatile long lostNanos;
    private @Nullable Handler<Delivery> handler;
    private @Nullable Handler<Void> endHandler;
    private boolean paused;
    private boolean flowing;
    private boolean ended;

    Subscription(Mesh mesh, Topic topic, SubscribeOptions options, Context context) {
        this.mesh = mesh;
        this.topic = topic;
        this.outlet = new Inlet(options, context);
    }

    /** What is subscribed to. */
    public Topic topic() {
        return topic;
    }

    /** Whether there is a producer. */
    public SubscriptionState state() {
        return state;
    }

    /** Items handed over so far. */
    public long delivered() {
        return outlet.delivered();
    }

    /** Items that the policy dropped so far, those of reported gaps included. */
    public long dropped() {
        return outlet.dropped();
    }

    /** Items refused because they came from a producer that had been replaced. */
    public long refused() {
        return outlet.refused();
    }

    /** Items that have come and were not handed over yet. */
    public int waiting() {
        return outlet.waiting();
    }

    /** Takes no more items; those that wait are still handed over. It stays subscribed until it is closed. */
    public void seal() {
        outlet.seal();
    }

    /** Lets go of the topic; the producer stops if this was its last subscriber. */
    public Future<Void> close() {
        state = SubscriptionState.ENDED;
        outlet.shut();
        return mesh.unsubscribe(this);
    }

    /** Faults never end a subscription, so the handler is not called. */
    @Override
    public Subscription exceptionHandler(@Nullable Handler<Throwable> unused) {
        return this;
    }

    @Override
    public synchronized Subscription handler(@Nullable Handler<Delivery> newHandler) {
        handler = newHandler;
        if (newHandler != null) {
            boolean starts = !paused && !flowing;
            flowing |= starts;
            outlet.request(starts ? Long.MAX_VALUE : 0);
        }
        return this;
    }

    @Override
    public synchronized Subscription pause() {
        paused = true;
        flowing = false;
        outlet.stopDemand();
        return this;
    }

    @Override
    public synchronized Subscription resume() {
        paused = false;
        flowing = true;
        outlet.request(Long.MAX_VALUE);
        return this;
    }

    @Override
    public Subscription fetch(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("cannot fetch " + amount + " items");
        }
        outlet.request(amount);
        return this;
    }

    @Override
    public synchronized Subscription endHandler(@Nullable Handler<Void> newHandler) {
        endHandler = newHandler;
        return this;
    }

    Outlet outlet() {
        return outlet;
    }

    /**
     * The subscription has a producer from here on.
     *
     * @param elsewhere whether that is another member, which is to be told of credits
     */
    void nowLive(boolean elsewhere) {
        fromElsewhere = elsewhere;
        if (state != SubscriptionState.ENDED) {
            if (state == SubscriptionState.LOST) {
                mesh.happenings().subscriptionRecovered(System.nanoTime() - lostNanos);
            }
            state = SubscriptionState.LIVE;
            // Not before, because anybody may ask for a kind of topic that there is not.
            outlet.measureStages(mesh.stages().of(topic.kind()));
            outlet.notice(new Delivery.Changed(SubscriptionState.LIVE, ""));
        }
    }

    private synchronized @Nullable Handler<Delivery> currentHandler() {
        return handler;
    }

    private void finish() {
        Handler<Void> last;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            last = endHandler;
        }
        outlet.shut();
        if (last != null) {
            last.handle(null);
        }
    }

    @Override
    public String toString() {
        return outlet.options().subscriber() + " on " + topic;
    }

    private final class Inlet extends Outlet {
        Inlet(SubscribeOptions options, Context context) {
            super(options, context, mesh.pictures(), mesh.encoders());
        }

        @Override
        boolean open() {
            return currentHandler() != null;
        }

        @Override
        void deliver(Delivery delivery) {
            StageMeters.Stages stages = measuredStages();
            if (stages != null && delivery instanceof Delivery.Data data) {
                CaptureTime capture = data.item().stamp().capture();
                stages.record(
                        StageMeters.Stage.DELIVER,
                        fromElsewhere
                                ? CaptureTime.now().unixNanos() - capture.unixNanos()
                                : System.nanoTime() - capture.monotonicNanos());
            }
            Handler<Delivery> current = currentHandler();
            if (current != null) {
                current.handle(delivery);
            }
            if (delivery instanceof Delivery.Changed changed && changed.state() == SubscriptionState.ENDED) {
                finish();
            }
        }

        @Override
        void feedEnded(String reason) {
            if (state != SubscriptionState.ENDED) {
                state = SubscriptionState.ENDED;
                notice(new Delivery.Changed(SubscriptionState.ENDED, reason));
            }
            mesh.forget(Subscription.this);
        }

        @Override
        void feedLost(String reason) {
            if (state != SubscriptionState.ENDED) {
                if (state == SubscriptionState.LIVE) {
                    lostNanos = System.nanoTime();
                    mesh.happenings().subscriptionLost();
                }
                state = SubscriptionState.LOST;
                notice(new Delivery.Changed(SubscriptionState.LOST, reason));
                mesh.reattach(Subscription.this);
            }
        }

        @Override
        void demandGrew() {
            if (fromElsewhere) {
                mesh.demandGrew(Subscription.this);
            }
        }
    }
}
