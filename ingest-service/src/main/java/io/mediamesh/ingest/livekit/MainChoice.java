package io.mediamesh.ingest.livekit;

import java.util.List;
import java.util.Optional;

/**
 * What the stream of a room shows: the pictures of one participant, and the sound of the same one or, where that one is
 * silent, of the first who is not. A choice is kept for as long as the one chosen publishes.
 *
 * @param video whose pictures; empty where nobody has any
 * @param audio whose sound; empty where nobody has any
 */
record MainChoice(Optional<Guest> video, Optional<Guest> audio) {
    /** Nobody yet. */
    static final MainChoice NOBODY = new MainChoice(Optional.empty(), Optional.empty());

    /**
     * The next choice.
     *
     * @param publishing those who publish, who came first first
     * @param speaker the identity of the one who should be shown in place of the first, if any
     */
    MainChoice next(List<Guest> publishing, Optional<String> speaker) {
        List<Guest> seen =
                publishing.stream().filter(guest -> guest.video().isPresent()).toList();
        List<Guest> heard =
                publishing.stream().filter(guest -> guest.audio().isPresent()).toList();
        Optional<Guest> newVideo = named(seen, speaker)
                .or(() -> video.flatMap(old -> named(seen, Optional.of(old.identity()))))
                .or(() -> seen.stream().findFirst());
        Optional<Guest> newAudio = named(heard, speaker)
                .or(() -> newVideo.flatMap(shown -> named(heard, Optional.of(shown.identity()))))
                .or(() -> audio.flatMap(old -> named(heard, Optional.of(old.identity()))))
                .or(() -> heard.stream().findFirst());
        return new MainChoice(newVideo, newAudio);
    }

    private static Optional<Guest> named(List<Guest> guests, Optional<String> identity) {
        return identity.flatMap(name ->
                guests.stream().filter(guest -> guest.identity().equals(name)).findFirst());
    }

    Optional<Guest.Track> videoTrack() {
        return video.flatMap(Guest::video);
    }

    Optional<Guest.Track> audioTrack() {
        return audio.flatMap(Guest::audio);
    }
}
