package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.BroadcastFrame;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a recording is fed by: the coded packets of its source where they can be kept, and the topics of its pictures and
 * sound where not, also when that turns out later. Opened on the context of the service; what is delivered is taken on the
 * thread of the recording. Sealing and closing are safe from any thread.
 */
final class Feeds {
    private final Mesh mesh;
    private final Context context;
    private final boolean remux;
    private final Journal journal;
    private final Sink sink;
    private final List<Feed> feeds = new CopyOnWriteArrayList<>();
    private volatile boolean picturesFromPackets;
    private volatile boolean sealed;

    /** The recording that is fed. Any thread. */
    interface Sink {
        /** To be {@linkplain #take taken}, in this order. */
        void delivered(Feed feed, Delivery delivery);

        /** To be {@linkplain #withoutPictures(RecordingEngine, String) told} behind what was delivered. */
        void withoutPictures(String reason);

        /** Nothing will come any more. */
        void nothingLeft(String reason);
    }

    Feeds(Mesh mesh, Context context, RecorderConfig config, Journal journal, Sink sink) {
        this.mesh = mesh;
        this.context = context;
        this.remux = config.remux();
        this.journal = journal;
        this.sink = sink;
    }

    /** Subscribes; where that fails, some of it may be left to be closed. */
    Future<Void> open() {
        Optional<String> pictures = pictureKind();
        List<Future<Void>> all = new ArrayList<>();
        pictures.ifPresent(kind -> all.add(openPictures(kind)));
        if (journal.topics().contains(Topic.AUDIO)) {
            all.add(openSound(pictures.isPresent()));
        }
        return Future.join(all).mapEmpty();
    }

    boolean havePictures() {
        return pictureKind().isPresent();
    }

    /** Whether coded sound may come, and the other one too. */
    boolean mayKeepSound() {
        return has(Topic.PACKETS) && has(Topic.AUDIO);
    }

    private boolean has(String kind) {
        return feeds.stream().anyMatch(feed -> feed.topic().kind().equals(kind));
    }

    private Optional<String> pictureKind() {
        return journal.topics().stream()
                .filter(kind -> !kind.equals(Topic.AUDIO))
                .findFirst();
    }

    /** Coded pictures and sound are kept where they can be; pictures of another kind come from their own topic. */
    private Future<Void> openPictures(String kind) {
        boolean ofSource = kind.equals(Topic.VIDEO);
        boolean soundMayBeKept = journal.topics().contains(Topic.AUDIO);
        if (!remux || !(ofSource || soundMayBeKept)) {
            return subscribe(kind);
        }
        picturesFromPackets = ofSource;
        return subscribe(Topic.PACKETS)
                .compose(coded -> ofSource ? Future.succeededFuture() : subscribe(kind), notCoded -> {
                    picturesFromPackets = false;
                    return subscribe(kind);
                });
    }

    /** A stream of pictures without sound is recorded without it. */
    private Future<Void> openSound(boolean besidePictures) {
        return subscribe(Topic.AUDIO).recover(failure -> {
            MeshException why = MeshException.ofReply(failure);
            return besidePictures && why.code() == FailureCode.NOT_FOUND
                    ? Future.succeededFuture()
                    : Future.failedFuture(why);
        });
    }

    private Future<Void> subscribe(String kind) {
        Topic topic = new Topic(journal.stream(), kind);
        return Feed.open(mesh, topic, journal.id(), sink::delivered).map(feed -> {
            feeds.add(feed);
            if (sealed) {
                feed.close();
            }
            return null;
        });
    }

    /** Lets it come. */
    void begin() {
        feeds.forEach(Feed::begin);
    }

    /** Takes no more; what has come is still to be taken. */
    void seal() {
        sealed = true;
        feeds.forEach(Feed::seal);
    }

    void close() {
        sealed = true;
        feeds.forEach(Feed::close);
    }

    /** Whether everything that has come is taken. */
    boolean areDrained() {
        return feeds.stream().allMatch(Feed::isDrained);
    }

