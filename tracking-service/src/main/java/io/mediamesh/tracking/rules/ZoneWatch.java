package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.ObjectEvent.AtZone;
import io.mediamesh.contracts.ObjectEvent.Kind;
import io.mediamesh.contracts.Zone;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which objects are in a zone. An object is in it as soon as its anchor is inside, and leaves it when its anchor is outside
 * by more than a margin, so that one that moves along the border enters once. Not thread-safe.
 */
final class ZoneWatch {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Zone zone;
    private final Map<Long, Stay> stays = new HashMap<>();
    private Polygon polygon = Polygon.of(List.of(), 0, 0);
    private int widthPx;
    private int heightPx;

    private record Stay(long sinceNanos, boolean loitered) {}

    ZoneWatch(Zone zone) {
        this.zone = zone;
    }

    Zone zone() {
        return zone;
    }

    boolean holds(long object) {
        return stays.containsKey(object);
    }

    /** What comes of where an object is seen. */
    Optional<Happening> look(Sight sight) {
        if (!zone.classes().isEmpty() && !zone.classes().contains(sight.label())) {
            return Optional.empty();
        }
        fit(sight.widthPx(), sight.heightPx());
        double x = sight.x(zone.anchor());
        double y = sight.y(zone.anchor());
        long object = sight.track().id();
        boolean inside = polygon.contains(x, y);
        Stay stay = stays.get(object);
        if (stay == null) {
            if (!inside) {
                return Optional.empty();
            }
            stays.put(object, new Stay(sight.nowNanos(), false));
            return Optional.of(happening(Kind.ENTER, 0));
        }
        if (!inside && polygon.distance(x, y) > sight.marginPx()) {
            return gone(object, sight.nowNanos());
        }
        long nanos = sight.nowNanos() - stay.sinceNanos;
        if (stay.loitered || nanos < zone.loiter().map(Duration::toNanos).orElse(Long.MAX_VALUE)) {
            return Optional.empty();
        }
        stays.put(object, new Stay(stay.sinceNanos, true));
        return Optional.of(happening(Kind.LOITER, nanos));
    }

    /** The object is nowhere any more. */
    Optional<Happening> gone(long object, long nowNanos) {
        return Optional.ofNullable(stays.remove(object)).map(stay -> happening(Kind.LEAVE, nowNanos - stay.sinceNanos));
    }

    private Happening happening(Kind kind, long nanos) {
        return new Happening(kind, new AtZone(zone.name(), nanos / NANOS_PER_SECOND, stays.size()));
    }

    private void fit(int width, int height) {
        if (width != widthPx || height != heightPx) {
            widthPx = width;
            heightPx = height;
            polygon = Polygon.of(zone.polygon(), width, height);
        }
    }
}
