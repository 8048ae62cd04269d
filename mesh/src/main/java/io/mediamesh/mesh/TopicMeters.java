package io.mediamesh.mesh;

import io.mediamesh.contracts.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The statistics of the topics produced here and of the subscriptions held here, for Prometheus. A topic has rows of
 * its own while it is active, as long as there are not too many: those that come beyond the bound are summed up under
 * the stream {@value #OTHERS}, by kind, so that a process with 10,000 streams is still scraped in no time.
 */
final class TopicMeters {
    /** No stream can be called so: the names of streams begin with a letter or a digit. */
    static final String OTHERS = "_others";

    private final int maxTopics;
    private final Rows<TopicStats> topics;
    private final Rows<SubscriberStats> subscribers;
    private final Set<Topic> ownRows = new HashSet<>();
    private final Map<Subscription, SubscriberStats> seen = new HashMap<>();
    private Map<Tags, SubscriberStats> totals = Map.of();

    /**
     * Nothing is there yet.
     *
     * @param maxTopics how many topics may have rows of their own
     */
    TopicMeters(MeterRegistry registry, int maxTopics) {
        this.maxTopics = maxTopics;
        this.topics = new Rows<TopicStats>(registry)
                .gauge("mediamesh.topic.rate.hertz", "Items a second", TopicStats::rateHz)
                .counter(
                        "mediamesh.topic.published",
                        "Items published since the producer started",
                        TopicStats::published)
                .counter("mediamesh.topic.dropped", "Items dropped at slow subscribers", TopicStats::dropped)
                .gauge("mediamesh.topic.subscribers", "Subscriptions and links", TopicStats::subscribers)
                .gauge("mediamesh.topic.epoch", "Number that grows with each change of hands", TopicStats::epoch)
                .gauge(
                        "mediamesh.topic.age.seconds",
                        "Since the last item was captured",
                        TopicStats::lastItemAgeSeconds)
                .gauge(
                        "mediamesh.topic.publish.p95.seconds",
                        "Capture to publication, 95th percentile",
                        stats -> stats.publishP95Millis() / 1000)
                .gauge(
                        "mediamesh.topic.deliver.p95.seconds",
                        "Capture to delivery, 95th percentile",
                        stats -> stats.deliverP95Millis() / 1000);
        this.subscribers = new Rows<SubscriberStats>(registry)
                .gauge(
                        "mediamesh.subscriber.subscriptions",
                        "Subscriptions of this kind",
                        SubscriberStats::subscriptions)
                .counter("mediamesh.subscriber.delivered", "Items handed over", SubscriberStats::delivered)
                .counter("mediamesh.subscriber.dropped", "Items that its policy dropped", SubscriberStats::dropped)
                .counter(
                        "mediamesh.subscriber.refused",
                        "Items of a producer that was replaced",
                        SubscriberStats::refused)
                .gauge(
                        "mediamesh.subscriber.waiting",
                        "Items that came and are not handed over",
                        SubscriberStats::waiting);
    }

    private record SubscriberStats(int subscriptions, long delivered, long dropped, long refused, long waiting) {
        static final SubscriberStats NONE = new SubscriberStats(0, 0, 0, 0, 0);

        static SubscriberStats of(Subscription one) {
            return new SubscriberStats(1, one.delivered(), one.dropped(), one.refused(), one.waiting());
        }

        /** What was counted since the other. */
        SubscriberStats since(SubscriberStats before) {
            return new SubscriberStats(
                    subscriptions,
                    Math.max(0, delivered - before.delivered),
                    Math.max(0, dropped - before.dropped),
                    Math.max(0, refused - before.refused),
                    waiting);
        }

        SubscriberStats plus(SubscriberStats other) {
            return new SubscriberStats(
                    subscriptions + other.subscriptions,
                    delivered + other.delivered,
                    dropped + other.dropped,
                    refused + other.refused,
                    waiting + other.waiting);
        }

        /** Only what is counted, not how many there are now. */
        SubscriberStats counted() {
            return new SubscriberStats(0, delivered, dropped, refused, 0);
        }
    }

    /** What there is now; once every few seconds. */
    void update(List<TopicStats> produced, Collection<Subscription> held) {
        ownRows.retainAll(activeTopics(produced, held));
        Map<Tags, TopicStats> rows = new HashMap<>();
        produced.forEach(stats -> rows.merge(tagsOf(stats.topic()), stats, TopicMeters::summed));
        topics.update(rows);
        updateSubscribers(held);
    }

    private static Set<Topic> activeTopics(List<TopicStats> produced, Collection<Subscription> held) {
        Set<Topic> active = new HashSet<>();
        produced.forEach(stats -> active.add(stats.topic()));
        held.forEach(subscription -> active.add(subscription.topic()));
        return active;
    }

    private Tags tagsOf(Topic topic) {
        boolean own = ownRows.contains(topic) || (ownRows.size() < maxTopics && ownRows.add(topic));
        return Tags.of("stream", own ? topic.stream().value() : OTHERS, "topic", topic.kind());
    }

    private static TopicStats summed(TopicStats a, TopicStats b) {
        return new TopicStats(
                a.topic(),
                a.memberId(),
                Math.max(a.epoch(), b.epoch()),
                a.subscribers() + b.subscribers(),
                a.rateHz() + b.rateHz(),
                a.published() + b.published(),
                a.dropped() + b.dropped(),
                Math.max(a.lastItemAgeSeconds(), b.lastItemAgeSeconds()),
                Math.max(a.publishP50Millis(), b.publishP50Millis()),
                Math.max(a.publishP95Millis(), b.publishP95Millis()),
                Math.max(a.deliverP50Millis(), b.deliverP50Millis()),
                Math.max(a.deliverP95Millis(), b.deliverP95Millis()));
    }

    /** Subscribers of one role share a row; what one of them counted stays in it when that one leaves. */
    private void updateSubscribers(Collection<Subscription> held) {
        Map<Tags, SubscriberStats> next = new HashMap<>();
        Map<Subscription, SubscriberStats> now = new HashMap<>();
        for (Subscription subscription : held) {
            SubscriberStats stats = SubscriberStats.of(subscription);
            now.put(subscription, stats);
            Tags tags = tagsOf(subscription.topic())
                    .and("subscriber", roleOf(subscription.outlet().options().subscriber()));
            next.merge(tags, stats.since(seen.getOrDefault(subscription, SubscriberStats.NONE)), SubscriberStats::plus);
        }
        next.replaceAll((tags, grown) ->
                grown.plus(totals.getOrDefault(tags, SubscriberStats.NONE).counted()));
        totals = next;
        seen.clear();
        seen.putAll(now);
        subscribers.update(next);
    }

    /**
     * What kind of subscriber it is, out of its name for people: that of {@code viewers of door/video} is
     * {@code viewers}, of {@code recording 7f3a} it is {@code recording}, of {@code door/annotated}, a topic that is made
     * from another, it is {@code annotated}. There are few of them, whatever the streams are called.
     */
    static String roleOf(String subscriber) {
        String text = subscriber;
        int of = text.indexOf(" of ");
        if (of > 0) {
            return text.substring(0, of);
        }
        int slash = text.lastIndexOf('/');
        if (slash >= 0) {
            return text.substring(slash + 1);
        }
        int space = text.lastIndexOf(' ');
        boolean named =
                text.startsWith("member ") || text.substring(space + 1).chars().anyMatch(Character::isDigit);
        return space > 0 && named ? text.substring(0, space) : text;
    }
}
