package io.mediamesh.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Calls back for each result, for one after the other, on a virtual thread: a callback may block and delays nobody but
 * itself. One that throws or takes too long is counted and reported, and called again for the next result; results that
 * come in the meantime wait, up to 1000, of which the oldest is left out. Safe to use from any thread.
 */
public final class CallbackConsumer implements AudioConsumer {
    /** How long a callback may take unless told otherwise. */
    public static final Duration DEFAULT_MAX_CALLBACK_TIME = Duration.ofMillis(10);

    private static final int MOST_WAITING = 1000;

    private final Consumer<AudioData> callback;
    private final Duration maxCallbackTime;
    private final Lane<AudioData> lane = new Lane<>("mediamesh-callback", MOST_WAITING, this::call);
    private final ErrorListeners errors = new ErrorListeners();
    private volatile Optional<Call> current = Optional.empty();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong handled = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong late = new AtomicLong();

    /** A call that runs, which is told to be late once at most. */
    private record Call(long startNanos, AtomicBoolean told) {}

    /** One whose callback may take {@link #DEFAULT_MAX_CALLBACK_TIME}. */
    public CallbackConsumer(Consumer<AudioData> callback) {
        this(callback, DEFAULT_MAX_CALLBACK_TIME);
    }

    /**
     * One with a limit of its own.
     *
     * @param maxCallbackTime a callback that takes longer is reported, and left alone
     * @throws IllegalArgumentException where the limit is not positive
     */
    public CallbackConsumer(Consumer<AudioData> callback, Duration maxCallbackTime) {
        if (!maxCallbackTime.isPositive()) {
            throw new IllegalArgumentException("maxCallbackTime must be longer than nothing, not " + maxCallbackTime);
        }
        this.callback = callback;
        this.maxCallbackTime = maxCallbackTime;
    }

    @Override
    public void accept(AudioData data) {
        received.incrementAndGet();
        // A callback that never comes back could not be told of when it does.
        current.ifPresent(this::checkTime);
        lane.add(data);
    }

    @Override
    public void addErrorListener(Consumer<AudioError> listener) {
        errors.add(listener);
    }

    /** How it does. */
    public ConsumerStatistics statistics() {
        return new ConsumerStatistics(
                received.get(), handled.get(), failed.get(), late.get(), lane.dropped(), lane.waiting());
    }

    private void call(AudioData data) {
        Call call = new Call(System.nanoTime(), new AtomicBoolean());
        current = Optional.of(call);
        try {
            callback.accept(data);
            handled.incrementAndGet();
        } catch (Throwable thrown) {
            failed.incrementAndGet();
            errors.tell(AudioError.of(
                    AudioError.Kind.CONSUMER,
                    "a callback for " + data.metadata().dataType() + " failed: " + thrown,
                    thrown));
        } finally {
            current = Optional.empty();
            checkTime(call);
        }
    }

    private void checkTime(Call call) {
        long takenNanos = System.nanoTime() - call.startNanos;
        if (takenNanos > maxCallbackTime.toNanos() && call.told.compareAndSet(false, true)) {
            late.incrementAndGet();
            errors.tell(AudioError.of(
                    AudioError.Kind.CONSUMER,
                    "a callback takes longer than " + maxCallbackTime.toMillis() + " ms: it has run for "
                            + takenNanos / 1_000_000 + " ms"));
        }
    }
}
