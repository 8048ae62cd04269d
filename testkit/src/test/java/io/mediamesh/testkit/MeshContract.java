package io.mediamesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.Subscription;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What a subscription promises, wherever its producer is. Run against one process, two nodes in one process and two
 * processes by the classes that extend it.
 */
abstract class MeshContract {
    /** Items that may be under way between two members, beyond what queues at either end hold. */
    private static final int WINDOW = 8;

    private static final AtomicInteger STREAMS = new AtomicInteger();

    private final Topic events = Topic.of("s" + STREAMS.incrementAndGet(), Topic.INTENSITY);
    private final Topic video = events.sibling(Topic.VIDEO);

    /** Where the test subscribes. */
    abstract Mesh here();

    /** Name of the node that produces. */
    abstract String producerName();

    /** Whether the producer is another member. */
    abstract boolean isRemote();

    private Subscription subscribe(Topic topic, SubscribeOptions options) {
        Await.result(here().directory().put(TestMesh.stream(topic.stream().value())));
        return Await.result(here().subscribe(topic, options));
    }

    private JsonObject tell(boolean toVideo, String what) {
        return RemoteSource.command(here(), producerName(), toVideo, new JsonObject().put("do", what));
    }

    /** How often the producer of a topic was started or stopped. */
    private int count(Topic topic, String what) {
        JsonObject question = new JsonObject().put("do", "count").put("topic", topic.toString());
        return RemoteSource.command(here(), producerName(), false, question).getInteger(what);
    }

    @Test
    void aRefusalComesWithTheFieldThatIsAtFault() {
        assertThatThrownBy(() -> tell(false, "dance")).satisfies(failed -> {
            MeshException refused = MeshException.ofReply(failed);
            assertThat(refused).hasMessage("there is no such command");
            assertThat(refused.code()).isEqualTo(FailureCode.INVALID);
            assertThat(refused.field()).contains("do");
        });
    }

    private void emit(Topic topic, int items) {
        RemoteSource.command(
                here(),
                producerName(),
                topic.kind().equals(Topic.VIDEO),
                new JsonObject().put("do", "emit").put("items", items));
    }

    private static SubscribeOptions everything(String who) {
        return SubscribeOptions.latest(who).withPolicy(Policy.lossless(1000));
    }

    @Test
    void theFirstSubscriberStartsTheProducerAndTheLastOneStopsIt() {
        Topic own = Topic.of("s" + STREAMS.incrementAndGet(), Topic.INTENSITY);
        Subscription first = subscribe(own, everything("first"));
        Subscription second = subscribe(own, everything("second"));
        assertThat(count(own, "starts")).isEqualTo(1);

        Await.result(first.close());
        List<Delivery> seen = TestMesh.collect(second);
        emit(own, 3);
        Await.until(
                "the other subscriber still gets items",
                () -> TestMesh.items(seen).size() == 3);
        Await.result(second.close());
        Await.until("the producer stops", () -> count(own, "stops") == 1);
    }

    @Test
    void itemsArriveInOrderEachWithItsSequenceAndItsPayload() {
        Subscription subscription = subscribe(events, everything("orderly"));
        List<Delivery> seen = TestMesh.collect(subscription);
        emit(events, 200);
        Await.until("all items", () -> TestMesh.items(seen).size() == 200);
        List<Delivery.Data> items = TestMesh.items(seen);
        for (int index = 0; index < 200; index++) {
            assertThat(items.get(index).item().stamp().sequence()).isEqualTo(index);
            assertThat(((Intensity) items.get(index).item().payload()).current())
                    .isEqualTo(index % 256);
        }
        Await.result(subscription.close());
    }

    @Test
    void whoComesLaterGetsTheLatestItemAtOnceWhereTheProducerKeepsIt() {
        Subscription first = subscribe(events, everything("first"));
        List<Delivery> seen = TestMesh.collect(first);
        tell(false, "keep");
        emit(events, 3);
        Await.until("all items", () -> TestMesh.items(seen).size() == 3);
        Subscription late = subscribe(events, SubscribeOptions.latest("late").withPolicy(Policy.buffer(5)));
        List<Delivery> seenLate = TestMesh.collect(late);
        Await.until("the latest", () -> TestMesh.items(seenLate).size() == 1);
        emit(events, 1);
        Await.until("the next one", () -> TestMesh.items(seenLate).size() == 2);
        assertThat(TestMesh.items(seenLate))
                .extracting(data -> data.item().stamp().sequence())
                .containsExactly(2L, 3L);
        Await.until("the next one", () -> TestMesh.items(seen).size() == 4);
        Await.result(first.close());
        Await.result(late.close());
    }

