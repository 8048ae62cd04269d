package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.ObjectEvent.Snapshot;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Track;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** What is known of an object from its beginning to its end. Not thread-safe. */
final class FollowedObject {
    /** How much better a picture has to be, so that few are made of each object. */
    private static final double BETTER = 1.1;
    /** What a picture is worth in which the object is cut off. */
    private static final double CUT_OFF = 0.5;

    private final long sinceNanos;
    /** Whether it came within the cooldown, so that nothing of its life is told. */
    private final boolean muted;

    private final Set<String> zones = new LinkedHashSet<>();
    private final Set<String> visited = new LinkedHashSet<>();
    private final Set<String> mutedZones = new HashSet<>();
    private Sight last;
    private long toldNanos;
    private boolean zonesChanged;
    private double bestScore;
    private Optional<Snapshot> best = Optional.empty();
    private boolean bestUntold;

    FollowedObject(Sight first, boolean muted) {
        this.last = first;
        this.sinceNanos = first.nowNanos();
        this.toldNanos = first.nowNanos();
        this.muted = muted;
    }

    Sight last() {
        return last;
    }

    boolean muted() {
        return muted;
    }

    Set<String> zones() {
        return zones;
    }

    Set<String> visited() {
        return visited;
    }

    Set<String> mutedZones() {
        return mutedZones;
    }

    long nanos(long nowNanos) {
        return nowNanos - sinceNanos;
    }

    void seen(Sight sight) {
        last = sight;
    }

    /** It is in another zone, or in one less. */
    void zonesChanged() {
        zonesChanged = true;
    }

    /** Has a picture of it taken if that is likely to be a better one. */
    void photograph(Stamp stamp, Photographer photographer) {
        double score = score(last);
        if (score <= bestScore * BETTER) {
            return;
        }
        photographer.take(stamp, last).ifPresent(taken -> {
            best = Optional.of(taken);
            bestScore = score;
            bestUntold = true;
        });
    }

    /** The larger and the more certain the better. */
    private static double score(Sight sight) {
        Track track = sight.track();
        double area = Math.max(0, track.x2() - track.x1()) * Math.max(0, track.y2() - track.y1());
        boolean cut =
                track.x1() <= 0 || track.y1() <= 0 || track.x2() >= sight.widthPx() || track.y2() >= sight.heightPx();
        double confidence = track.found().map(Track.Found::confidence).orElse(1.0);
        return confidence * area / ((double) sight.widthPx() * sight.heightPx()) * (cut ? CUT_OFF : 1);
    }

    /** Whether there is something new to tell, and the last time is so long ago. */
    boolean hasNews(long nowNanos, long periodNanos) {
        return (zonesChanged || bestUntold) && nowNanos - toldNanos >= periodNanos;
    }

    /** What is new is told now; the best picture if it is new. */
    Optional<Snapshot> tell(long nowNanos) {
        Optional<Snapshot> fresh = bestUntold ? best : Optional.empty();
        toldNanos = nowNanos;
        zonesChanged = false;
        bestUntold = false;
        return fresh;
    }

    Optional<Snapshot> best() {
        return best;
    }
}
