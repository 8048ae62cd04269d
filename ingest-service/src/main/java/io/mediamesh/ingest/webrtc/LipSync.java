package io.mediamesh.ingest.webrtc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts the pictures and the sound of a media stream on one clock. libwebrtc delays the one or the other so that they come
 * out together, but lets 30 ms pass, goes there in steps for ten seconds, hands out pictures a little before they are
 * to be seen, and sound as if a sound card were to play it later. What is left of all that is known from the moments of
 * the sender's clock (RFC 3550, section 6.4.1) that it says it is at with both; whichever is handed out later is then
 * told to have come so much earlier.
 */
final class LipSync {
    /** What libwebrtc's headless sound card says to need from asking for sound to playing it. */
    private static final long PLAYED_LATER_NANOS = 50_000_000;

    /** How long before they are to be seen libwebrtc hands out pictures. */
    private static final long SHOWN_LATER_NANOS = 10_000_000;

    /** What is more than this is no delay, but two clocks. */
    private static final long MOST_NANOS = 1_000_000_000;

    private static final int MOMENTS = 3;

    /**
     * Where a section of the media is.
     *
     * @param mid the name of the section
     * @param isVideo whether it is pictures
     * @param senderMillis what is seen or heard now, on the sender's clock
     */
    record Moment(String mid, boolean isVideo, double senderMillis) {}

    private final Consumer<Consumer<Collection<Moment>>> asked;
    private final Function<String, MediaIntake> intakes;
    private final AtomicBoolean asking = new AtomicBoolean();

    // Guarded by this.
    private List<Pair> pairs = List.of();

    /** The sections of a stream. */
    private record Pair(String video, String audio, Deque<Long> differencesNanos) {
        boolean isOfTheSections(Pair other) {
            return video.equals(other.video) && audio.equals(other.audio);
        }
    }

    /**
     * Of a connection whose sections are not known yet.
     *
     * @param asked has the moments told, on a thread of libwebrtc's
     * @param intakes what takes a section
     */
    LipSync(Consumer<Consumer<Collection<Moment>>> asked, Function<String, MediaIntake> intakes) {
        this.asked = asked;
        this.intakes = intakes;
    }

    /** The sections are those of this offer; those of a media stream (RFC 8830) belong together. */
    void offered(String sdp) {
        Map<String, String> videos = new HashMap<>();
        Map<String, String> audios = new HashMap<>();
        String kind = "";
        String mid = "";
        for (String line : sdp.lines().toList()) {
            if (line.startsWith("m=")) {
                kind = line.substring("m=".length()).split(" ", 2)[0];
                mid = "";
            } else if (line.startsWith("a=mid:")) {
                mid = line.substring("a=mid:".length()).strip();
            } else if (line.startsWith("a=msid:")) {
                String stream = line.substring("a=msid:".length()).strip().split(" ", 2)[0];
                (kind.equals("video") ? videos : audios).putIfAbsent(stream, mid);
            }
        }
        List<Pair> found = new ArrayList<>();
        videos.forEach((stream, video) -> {
            String audio = audios.get(stream);
            if (audio != null) {
                found.add(new Pair(video, audio, new ArrayDeque<>()));
            }
        });
        belongTogether(found);
    }

    /** Those that were together before stay so, as far apart as they were: others come and go all the time. */
    private synchronized void belongTogether(List<Pair> now) {
        List<Pair> kept = pairs.stream()
                .filter(pair -> now.stream().anyMatch(pair::isOfTheSections))
                .toList();
        pairs.stream().filter(pair -> !kept.contains(pair)).forEach(this::leave);
        List<Pair> next = new ArrayList<>(kept);
        now.stream()
                .filter(pair -> kept.stream().noneMatch(pair::isOfTheSections))
                .forEach(next::add);
        pairs = next;
    }

    /** Whether somebody takes both pictures and sound, so that there is something to put right. */
    synchronized boolean isWanted() {
        pairs.stream().filter(pair -> !isTaken(pair)).forEach(this::leave);
        return pairs.stream().anyMatch(this::isTaken);
    }

    private boolean isTaken(Pair pair) {
        return intakes.apply(pair.video()).takesPictures()
                && intakes.apply(pair.audio()).takesSound();
    }

    /** Looks how far pictures and sound are apart; once at a time. Blocks. */
    void look() {
        if (asking.compareAndSet(false, true)) {
            try {
                asked.accept(this::told);
            } catch (RuntimeException | Error refused) {
                asking.set(false);
                throw refused;
            }
        }
    }

    private void leave(Pair pair) {
        pair.differencesNanos().clear();
        intakes.apply(pair.video()).picturesHeldBack().tell(0);
        intakes.apply(pair.audio()).soundHeldBack().tell(0);
    }

    private synchronized void told(Collection<Moment> moments) {
        asking.set(false);
        for (Pair pair : pairs) {
            Optional<Double> seen = moment(moments, pair.video(), true);
            Optional<Double> heard = moment(moments, pair.audio(), false);
            if (seen.isPresent() && heard.isPresent() && isTaken(pair)) {
                apart(pair, Math.round((seen.get() - heard.get()) * 1e6) - PLAYED_LATER_NANOS + SHOWN_LATER_NANOS);
            }
        }
    }

    private static Optional<Double> moment(Collection<Moment> moments, String mid, boolean isVideo) {
        return moments.stream()
                .filter(moment -> moment.isVideo() == isVideo && moment.mid().equals(mid))
                .map(Moment::senderMillis)
                .findFirst();
    }

    /** Sound is handed out so much later than the picture that belongs to it. */
    private void apart(Pair pair, long laterNanos) {
        if (Math.abs(laterNanos) > MOST_NANOS) {
            return;
        }
        Deque<Long> recent = pair.differencesNanos();
        recent.addLast(laterNanos);
        if (recent.size() > MOMENTS) {
            recent.removeFirst();
        }
        long usual = recent.stream()
                .sorted()
                .skip((recent.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
        intakes.apply(pair.video()).picturesHeldBack().tell(Math.max(0, -usual));
        intakes.apply(pair.audio()).soundHeldBack().tell(Math.max(0, usual));
    }
}
