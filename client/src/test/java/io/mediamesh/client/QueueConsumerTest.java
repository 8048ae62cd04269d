package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueConsumerTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static long sequence(Optional<AudioData> data) {
        return data.orElseThrow().metadata().sequence();
    }

    @ParameterizedTest
    @CsvSource({"DROP_OLDEST, 3 4 5", "DROP_NEWEST, 1 2 3", "LIFO, 5 4 3"})
    void aFullQueueDoesWhatItsStrategySays(OverflowStrategy overflow, String expected) {
        QueueConsumer queue = new QueueConsumer(3, overflow);
        for (long sequence = 1; sequence <= 5; sequence++) {
            queue.accept(AudioSamples.levels(sequence));
        }
        List<String> taken = new ArrayList<>();
        for (Optional<AudioData> next = queue.poll(); next.isPresent(); next = queue.poll()) {
            taken.add(String.valueOf(sequence(next)));
        }

        assertThat(String.join(" ", taken)).isEqualTo(expected);
        assertThat(queue.statistics()).isEqualTo(new ConsumerStatistics(5, 3, 0, 0, 2, 0));
    }

    @Test
    void anEmptyQueueGivesNothingWhenTheTimeIsOver() throws InterruptedException {
        QueueConsumer queue = new QueueConsumer();

        assertThat(queue.get(Duration.ofMillis(20))).isEmpty();
        assertThat(queue.get(Duration.ZERO)).isEmpty();
        assertThat(queue.get(Duration.ofSeconds(-1))).isEmpty();
    }

    @Test
    void whoWaitsGetsWhatComes() throws InterruptedException {
        QueueConsumer queue = new QueueConsumer();
        Thread producer = Thread.ofPlatform().start(() -> queue.accept(AudioSamples.levels(9)));

        assertThat(sequence(queue.get(LONG))).isEqualTo(9);
        producer.join();
    }

    @Test
    void severalThreadsGetEachResultOnce() throws InterruptedException {
        QueueConsumer queue = new QueueConsumer(10_000, OverflowStrategy.DROP_OLDEST);
        Set<Long> taken = ConcurrentHashMap.newKeySet();
        List<Long> twice = new CopyOnWriteArrayList<>();
        List<Thread> takers = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            takers.add(Thread.ofPlatform().start(() -> {
                try {
                    while (taken.size() < 2000) {
                        queue.get(Duration.ofMillis(5)).ifPresent(data -> {
                            if (!taken.add(data.metadata().sequence())) {
                                twice.add(data.metadata().sequence());
                            }
                        });
                    }
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (long sequence = 0; sequence < 2000; sequence++) {
            queue.accept(AudioSamples.levels(sequence));
        }

        Await.until("all are taken", () -> taken.size() == 2000);
        for (Thread taker : takers) {
            taker.join();
        }
        assertThat(twice).isEmpty();
        assertThat(queue.statistics().dropped()).isZero();
    }

    @Test
    void aWaitingThreadCanBeInterrupted() throws InterruptedException {
        QueueConsumer queue = new QueueConsumer();
        List<String> ended = new CopyOnWriteArrayList<>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                queue.get(Duration.ofDays(1));
            } catch (InterruptedException expected) {
                ended.add("interrupted");
            }
        });
        waiting.interrupt();
        waiting.join();

        assertThat(ended).containsExactly("interrupted");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_000_001})
    void aSizeThatCantBeOneIsRefused(int size) {
        assertThatThrownBy(() -> new QueueConsumer(size, OverflowStrategy.LIFO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000000");
    }
}
