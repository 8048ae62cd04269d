package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvents;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.Tracks;
import io.mediamesh.mesh.FaultLog;
import io.mediamesh.mesh.FollowedRules;
import io.mediamesh.mesh.ItemLoop;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.mesh.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;

/** Makes {@code events} of one stream from its {@code tracks}. Started and stopped on one context, works in the pool. */
final class EventsProducer {
    /** A hiccup of some seconds makes nobody miss who crossed a line. */
    private static final int WAITING = 64;
    /** With a snapshot each they fit into one message between members by far. */
    private static final int MOST_AT_ONCE = 64;

    private final Publisher publisher;
    private final Context context;
    private final FollowedRules rules;
    private final RecentFrames frames;
    private final RuleEngine engine;
    private final EventMeters meters;
    private boolean snapshots;

    private EventsProducer(
            Publisher publisher, Context context, FollowedRules rules, RecentFrames frames, EventMeters meters) {
        this.publisher = publisher;
        this.context = context;
        this.rules = rules;
        this.frames = frames;
        this.engine = new RuleEngine(frames);
        this.meters = meters;
    }

    /** Starts on the context of the caller. */
    static Future<Producer> start(
            Mesh mesh, Publisher publisher, WorkerPool pool, FaultLog faults, EventMeters meters) {
        StreamId stream = publisher.topic().stream();
        Context context = mesh.vertx().getOrCreateContext();
        return FollowedRules.open(mesh.directory(), stream).compose(rules -> {
            RecentFrames frames = new RecentFrames(mesh, publisher.topic(), faults);
            EventsProducer producer = new EventsProducer(publisher, context, rules, frames, meters);
            SubscribeOptions options =
                    SubscribeOptions.latest(publisher.topic().toString()).withPolicy(Policy.buffer(WAITING));
            return ItemLoop.open(mesh, publisher, Topic.TRACKS, options, pool, faults, producer::look)
                    .<Producer>map(loop -> {
                        producer.snapshots = rules.now().snapshots();
                        frames.want(producer.snapshots);
                        loop.begin();
                        return () -> Future.join(loop.stop(), rules.close())
                                .eventually(frames::stop)
                                .mapEmpty();
                    })
                    .onFailure(refused -> rules.close());
        });
    }

    private void look(Item item) {
        if (!(item.payload() instanceof Tracks tracks)) {
            return;
        }
        DetectionRules now = rules.now();
        if (snapshots != now.snapshots()) {
            snapshots = now.snapshots();
            boolean wanted = snapshots;
            context.runOnContext(there -> frames.want(wanted));
        }
        List<ObjectEvent> events = engine.look(now, item.stamp(), tracks);
        for (int from = 0; from < events.size(); from += MOST_AT_ONCE) {
            List<ObjectEvent> some = events.subList(from, Math.min(events.size(), from + MOST_AT_ONCE));
            some.forEach(event -> meters.count(item.topic().stream(), event));
            publisher.publish(
                    item.stamp(), new ObjectEvents(tracks.frame(), tracks.widthPx(), tracks.heightPx(), some));
        }
    }
}
