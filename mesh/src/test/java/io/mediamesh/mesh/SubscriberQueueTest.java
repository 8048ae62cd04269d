package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SubscriberQueueTest {
    private static Item item(long epoch, long sequence) {
        Stamp stamp = Stamp.ofSource(epoch, sequence, new CaptureTime(sequence * 10, sequence * 10));
        return new Item(Topic.of("s", "intensity"), stamp, new Intensity(0, 0, 1));
    }

    private static List<Delivery> drain(SubscriberQueue queue) {
        List<Delivery> all = new ArrayList<>();
        for (Delivery next = queue.poll(true); next != null; next = queue.poll(true)) {
            all.add(next);
        }
        return all;
    }

    @Test
    void latestKeepsTheNewestAndCountsTheOthers() {
        SubscriberQueue queue = new SubscriberQueue(Policy.LATEST);
        for (int index = 0; index < 5; index++) {
            queue.offer(item(1, index));
        }
        assertThat(drain(queue)).containsExactly(new Delivery.Data(item(1, 4), 4));
        assertThat(queue.droppedTotal()).isEqualTo(4);
    }

    @Test
    void aBufferDropsTheOldest() {
        SubscriberQueue queue = new SubscriberQueue(Policy.buffer(2));
        for (int index = 0; index < 5; index++) {
            queue.offer(item(1, index));
        }
        assertThat(drain(queue)).containsExactly(new Delivery.Data(item(1, 3), 3), new Delivery.Data(item(1, 4), 0));
    }

    @Test
    void losslessKeepsTheOldestAndReportsTheGapInItsPlace() {
        SubscriberQueue queue = new SubscriberQueue(Policy.lossless(2));
        for (int index = 0; index < 6; index++) {
            queue.offer(item(1, index));
        }
        queue.poll(true);
        queue.offer(item(1, 6));
        assertThat(drain(queue))
                .containsExactly(
                        new Delivery.Data(item(1, 1), 0),
                        new Delivery.Gap(1, 2, 4, 30),
                        new Delivery.Data(item(1, 6), 0));
    }

    @Test
    void aGapAtTheEndIsReportedWithoutWaitingForAnotherItem() {
        SubscriberQueue queue = new SubscriberQueue(Policy.lossless(1));
        queue.offer(item(1, 0));
        queue.offer(item(1, 1));
        assertThat(drain(queue)).containsExactly(new Delivery.Data(item(1, 0), 0), new Delivery.Gap(1, 1, 1, 0));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void itemsOfAnOldEpochAreRefused() {
        SubscriberQueue queue = new SubscriberQueue(Policy.buffer(10));
        queue.offer(item(5, 0));
        queue.offer(item(4, 17));
        queue.offer(item(6, 0));
        assertThat(drain(queue)).containsExactly(new Delivery.Data(item(5, 0), 0), new Delivery.Data(item(6, 0), 0));
        assertThat(queue.refusedTotal()).isEqualTo(1);
    }

    @Test
    void itemsNeedACreditAndNoticesDoNot() {
        SubscriberQueue queue = new SubscriberQueue(Policy.LATEST);
        Delivery live = new Delivery.Changed(SubscriptionState.LIVE, "");
        queue.notice(live);
        queue.offer(item(1, 0));
        assertThat(queue.poll(false)).isEqualTo(live);
        assertThat(queue.poll(false)).isNull();
        assertThat(queue.poll(true)).isEqualTo(new Delivery.Data(item(1, 0), 0));
    }

    @Test
    void noticesAreBoundedToo() {
        SubscriberQueue queue = new SubscriberQueue(Policy.LATEST);
        for (int index = 0; index < 1000; index++) {
            queue.notice(new Delivery.Changed(SubscriptionState.LOST, "reason " + index));
        }
        assertThat(drain(queue))
                .hasSize(16)
                .last()
                .isEqualTo(new Delivery.Changed(SubscriptionState.LOST, "reason 999"));
    }
}
