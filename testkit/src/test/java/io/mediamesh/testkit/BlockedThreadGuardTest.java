package io.mediamesh.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BlockedThreadGuardTest {
    @Test
    void aBlockedEventLoopFailsTheTestClass() {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setBlockedThreadCheckInterval(5)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(20)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
        CountDownLatch release = new CountDownLatch(1);
        vertx.runOnContext(now -> {
            try {
                release.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        Await.until("Vert.x complains", BlockedThreadGuard::hasComplaints);
        release.countDown();
        Await.result(vertx.close());
        assertThatThrownBy(BlockedThreadGuard::failIfBlocked)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("blocked");
        BlockedThreadGuard.forget();
    }
}