    @Test
    void nothingIsDeliveredWithoutACredit() {
        Subscription subscription = subscribe(events, everything("careful"));
        List<Delivery> seen = new CopyOnWriteArrayList<>();
        subscription.pause();
        subscription.handler(seen::add);
        emit(events, 50);
        subscription.fetch(3);
        Await.until("three items", () -> TestMesh.items(seen).size() == 3);
        emit(events, 1);
        assertThat(TestMesh.items(seen)).hasSize(3);
        subscription.resume();
        Await.until("the rest", () -> TestMesh.items(seen).size() == 51);
        Await.result(subscription.close());
    }

    @Test
    void deliveriesInPlaceComeOneAtATimeAndInOrderAlsoWhenTheHandlerAsksForTheNext() {
        Subscription subscription = subscribe(events, everything("in place").withDeliveryInPlace());
        List<Long> sequences = new CopyOnWriteArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger mostInside = new AtomicInteger();
        subscription.pause();
        subscription.handler(delivery -> {
            mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
            if (delivery instanceof Delivery.Data data) {
                sequences.add(data.item().stamp().sequence());
                subscription.fetch(1);
            }
            inside.decrementAndGet();
        });
        emit(events, 100);
        subscription.fetch(1);
        Await.until("all items", () -> sequences.size() == 100);
        assertThat(sequences).isEqualTo(LongStream.range(0, 100).boxed().toList());
        assertThat(mostInside).hasValue(1);
        Await.result(subscription.close());
    }

    @Test
    void aLatestSubscriberThatStoodStillGoesOnWithTheNewestItem() {
        Subscription subscription = subscribe(events, SubscribeOptions.latest("slow viewer"));
        List<Delivery> seen = new CopyOnWriteArrayList<>();
        subscription.pause();
        subscription.handler(seen::add);
        emit(events, 1000);
        subscription.resume();
        Await.until("the newest item", () -> TestMesh.items(seen).stream()
                .anyMatch(data -> data.item().stamp().sequence() == 999));
        assertThat(TestMesh.items(seen)).hasSizeLessThanOrEqualTo(2);
        long dropped = TestMesh.items(seen).stream()
                .mapToLong(Delivery.Data::droppedBefore)
                .sum();
        assertThat(dropped + TestMesh.items(seen).size()).isEqualTo(1000);
        Await.result(subscription.close());
    }

    @Test
    void aStalledSubscriberHoldsNoMoreThanItsBoundAndEveryDropIsCounted() {
        Subscription subscription =
                subscribe(events, SubscribeOptions.latest("stalled").withPolicy(Policy.buffer(4)));
        List<Delivery> seen = new CopyOnWriteArrayList<>();
        subscription.pause();
        subscription.handler(seen::add);
        emit(events, 500);
        subscription.resume();
        Await.until("the last item", () -> TestMesh.items(seen).stream()
                .anyMatch(data -> data.item().stamp().sequence() == 499));
        int bound = isRemote() ? 4 + 4 + WINDOW : 4;
        assertThat(TestMesh.items(seen)).hasSizeLessThanOrEqualTo(bound);
        long dropped = TestMesh.items(seen).stream()
                .mapToLong(Delivery.Data::droppedBefore)
                .sum();
        assertThat(dropped + TestMesh.items(seen).size()).isEqualTo(500);
        Await.result(subscription.close());
    }

    @Test
    void aLosslessSubscriberIsToldOfEveryItemThatIsMissing() {
        Subscription subscription = subscribe(events, everything("recorder").withPolicy(Policy.lossless(10)));
        List<Delivery> seen = new CopyOnWriteArrayList<>();
        subscription.pause();
        subscription.handler(seen::add);
        emit(events, 300);
        subscription.resume();
        // Until then what comes is missing as well, and part of the same gap.
        Await.until("the gap", () -> seen.stream().anyMatch(Delivery.Gap.class::isInstance));
        emit(events, 1);
        Await.until("the last item", () -> TestMesh.items(seen).stream()
                .anyMatch(data -> data.item().stamp().sequence() == 300));
        long expected = 0;
        for (Delivery delivery : seen) {
            switch (delivery) {
                case Delivery.Data data ->
                    assertThat(data.item().stamp().sequence()).isEqualTo(expected++);
                case Delivery.Gap gap -> {
                    assertThat(gap.firstSequence()).isEqualTo(expected);
                    expected += gap.items();
                }
                case Delivery.Changed changed -> {}
            }
        }
        assertThat(expected).isEqualTo(301);
        Await.result(subscription.close());
    }

