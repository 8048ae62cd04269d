package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LeaseTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Lease lease = new Lease(nanos::get);

    private CompletableFuture<Boolean> write() {
        CompletableFuture<Boolean> may = new CompletableFuture<>();
        Thread writer = Thread.ofPlatform().daemon().start(() -> {
            try {
                may.complete(lease.await());
            } catch (InterruptedException unexpected) {
                may.completeExceptionally(unexpected);
            }
        });
        Await.until("it has written, or waits", () -> may.isDone() || writer.getState() == Thread.State.WAITING);
        return may;
    }

    @Test
    void whatWasConfirmedAMomentAgoIsWrittenAtOnce() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));
        assertThat(write()).isCompletedWithValue(true);
    }

    @Test
    void whoWasFrozenWaitsUntilItIsKnownWhetherTheFilesAreStillItsOwn() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));
        CompletableFuture<Boolean> may = write();
        assertThat(may).isNotDone();
        lease.confirm();
        Await.until("it goes on", may::isDone);
        assertThat(may).isCompletedWithValue(true);
    }

    @Test
    void whatAnotherHasTakenIsNeverWrittenAgain() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));
        CompletableFuture<Boolean> may = write();
        lease.lose();
        Await.until("it gives up", may::isDone);
        assertThat(may).isCompletedWithValue(false);
        lease.confirm();
        assertThat(write()).isCompletedWithValue(false);
    }
}
