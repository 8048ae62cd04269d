package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.StreamStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import livekit.LivekitModels;

/**
 * Somebody else in the room.
 *
 * @param identity the name that lasts; at most one participant has it at a time
 * @param sid the server's id for this stay
 * @param joinedUnixMillis when they came
 * @param tracks what they publish, in the order of publishing
 */
record Guest(String identity, String sid, long joinedUnixMillis, List<Track> tracks) {
    /** Who came first; the id decides where two came at once. */
    static final Comparator<Guest> BY_ARRIVAL =
            Comparator.comparingLong(Guest::joinedUnixMillis).thenComparing(Guest::sid);

    /** The server lists them in no order. */
    private static final Comparator<LivekitModels.TrackInfo> BY_PUBLISHING = Comparator.comparing(
                    LivekitModels.TrackInfo::getVersion,
                    Comparator.comparingLong(LivekitModels.TimedVersion::getUnixMicro)
                            .thenComparingInt(LivekitModels.TimedVersion::getTicks))
            .thenComparing(LivekitModels.TrackInfo::getSid);

    /**
     * What somebody publishes.
     *
     * @param sid the server's id
     * @param isVideo pictures, or else sound
     * @param isShared a screen or its sound, or else a camera or microphone
     * @param muted whether nothing is sent for now
     * @param size of the pictures as they were announced; empty for sound, and where nothing was
     */
    record Track(String sid, boolean isVideo, boolean isShared, boolean muted, Optional<StreamStatus.Video> size) {}

    /** Copies the list. */
    Guest {
        tracks = List.copyOf(tracks);
    }

    static Guest of(LivekitModels.ParticipantInfo info) {
        long joined = info.getJoinedAtMs() == 0 ? info.getJoinedAt() * 1000 : info.getJoinedAtMs();
        List<Track> tracks = info.getTracksList().stream()
                .filter(track -> track.getType() != LivekitModels.TrackType.DATA)
                .sorted(BY_PUBLISHING)
                .map(Guest::track)
                .toList();
        return new Guest(info.getIdentity(), info.getSid(), joined, tracks);
    }

    private static Track track(LivekitModels.TrackInfo info) {
        boolean shared = info.getSource() == LivekitModels.TrackSource.SCREEN_SHARE
                || info.getSource() == LivekitModels.TrackSource.SCREEN_SHARE_AUDIO;
        boolean sized = info.getWidth() > 0 && info.getHeight() > 0;
        return new Track(
                info.getSid(),
                info.getType() == LivekitModels.TrackType.VIDEO,
                shared,
                info.getMuted(),
                sized ? Optional.of(new StreamStatus.Video(info.getWidth(), info.getHeight(), 0)) : Optional.empty());
    }

    /** The camera, or else the screen. */
    Optional<Track> video() {
        return first(true);
    }

    /** The microphone, or else the sound of the screen. */
    Optional<Track> audio() {
        return first(false);
    }

    private Optional<Track> first(boolean isVideo) {
        return tracks.stream().filter(track -> track.isVideo() == isVideo).min(Comparator.comparing(Track::isShared));
    }

    boolean publishes() {
        return !tracks.isEmpty();
    }
}
