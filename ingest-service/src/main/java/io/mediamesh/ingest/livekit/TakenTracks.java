package io.mediamesh.ingest.livekit;

import io.mediamesh.ingest.webrtc.ReceivingPeer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels;
import livekit.LivekitRtc;
import livekit.LivekitRtc.SignalRequest;

/**
 * The tracks that we are subscribed to, and who takes them. Those whose pictures reach nobody are paused at the server.
 * Belongs to the room's thread.
 */
final class TakenTracks {
    /** A track whose pictures nobody wants for so long is paused. */
    private static final long UNWANTED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Signalling signalling;
    private final Map<String, TrackSinks> taken = new LinkedHashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final Map<String, TrackSinks> passed = new HashMap<>();

    TakenTracks(Signalling signalling) {
        this.signalling = signalling;
    }

    /** Subscribes to these tracks, by their id, and to no others; pauses those that reach nobody. */
    void take(Map<String, TrackSinks> wanted, long nowNanos) {
        Set<String> left = new HashSet<>(taken.keySet());
        left.removeAll(wanted.keySet());
        if (!left.isEmpty()) {
            subscribe(left, false);
            taken.keySet().removeAll(left);
            paused.removeAll(left);
        }
        Set<String> fresh = new HashSet<>(wanted.keySet());
        fresh.removeAll(taken.keySet());
        if (!fresh.isEmpty()) {
            subscribe(fresh, true);
        }
        wanted.forEach((sid, sinks) ->
                taken.merge(sid, sinks, (present, changed) -> present.areThoseOf(changed) ? present : changed));
        pause(nowNanos);
    }

    private void subscribe(Set<String> sids, boolean subscribe) {
        signalling.say(SignalRequest.newBuilder()
                .setSubscription(LivekitRtc.UpdateSubscription.newBuilder()
                        .addAllTrackSids(sids)
                        .setSubscribe(subscribe)));
    }

    /** Pauses pictures that reach nobody, and has those come again that would. */
    private void pause(long nowNanos) {
        taken.forEach((sid, sinks) -> {
            boolean wanted = sinks.wants(nowNanos, UNWANTED_NANOS);
            if (wanted ? paused.remove(sid) : paused.add(sid)) {
                signalling.say(SignalRequest.newBuilder()
                        .setTrackSetting(LivekitRtc.UpdateTrackSettings.newBuilder()
                                .addTrackSids(sid)
                                .setDisabled(!wanted)
                                .setQuality(LivekitModels.VideoQuality.HIGH)));
            }
        });
    }

    /**
     * Leads what comes in each section to those who take the track that is in it now.
     *
     * @param muted tracks in which nothing comes, so that libwebrtc makes up silence
     */
    void pass(ReceivingPeer peer, Map<String, String> sidOfSection, Set<String> muted) {
        sidOfSection.forEach((section, sid) -> {
            TrackSinks sinks = muted.contains(sid) ? null : taken.get(sid);
            if (sinks == null ? passed.remove(section) != null : !sinks.equals(passed.put(section, sinks))) {
                peer.pass(section, sinks);
            }
        });
        passed.keySet().removeIf(section -> {
            boolean gone = !sidOfSection.containsKey(section);
            if (gone) {
                peer.pass(section, null);
            }
            return gone;
        });
    }

    /** What a server has to know of us when we are back as the participant that we were. */
    LivekitRtc.SyncState state() {
        return LivekitRtc.SyncState.newBuilder()
                .setSubscription(LivekitRtc.UpdateSubscription.newBuilder()
                        .addAllTrackSids(taken.keySet())
                        .setSubscribe(true))
                .addAllTrackSidsDisabled(paused)
                .build();
    }

    /** How long there is nothing to do here by itself. */
    long restNanos(long nowNanos) {
        return taken.entrySet().stream()
                .filter(entry -> !paused.contains(entry.getKey()))
                .mapToLong(entry -> entry.getValue().restNanos(nowNanos, UNWANTED_NANOS))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    int count() {
        return taken.size();
    }

    int pausedCount() {
        return paused.size();
    }

    /** The server knows nothing of us any more. */
    void forget() {
        taken.clear();
        paused.clear();
        passed.clear();
    }
}