    @Test
    void aRateLimitHoldsOnAverage() {
        Subscription subscription = subscribe(events, everything("ten a second").withMaxRateHz(10));
        List<Delivery> seen = TestMesh.collect(subscription);
        long start = CaptureTime.now().monotonicNanos();
        for (int frame = 0; frame <= 90; frame++) {
            RemoteSource.command(
                    here(),
                    producerName(),
                    false,
                    new JsonObject().put("do", "emitAt").put("nanos", start + frame * 33_333_333L));
        }
        Await.until("the items of three seconds", () -> TestMesh.items(seen).size() >= 30);
        assertThat(TestMesh.items(seen)).hasSizeBetween(30, 31);
        Await.result(subscription.close());
    }

    @Test
    void videoArrivesInTheFormThatWasAskedFor() {
        JpegForm form = new JpegForm(70, 80, 80);
        Subscription subscription =
                subscribe(video, everything("small pictures").withForm(form));
        List<Delivery> seen = TestMesh.collect(subscription);
        emit(video, 5);
        Await.until("five pictures", () -> TestMesh.items(seen).size() == 5);
        for (Delivery.Data data : TestMesh.items(seen)) {
            var jpeg = ((VideoFrame) data.item().payload()).jpegIfMade(form).orElseThrow();
            assertThat(jpeg.widthPx()).isEqualTo(80);
            assertThat(jpeg.heightPx()).isEqualTo(60);
        }
        Await.result(subscription.close());
    }

    @Test
    void whoWantsOnlyTheLightGetsItAndAsksForNoPicture() {
        Subscription subscription = subscribe(video, everything("a light meter").withForm(Form.MEAN_LUMA));
        List<Delivery> seen = TestMesh.collect(subscription);
        Await.until("a credit", () -> tell(true, "look").getBoolean("wanted"));
        assertThat(tell(true, "look").getBoolean("pictures")).isFalse();

        emit(video, 1);
        tell(true, "light");

        Await.until("both", () -> TestMesh.items(seen).size() == 2);
        PictureCodec none = here().pictures();
        double expected = SyntheticSource.squareAt(RemoteSource.WIDTH_PX, RemoteSource.HEIGHT_PX, 0)
                .meanLuma();
        List<VideoFrame> frames = TestMesh.items(seen).stream()
                .map(data -> (VideoFrame) data.item().payload())
                .toList();
        assertThat(frames.getFirst().meanLuma(none)).isEqualTo(expected);
        assertThat(frames.getFirst().hasPicture()).isEqualTo(!isRemote());
        assertThat(frames.getLast().meanLuma(none)).isEqualTo(RemoteSource.LIGHT);
        assertThat(frames.getLast().widthPx()).isEqualTo(RemoteSource.WIDTH_PX);
        Await.result(subscription.close());
    }

    @Test
    void whoWantsPicturesIsNotGivenTheLightInstead() {
        Subscription meter = subscribe(video, everything("a light meter").withForm(Form.MEAN_LUMA));
        List<Delivery> light = TestMesh.collect(meter);
        Subscription viewer = subscribe(video, everything("a viewer").withForm(JpegForm.ofQuality(80)));
        List<Delivery> pictures = TestMesh.collect(viewer);
        Await.until("a credit", () -> tell(true, "look").getBoolean("pictures"));

        tell(true, "light");
        emit(video, 1);

        Await.until("both at the meter", () -> TestMesh.items(light).size() == 2);
        Await.until("the picture", () -> TestMesh.items(pictures).size() == 1);
        assertThat(((VideoFrame) TestMesh.items(pictures).getFirst().item().payload()).hasPicture())
                .isTrue();
        Await.result(meter.close());
        Await.result(viewer.close());
    }