    /** Brings a delivery to the engine. */
    void take(RecordingEngine engine, Feed feed, Delivery delivery) {
        switch (delivery) {
            case Delivery.Data data -> item(engine, feed, data.item());
            case Delivery.Gap gap -> engine.tooSlow(feed.topic().kind(), gap.items(), gap.durationNanos());
            case Delivery.Changed changed -> {
                engine.changed(feed.topic().kind(), changed.state().name().toLowerCase(Locale.ROOT), changed.reason());
                if (changed.state() == SubscriptionState.ENDED) {
                    ended(engine, feed, changed.reason());
                }
            }
        }
    }

    private void item(RecordingEngine engine, Feed feed, Item item) {
        switch (item.payload()) {
            case VideoFrame frame -> engine.picture(item.stamp(), frame);
            case AudioBlock block -> engine.sound(item.stamp(), block);
            case MediaPacket packet -> packet(engine, feed, item, packet);
            case BroadcastFrame _, Event _ ->
                throw MeshException.invalid(
                        "topics", "the topic " + feed.topic().kind() + " has no pictures");
        }
    }

    private void packet(RecordingEngine engine, Feed feed, Item item, MediaPacket packet) {
        switch (packet.format().track()) {
            case AUDIO -> engine.soundPacket(item.stamp(), packet);
            case VIDEO -> {
                if (!picturesFromPackets) {
                    engine.packetPassed(item.stamp());
                } else if (packet.format().codec().equals(PacketPictures.CODEC)) {
                    journal.remuxes(true);
                    engine.picturePacket(item.stamp(), packet);
                } else {
                    encodeInstead(engine, "the source sends " + packet.format().codec());
                }
            }
        }
        if (!picturesFromPackets && !engine.wantsSoundPackets() && !feed.isClosed()) {
            feed.close();
            engine.changed(Topic.PACKETS, "left", "nothing in it can be kept");
        }
    }

    /** Pictures that can't be kept coded come from the decoded topic. */
    private void encodeInstead(RecordingEngine engine, String reason) {
        picturesFromPackets = false;
        engine.picturesFromElsewhere(reason);
        context.runOnContext(now -> subscribePictures());
    }

    private void subscribePictures() {
        subscribe(Topic.VIDEO)
                .onSuccess(done -> begin())
                .onFailure(none -> sink.withoutPictures(String.valueOf(none.getMessage())));
    }

    private void ended(RecordingEngine engine, Feed feed, String reason) {
        if (feed.topic().kind().equals(Topic.PACKETS)) {
            packetsEnded(engine, feed, reason);
            return;
        }
        feed.close();
        if (feed.isPictures()) {
            engine.withoutPictures();
        }
        endIfNothingIsLeft(reason);
    }

    /** A source that came to its end must not be opened again for its pictures. */
    private void packetsEnded(RecordingEngine engine, Feed packets, String reason) {
        packets.close();
        engine.withoutPackets(reason);
        if (!picturesFromPackets) {
            endIfNothingIsLeft(reason);
            return;
        }
        picturesFromPackets = false;
        engine.picturesFromElsewhere(reason);
        mesh.directory().status(journal.stream()).onComplete(status -> {
            boolean goesOn = status.succeeded()
                    && switch (status.result().state()) {
                        case ENDED, FAILED -> false;
                        case IDLE, STARTING, LIVE, RECONNECTING -> true;
                    };
            if (goesOn) {
                context.runOnContext(now -> subscribePictures());
            } else {
                sink.withoutPictures(reason);
            }
        });
    }

    private void endIfNothingIsLeft(String reason) {
        if (feeds.stream().allMatch(Feed::isClosed)) {
            sink.nothingLeft(reason);
        }
    }

    /** Says that there are no pictures any more. */
    void withoutPictures(RecordingEngine engine, String reason) {
        engine.changed(Topic.VIDEO, "ended", reason);
        engine.withoutPictures();
        endIfNothingIsLeft(reason);
    }
}
