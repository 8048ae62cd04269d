package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferRuleTest {
    /** A viewer that has read a packet when the test says so. */
    private static final class Reader extends Viewer {
        final List<Long> sequences = new ArrayList<>();
        final List<Long> drops = new ArrayList<>();
        BufferRule rule;
        int expired;

        Reader(BufferRule rule) {
            super(ViewOptions.buffered(1), new ViewerCounters(new SimpleMeterRegistry()));
            this.rule = rule;
        }

        @Override
        BufferRule rule() {
            return rule;
        }

        @Override
        void expired(int count) {
            expired += count;
        }

        @Override
        void write(Packet packet, long dropped) {
            sequences.add(packet.item().stamp().sequence());
            drops.add(dropped);
        }

        @Override
        void tell(Change change) {}

        @Override
        void finish(String reason) {}

        @Override
        void fail(MeshException failure) {}

        @Override
        void cut() {}

        void takes(int packets) {
            for (int packet = 0; packet < packets; packet++) {
                offer(new Packet(
                        new Item(
                                Topic.of("cam1", "levels"),
                                Stamp.ofSource(1, packet, CaptureTime.now()),
                                Analyses.levels(packet)),
                        new byte[0]));
            }
        }

        void readsAll() {
            for (int read = 0; read < sequences.size(); read++) {
                written(true);
            }
        }
    }

    private static Reader after(BufferRule.Strategy strategy, int packets) {
        Reader reader = new Reader(new BufferRule(3, strategy, BufferRule.FOR_EVER));
        reader.takes(packets);
        reader.readsAll();
        return reader;
    }

    @Test
    void dropOldestKeepsTheNewestInOrder() {
        Reader reader = after(BufferRule.Strategy.DROP_OLDEST, 10);
        assertThat(reader.sequences).containsExactly(0L, 7L, 8L, 9L);
        assertThat(reader.drops).containsExactly(0L, 6L, 0L, 0L);
    }

    @Test
    void dropNewestKeepsWhatWaits() {
        Reader reader = after(BufferRule.Strategy.DROP_NEWEST, 10);
        assertThat(reader.sequences).containsExactly(0L, 1L, 2L, 3L);
        assertThat(reader.drops.stream().mapToLong(Long::longValue).sum()).isEqualTo(6);
    }

    @Test
    void lifoSendsTheNewestFirst() {
        assertThat(after(BufferRule.Strategy.LIFO, 10).sequences).containsExactly(0L, 9L, 8L, 7L);
    }

    @Test
    void whatWaitedTooLongIsNotSentAndCounted() {
        Reader reader = new Reader(new BufferRule(3, BufferRule.Strategy.DROP_OLDEST, 1_000_000_000L));
        reader.takes(3);
        reader.check(System.nanoTime() + 2_000_000_000L, Long.MAX_VALUE);
        reader.readsAll();
        assertThat(reader.sequences).containsExactly(0L);
        assertThat(reader.expired).isEqualTo(2);
    }

    @Test
    void aBufferThatIsMadeSmallerGivesUpItsOldest() {
        Reader reader = new Reader(new BufferRule(3, BufferRule.Strategy.DROP_OLDEST, BufferRule.FOR_EVER));
        reader.takes(4);
        reader.rule = new BufferRule(1, BufferRule.Strategy.DROP_OLDEST, BufferRule.FOR_EVER);
        reader.takes(1);
        reader.readsAll();
        assertThat(reader.sequences).containsExactly(0L, 0L);
        assertThat(reader.drops).containsExactly(0L, 3L);
    }
}