    @Test
    void theEndOfATopicIsToldAfterItsLastItem() {
        Subscription subscription = subscribe(events, everything("patient"));
        AtomicInteger ends = new AtomicInteger();
        subscription.endHandler(end -> ends.incrementAndGet());
        List<Delivery> seen = TestMesh.collect(subscription);
        emit(events, 30);
        RemoteSource.command(
                here(), producerName(), false, new JsonObject().put("do", "end").put("reason", "the film is over"));
        Await.until("the end", () -> ends.get() == 1);
        assertThat(TestMesh.items(seen)).hasSize(30);
        assertThat(seen.getLast()).isEqualTo(new Delivery.Changed(SubscriptionState.ENDED, "the film is over"));
        assertThat(subscription.state()).isEqualTo(SubscriptionState.ENDED);
    }

    @Test
    void whatIsConfiguredOfAStreamIsToldAndGoesWithIt() {
        StreamId stream = new StreamId("configured");
        JsonObject content = new JsonObject().put("a", 1);
        List<StreamId> told = new CopyOnWriteArrayList<>();
        MessageConsumer<String> consumer = here().directory().onConfigured("part", told::add);
        Await.result(consumer.completion());
        assertThatThrownBy(() -> Await.result(here().directory().configure(stream, "part", Optional.of(content))))
                .hasMessageContaining("no stream configured");

        Await.result(here().directory().put(TestMesh.stream("configured")));
        Await.result(here().directory().configure(stream, "part", Optional.of(content)));
        Await.until("it is told", () -> told.contains(stream));
        assertThat(Await.result(here().directory().configurations("part"))).containsExactly(entry(stream, content));
        assertThat(Await.result(here().directory().configurations("other"))).isEmpty();

        Await.result(here().directory().remove(stream));
        assertThat(Await.result(here().directory().configuration(stream, "part")))
                .isEmpty();
        Await.result(consumer.unregister());
    }

    @Test
    void removingAStreamEndsItsSubscriptions() {
        Subscription subscription = subscribe(events, everything("viewer"));
        List<Delivery> seen = TestMesh.collect(subscription);
        assertThat(Await.result(here().directory().remove(events.stream()))).isTrue();
        Await.until(
                "the end",
                () -> seen.contains(new Delivery.Changed(SubscriptionState.ENDED, "the stream was removed")));
    }

    @Test
    void aReopenedSourceBeginsAHigherEpoch() {
        Subscription subscription = subscribe(events, everything("watcher"));
        List<Delivery> seen = TestMesh.collect(subscription);
        emit(events, 2);
        Await.until("two items", () -> TestMesh.items(seen).size() == 2);
        long epoch = TestMesh.items(seen).getFirst().item().stamp().epoch();
        tell(false, "reopen");
        Await.until("items of a higher epoch that begin at 0 again", () -> {
            emit(events, 1);
            return TestMesh.items(seen).stream()
                    .anyMatch(data -> data.item().stamp().epoch() > epoch
                            && data.item().stamp().sequence() == 0);
        });
        Await.result(subscription.close());
    }

    @Test
    void anUnknownStreamIsRefused() {
        Throwable failure =
                Await.failure(here().subscribe(Topic.of("nobody", Topic.VIDEO), SubscribeOptions.latest("lost soul")));
        assertThat(((MeshException) failure).code()).isEqualTo(FailureCode.NOT_FOUND);
        assertThat(failure).hasMessageContaining("nobody");
    }

    @Test
    void aTopicThatNobodyOffersIsRefusedWithTheOfferedOnes() {
        Await.result(here().directory().put(TestMesh.stream(events.stream().value())));
        Throwable failure =
                Await.failure(here().subscribe(events.sibling("smell"), SubscribeOptions.latest("dreamer")));
        assertThat(((MeshException) failure).code()).isEqualTo(FailureCode.NOT_FOUND);
        assertThat(failure).hasMessageContaining("intensity, video");
    }

    @Test
    void theStatisticsNameTheProducerAndCountSubscribersAndDrops() {
        Subscription subscription =
                subscribe(events, SubscribeOptions.latest("counted").withPolicy(Policy.buffer(1)));
        subscription.pause();
        subscription.handler(delivery -> {});
        emit(events, 100);
        var stats = Await.result(here().topics()).stream()
                .filter(topic -> topic.topic().equals(events))
                .findFirst()
                .orElseThrow();
        assertThat(stats.published()).isEqualTo(100);
        assertThat(stats.subscribers()).isEqualTo(1);
        assertThat(stats.dropped()).isBetween(100L - 1 - WINDOW - 1, 99L);
        assertThat(stats.memberId().equals(here().memberId())).isNotEqualTo(isRemote());
        Await.result(subscription.close());
    }
}
