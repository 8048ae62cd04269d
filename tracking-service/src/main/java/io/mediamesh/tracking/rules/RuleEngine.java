package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.ObjectEvent;
import io.mediamesh.contracts.ObjectEvent.Kind;
import io.mediamesh.contracts.ObjectEvent.Life;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Tracks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells what the objects of one stream do, from where they are in each frame. Its clock is that of the frames. What it was
 * told of objects holds while rules change; zones and lines that stay the same keep who is in them. Not thread-safe.
 */
final class RuleEngine {
    /** There is no more than one update of an object in this time. */
    private static final long UPDATE_NANOS = Duration.ofSeconds(1).toNanos();
    /** An object that has been lost for so long is gone; objects that were marked may be lost for ever. */
    private static final long GONE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final double NANOS_PER_SECOND = 1e9;

    private final Photographer photographer;
    private final Map<Long, FollowedObject> objects = new HashMap<>();
    private final Cooldown cooldown = new Cooldown();
    private DetectionRules rules = DetectionRules.NONE;
    private List<ZoneWatch> zones = List.of();
    private List<LineWatch> lines = List.of();
    private Optional<Stamp> last = Optional.empty();
    private long nowNanos;

    /** Without rules yet. */
    RuleEngine(Photographer photographer) {
        this.photographer = photographer;
    }

    /** What objects did since the frame before. */
    List<ObjectEvent> look(DetectionRules wanted, Stamp stamp, Tracks tracks) {
        List<ObjectEvent> events = new ArrayList<>();
        nowNanos += elapsedNanos(stamp);
        last = Optional.of(stamp);
        if (!wanted.equals(rules)) {
            change(wanted);
        }
        Map<Long, Track> present = tracks.tracks().stream()
                .filter(track -> track.found().isEmpty() || rules.wants(label(track)))
                .collect(Collectors.toMap(Track::id, Function.identity()));
        for (long object : List.copyOf(objects.keySet())) {
            Track track = present.get(object);
            boolean lost = track != null && track.state() == Track.State.LOST;
            if (track == null || (lost && nowNanos - seenNanos(object) > GONE_NANOS)) {
                end(object, events);
            }
        }
        for (Track track : tracks.tracks()) {
            // Where a lost object is said to be is a guess, which is no reason for anything.
            if (present.containsKey(track.id()) && track.state() == Track.State.TRACKED) {
                seen(stamp, new Sight(track, label(track), tracks.widthPx(), tracks.heightPx(), nowNanos), events);
            }
        }
        return events;
    }

    private long seenNanos(long object) {
        FollowedObject known = objects.get(object);
        return known == null ? nowNanos : known.last().nowNanos();
    }

    private static String label(Track track) {
        return track.found().map(Track.Found::label).orElse(ObjectEvent.MARKED);
    }

    /** By the clock of the source; of another opening of it the clock may be another one, and the wall's has to do. */
    private long elapsedNanos(Stamp stamp) {
        return last.map(before -> Math.max(
                        0,
                        before.originEpoch() == stamp.originEpoch()
                                ? stamp.capture().monotonicNanos()
                                        - before.capture().monotonicNanos()
                                : stamp.capture().unixNanos() - before.capture().unixNanos()))
                .orElse(0L);
    }

    private void change(DetectionRules next) {
        Map<Object, ZoneWatch> knownZones =
                zones.stream().collect(Collectors.toMap(ZoneWatch::zone, Function.identity()));
        Map<Object, LineWatch> knownLines =
                lines.stream().collect(Collectors.toMap(LineWatch::line, Function.identity()));
        zones = next.zones().stream()
                .map(zone -> knownZones.getOrDefault(zone, new ZoneWatch(zone)))
                .toList();
        lines = next.lines().stream()
                .map(line -> knownLines.getOrDefault(line, new LineWatch(line)))
                .toList();
        rules = next;
        objects.forEach((id, object) -> object.zones()
                .retainAll(zones.stream()
                        .filter(watch -> watch.holds(id))
                        .map(watch -> watch.zone().name())
                        .toList()));
    }

    private void seen(Stamp stamp, Sight sight, List<ObjectEvent> events) {
        FollowedObject object = objects.get(sight.track().id());
        boolean begins = object == null;
        if (object == null) {
            object = new FollowedObject(sight, mutes(Kind.NEW, sight.label(), ""));
            objects.put(sight.track().id(), object);
        }
        object.seen(sight);
        if (rules.snapshots()) {
            object.photograph(stamp, photographer);
        }
        if (begins) {
            events.add(event(Kind.NEW, sight, object.muted(), life(object, object.tell(nowNanos))));
        }
        for (ZoneWatch watch : zones) {
            Optional<Happening> happened = watch.look(sight);
            if (happened.isPresent()) {
                events.add(atZone(object, watch.zone().name(), happened.get()));
            }
        }
        for (LineWatch watch : lines) {
            watch.look(sight)
                    .map(crossed -> event(
                            crossed.kind(),
                            sight,
                            mutes(crossed.kind(), sight.label(), watch.line().name()),
                            crossed.detail()))
                    .ifPresent(events::add);
        }
        if (object.hasNews(nowNanos, UPDATE_NANOS)) {
            events.add(event(Kind.UPDATE, sight, object.muted(), life(object, object.tell(nowNanos))));
        }
    }

    private ObjectEvent atZone(FollowedObject object, String zone, Happening happening) {
        Sight sight = object.last();
        boolean muted =
                switch (happening.kind()) {
                    case ENTER -> {
                        object.zones().add(zone);
                        object.visited().add(zone);
                        object.zonesChanged();
                        boolean quiet = mutes(Kind.ENTER, sight.label(), zone);
                        if (quiet) {
                            object.mutedZones().add(zone);
                        }
                        yield quiet;
                    }
                    case LEAVE -> {
                        object.zones().remove(zone);
                        object.zonesChanged();
                        // Whoever was not told that it came need not know that it went.
                        yield object.mutedZones().remove(zone);
                    }
                    default -> mutes(happening.kind(), sight.label(), zone);
                };
        return event(happening.kind(), sight, muted, happening.detail());
    }

    private void end(long id, List<ObjectEvent> events) {
        FollowedObject object = objects.remove(id);
        if (object == null) {
            return;
        }
        for (ZoneWatch watch : zones) {
            watch.gone(id, nowNanos)
                    .map(left -> atZone(object, watch.zone().name(), left))
                    .ifPresent(events::add);
        }
        lines.forEach(watch -> watch.gone(id));
        Life life = new Life(object.nanos(nowNanos) / NANOS_PER_SECOND, List.copyOf(object.visited()), object.best());
        events.add(event(Kind.END, object.last(), object.muted(), life));
    }

    private Life life(FollowedObject object, Optional<ObjectEvent.Snapshot> snapshot) {
        return new Life(object.nanos(nowNanos) / NANOS_PER_SECOND, List.copyOf(object.zones()), snapshot);
    }

    private boolean mutes(Kind kind, String label, String place) {
        return cooldown.mutes(kind + "\n" + label + "\n" + place, nowNanos, rules.cooldown());
    }

    private static ObjectEvent event(Kind kind, Sight sight, boolean muted, ObjectEvent.Detail detail) {
        Track track = sight.track();
        return new ObjectEvent(
                kind,
                track.id(),
                sight.label(),
                track.found().map(Track.Found::confidence).orElse(1.0),
                track.x1(),
                track.y1(),
                track.x2(),
                track.y2(),
                muted,
                detail);
    }
}
