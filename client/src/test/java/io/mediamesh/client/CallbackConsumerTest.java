package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CallbackConsumerTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final List<AudioError> errors = new CopyOnWriteArrayList<>();
    private final List<Long> seen = new CopyOnWriteArrayList<>();

    @Test
    void aCallbackGetsAllResultsInOrderOneAfterTheOther() {
        CallbackConsumer consumer =
                new CallbackConsumer(data -> seen.add(data.metadata().sequence()), LONG);
        for (long sequence = 1; sequence <= 500; sequence++) {
            consumer.accept(AudioSamples.levels(sequence));
        }

        Await.until("all of them", () -> seen.size() == 500);
        assertThat(seen).isSorted();
        Await.until("they are counted", () -> consumer.statistics().handled() == 500);
        assertThat(consumer.statistics()).isEqualTo(new ConsumerStatistics(500, 500, 0, 0, 0, 0));
    }

    @Test
    void aCallbackThatThrowsIsCountedReportedAndCalledAgain() {
        CallbackConsumer consumer = new CallbackConsumer(
                data -> {
                    if (data.metadata().sequence() == 1) {
                        throw new AssertionError("no such thing");
                    }
                    seen.add(data.metadata().sequence());
                },
                LONG);
        consumer.addErrorListener(errors::add);
        consumer.accept(AudioSamples.levels(1));
        consumer.accept(AudioSamples.levels(2));

        Await.until("the next one", () -> seen.equals(List.of(2L)));
        assertThat(consumer.statistics().failed()).isEqualTo(1);
        assertThat(errors).singleElement().satisfies(error -> assertThat(error.message())
                .contains("levels", "no such thing"));
    }

    @Test
    void aCallbackThatNeverReturnsIsReportedWithTheNextResultAndCostsABoundedQueue() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CallbackConsumer consumer = new CallbackConsumer(
                data -> {
                    inside.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException never) {
                        throw new AssertionError(never);
                    }
                },
                Duration.ofNanos(1));
        consumer.addErrorListener(errors::add);
        consumer.accept(AudioSamples.levels(1));
        inside.await();
        for (long sequence = 2; sequence <= 1501; sequence++) {
            consumer.accept(AudioSamples.levels(sequence));
        }

        assertThat(errors).singleElement().satisfies(error -> assertThat(error.message())
                .contains("takes longer"));
        assertThat(consumer.statistics()).isEqualTo(new ConsumerStatistics(1501, 0, 0, 1, 500, 1000));
        release.countDown();
        Await.until("the rest", () -> consumer.statistics().handled() == 1001);
    }

    @Test
    void aCallbackThatTakesTooLongIsReportedOnceForEachCall() {
        CallbackConsumer consumer =
                new CallbackConsumer(data -> seen.add(data.metadata().sequence()), Duration.ofNanos(1));
        consumer.addErrorListener(errors::add);
        consumer.accept(AudioSamples.levels(1));
        Await.until("it is told", () -> errors.size() == 1);
        consumer.accept(AudioSamples.levels(2));
        Await.until("it is told again", () -> errors.size() == 2);

        assertThat(consumer.statistics().late()).isEqualTo(2);
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatThrownBy(() -> new CallbackConsumer(data -> {}, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxCallbackTime");
    }
}
