package io.mediamesh.mesh;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.BroadcastFrame;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.vertx.core.Context;
import java.util.ArrayDeque;

/**
 * The producer's side of a link: an outlet whose credits come from another member. At most so many items as granted
 * and {@link #WINDOW_BYTES} are under way; the rest waits, or is dropped, as the link's policy says. Runs on the
 * control context.
 */
final class OutboundLink extends Outlet {
    /** Bytes under way at most, unless a single item is larger. */
    static final long WINDOW_BYTES = 512 << 10;

    /** What items count as that have no weight to speak of. */
    private static final int SMALL_BYTES = 1024;

    private final long id;
    private final String consumerId;
    private final Topic topic;
    private final Links links;
    private final Form form;
    private final ArrayDeque<Integer> inFlightBytes = new ArrayDeque<>();
    private long bytes;
    private long granted;
    private long acknowledged;
    private long sent;
    private boolean asked;
    private long renewedNanos = System.nanoTime();

    OutboundLink(long id, String consumerId, Topic topic, SubscribeOptions options, Context control, Links links) {
        super(options, control, links.mesh().pictures(), links.mesh().encoders());
        this.id = id;
        this.consumerId = consumerId;
        this.topic = topic;
        this.links = links;
        this.form = options.form();
        measureStages(links.mesh().stages().of(topic.kind()));
    }

    long id() {
        return id;
    }

    String consumerId() {
        return consumerId;
    }

    Topic topic() {
        return topic;
    }

    int inFlightItems() {
        return inFlightBytes.size();
    }

    long inFlightBytes() {
        return bytes;
    }

    /** Whether nothing more may be sent before the other side says that it has some of what was. */
    boolean isFull() {
        return sent > 0 && (sent >= granted || bytes >= WINDOW_BYTES);
    }

    void renewed() {
        renewedNanos = System.nanoTime();
    }

    long nanosSinceRenewal() {
        return System.nanoTime() - renewedNanos;
    }

    /** The other side has so many items and allows so many in all; both only grow, so old news does no harm. */
    void credit(long receivedInAll, long grantedInAll) {
        while (acknowledged < Math.min(receivedInAll, sent)) {
            acknowledged++;
            Integer freed = inFlightBytes.poll();
            bytes -= freed == null ? 0 : freed;
        }
        granted = Math.max(granted, grantedInAll);
        askForNext();
    }

    private void askForNext() {
        if (!asked && sent < granted && (bytes < WINDOW_BYTES || inFlightBytes.isEmpty())) {
            asked = true;
            request(1);
        }
    }

    @Override
    void deliver(Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> {
                asked = false;
                sent++;
                int size = sizeOf(data.item());
                inFlightBytes.add(size);
                bytes += size;
                links.send(consumerId, new LinkFrame.Data(id, data.item(), data.droppedBefore(), form));
                askForNext();
            }
            case Delivery.Gap gap -> links.send(consumerId, new LinkFrame.Missing(id, gap));
            case Delivery.Changed changed -> {
                shut();
                links.forget(this);
                links.send(
                        consumerId,
                        changed.state() == SubscriptionState.ENDED
                                ? new LinkFrame.Ended(id, changed.reason())
                                : new LinkFrame.Lost(id, changed.reason()));
            }
        }
    }

    private int sizeOf(Item item) {
        return switch (item.payload()) {
            case VideoFrame frame ->
                form instanceof JpegForm jpegForm
                        ? frame.jpegIfMade(jpegForm)
                                .map(jpeg -> jpeg.bytes().length())
                                .orElse(0)
                        : SMALL_BYTES;
            case AudioBlock audio -> audio.frames() * audio.channels() * Short.BYTES;
            case MediaPacket packet -> packet.data().length();
            case BroadcastFrame frame ->
                frame.picture().length() + frame.metadata().length();
            case Event event -> SMALL_BYTES;
        };
    }

    /** Here even the light must be there before it is sent. */
    @Override
    boolean isMade(VideoFrame frame) {
        return form instanceof Form.MeanLuma ? frame.meanLumaIfKnown().isPresent() : super.isMade(frame);
    }

    // In line behind the items that wait, so that the last ones of a file still arrive.

    @Override
    void feedEnded(String reason) {
        notice(new Delivery.Changed(SubscriptionState.ENDED, reason));
    }

    @Override
    void feedLost(String reason) {
        notice(new Delivery.Changed(SubscriptionState.LOST, reason));
    }
}
