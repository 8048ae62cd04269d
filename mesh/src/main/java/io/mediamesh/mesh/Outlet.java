package io.mediamesh.mesh;

import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.VideoFrame;
import io.vertx.core.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a topic at one consumer: its queue, its credits, its rate and its form. Items come in on any thread and
 * go out on the consumer's context, or in place if it asked for that, one at a time, each only against a credit. Video is encoded when a credit for it
 * is there and not before, so a consumer that stands still costs nothing; the encoding is shared through the frame.
 */
abstract class Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);

    private final SubscribeOptions options;
    private final Context context;
    private final PictureCodec codec;
    private final Executor encoders;
    private final DropLog dropLog;
    private final Executor thread;
    // How often there may have been something to do since somebody began to do it; 0 while nobody does.
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final LongAdder delivered = new LongAdder();

    // Guarded by this.
    private final SubscriberQueue queue;
    private final RateGate gate;
    private long credits;
    private boolean sealed;
    private boolean closed;
    private boolean handing;

    // Only touched by whoever drains.
    private boolean converting;

    private volatile @Nullable Runnable converted;

    private volatile @Nullable LatencyWindow latency;
    private volatile StageMeters.@Nullable Stages stages;
    private volatile Runnable hungerBegan = () -> {};

    Outlet(SubscribeOptions options, Context context, PictureCodec codec, Executor encoders) {
        this.options = options;
        this.context = context;
        this.thread = options.inPlace() ? Runnable::run : task -> context.runOnContext(now -> task.run());
        this.codec = codec;
        this.encoders = encoders;
        this.queue = new SubscriberQueue(options.policy());
        this.gate = new RateGate(options.maxRateHz());
        this.dropLog = new DropLog(options);
    }

    /** Hands a delivery over; one at a time, on the context unless in place. */
    abstract void deliver(Delivery delivery);

    /** The producer said that the topic is over. */
    abstract void feedEnded(String reason);

    /** The producer is gone, and another one may be found. */
    abstract void feedLost(String reason);

    /** Whether there is anybody to deliver to yet; until then everything waits. */
    boolean open() {
        return true;
    }

    /** Called after credits or room grew. */
    void demandGrew() {}

    SubscribeOptions options() {
        return options;
    }

    Context context() {
        return context;
    }

    /** Where to record the time from capture to delivery. */
    void measureInto(LatencyWindow window) {
        latency = window;
    }

    /** Where to record how long encodings took. */
    void measureStages(StageMeters.Stages where) {
        stages = where;
    }

    StageMeters.@Nullable Stages measuredStages() {
        return stages;
    }

    /** Calls when {@link #hungry} begins to hold because of a credit. */
    void onHunger(Runnable began) {
        hungerBegan = began;
    }

    /** Takes an item from the producer; any thread. */
    void accept(Item item, long droppedOnTheWay) {
        if (item.payload() instanceof VideoFrame frame && !frame.hasPicture() && wantsPictures()) {
            return;
        }
        boolean mayWait;
        synchronized (this) {
            if (closed || sealed || !gate.admit(item.stamp().capture().monotonicNanos())) {
                return;
            }
            long before = queue.droppedTotal();
            queue.droppedElsewhere(droppedOnTheWay);
            queue.offer(item);
            long lost = queue.droppedTotal() - before;
            if (lost > 0) {
                dropLog.dropped(item.topic(), lost);
            }
            mayWait = !options.gathering().isZero()
                    && queue.room() > options.policy().capacity() / 2;
        }
        if (mayWait) {
            gather();
        } else {
            schedule();
        }
    }

    /** Puts something that is not an item in line; any thread. */
    void notice(Delivery notice) {
        synchronized (this) {
            if (closed) {
                return;
            }
            queue.notice(notice);
        }
        schedule();
    }

    /** Grants the producer so many more items. */
    void request(long more) {
        boolean waiting;
        boolean wasHungry;
        synchronized (this) {
            wasHungry = hungry();
            credits = credits > Long.MAX_VALUE - more ? Long.MAX_VALUE : credits + more;
            waiting = !queue.isEmpty();
        }
        // Whatever comes later schedules itself: an event loop is not woken up to find nothing.
        if (waiting) {
            schedule();
        }
        if (!wasHungry) {
            hungerBegan.run();
        }
        demandGrew();
    }

    /** Takes all credits back. */
    synchronized void stopDemand() {
        credits = 0;
    }

    /** How many items could come now without one of them being dropped here. */
    synchronized long appetite() {
        if (closed) {
            return 0;
        }
        long room = options.policy() instanceof Policy.Latest ? 0 : queue.room();
        return credits > Long.MAX_VALUE - room ? Long.MAX_VALUE : credits + room;
    }

    /** Whether an item made now would be used, if only to say that it was lost. */
    synchronized boolean hungry() {
        return !closed && (credits > 0 || queue.room() > 0 || options.policy() instanceof Policy.Lossless);
    }

    /** Whether of frames the light alone will not do. */
    boolean wantsPictures() {
        return !(options.form() instanceof Form.MeanLuma);
    }

    /** Whether a frame is there in the form that is wanted, so that it can be handed over at once. */
    boolean isMade(VideoFrame frame) {
        return !(options.form() instanceof JpegForm form)
                || frame.jpegIfMade(form).isPresent();
    }

    long delivered() {
        return delivered.sum();
    }

    synchronized long dropped() {
        return queue.droppedTotal();
    }

    synchronized long refused() {
        return queue.refusedTotal();
    }

    synchronized long highestEpoch() {
        return queue.highestEpoch();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Takes nothing more; what waits is still handed over. */
    void seal() {
        synchronized (this) {
            sealed = true;
        }
        schedule();
    }

    /** Items that were taken and have not been handed over yet. */
    synchronized int waiting() {
        return queue.items() + (handing ? 1 : 0);
    }

    /** Delivers nothing from here on. */
    synchronized void shut() {
        closed = true;
        queue.clear();
    }

    private void schedule() {
        if (asked.getAndIncrement() == 0) {
            thread.execute(this::drainAll);
        }
    }

    /** Like {@link #schedule()}, but later, so that many items wake their consumer up once. */
    private void gather() {
        if (gathering.compareAndSet(false, true)) {
            context.runOnContext(
                    run -> context.owner().setTimer(options.gathering().toMillis(), due -> {
                        gathering.set(false);
                        schedule();
                    }));
        }
    }

    private void drainAll() {
        int answered = 1;
        do {
            try {
                drain();
            } catch (RuntimeException | Error fault) {
                asked.set(0);
                throw fault;
            }
            answered = asked.addAndGet(-answered);
        } while (answered != 0);
    }

    private void drain() {
        Runnable made = converted;
        if (made != null) {
            converted = null;
            converting = false;
            made.run();
        }
        while (!converting && open()) {
            Delivery next;
            synchronized (this) {
                next = closed ? null : queue.poll(credits > 0);
                if (next instanceof Delivery.Data) {
                    credits -= credits == Long.MAX_VALUE ? 0 : 1;
                    handing = true;
                }
            }
            if (next == null) {
                return;
            }
            convertAndDeliver(next);
        }
    }

    private void convertAndDeliver(Delivery next) {
        if (next instanceof Delivery.Data data && data.item().payload() instanceof VideoFrame frame && !isMade(frame)) {
            converting = true;
            long began = System.nanoTime();
            make(frame).whenComplete((made, failure) -> {
                StageMeters.Stages measured = stages;
                if (measured != null && failure == null) {
                    measured.record(StageMeters.Stage.ENCODE, System.nanoTime() - began);
                }
                converted = () -> {
                    if (failure == null) {
                        handOver(next);
                    } else {
                        notEncoded(data, failure);
                        handed();
                    }
                };
                schedule();
            });
            return;
        }
        handOver(next);
    }

    private CompletableFuture<?> make(VideoFrame frame) {
        if (options.form() instanceof JpegForm form) {
            return frame.jpeg(form, codec, encoders);
        }
        try {
            return CompletableFuture.supplyAsync(() -> frame.meanLuma(codec), encoders);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(full);
        }
    }

    private void notEncoded(Delivery.Data data, Throwable failure) {
        synchronized (this) {
            queue.droppedElsewhere(data.droppedBefore() + 1);
            if (credits != Long.MAX_VALUE) {
                credits++;
            }
        }
        dropLog.failed(data.item().topic(), failure);
    }

    private synchronized void handed() {
        handing = false;
    }

    private void handOver(Delivery delivery) {
        if (isClosed()) {
            return;
        }
        if (delivery instanceof Delivery.Data data) {
            delivered.increment();
            LatencyWindow window = latency;
            if (window != null) {
                window.record(System.nanoTime() - data.item().stamp().capture().monotonicNanos());
            }
        }
        try {
            deliver(delivery);
        } catch (RuntimeException fault) {
            LOG.error("{} failed to take a delivery; it stays subscribed", options.subscriber(), fault);
        } finally {
            if (delivery instanceof Delivery.Data) {
                handed();
            }
        }
    }
}
