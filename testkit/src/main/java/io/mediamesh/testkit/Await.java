package io.mediamesh.testkit;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits in tests for what must become true, with a generous limit and a message that says what did not happen. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {}

    /** Waits until the condition holds. */
    public static void until(String what, BooleanSupplier condition) {
        until(what, LIMIT, condition);
    }

    /** Waits until the condition holds, so long at most. */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + limit.toSeconds() + " s in vain: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Waits until the value is as wanted, and shows the last one otherwise. */
    public static <T> T until(String what, Supplier<T> value, Predicate<T> wanted) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            T current = value.get();
            if (wanted.test(current)) {
                return current;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain: " + what + "; the last value was " + current);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** The result of a future; its failure is thrown as it is where it is unchecked. Not for event loops. */
    public static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException | TimeoutException never) {
            throw new AssertionError("no result within " + LIMIT.toSeconds() + " s", never);
        }
    }

    /** The failure of a future that has to fail. */
    public static Throwable failure(Future<?> future) {
        try {
            Object result = future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("should have failed, but gave " + result);
        } catch (ExecutionException failed) {
            return failed.getCause() == null ? failed : failed.getCause();
        } catch (InterruptedException | TimeoutException never) {
            throw new AssertionError("no result within " + LIMIT.toSeconds() + " s", never);
        }
    }
}
