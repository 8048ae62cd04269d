package io.mediamesh.ingest.livekit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the server still talks and the media still has a way, and when that has to be looked at again. Belongs to the
 * room's thread; times are of {@link System#nanoTime()}.
 */
final class Pulse {
    private static final Duration PING = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(12);
    /** After libwebrtc hears nothing more, which takes it some seconds to find out. */
    private static final Duration INTERRUPTED_SILENCE = Duration.ofSeconds(2);
    /** How long the media may be interrupted while the server still talks. */
    private static final Duration INTERRUPTION = Duration.ofSeconds(6);

    private final String where;
    private final Runnable ping;
    private Duration silence = SILENCE;
    private long heardNanos = System.nanoTime();
    private long pingedNanos = heardNanos;
    private Optional<Long> interruptedNanos = Optional.empty();
    private Optional<Overdue> overdue = Optional.empty();

    /** What goes wrong when the way of the media is not there by then. */
    private record Overdue(long atNanos, RoomFault.Remedy remedy, Supplier<String> reason) {}

    /**
     * @param where the server, for messages
     * @param ping asks the server for a word
     */
    Pulse(String where, Runnable ping) {
        this.where = where;
        this.ping = ping;
    }

    /** The server has said something. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** The server answers pings within this time; 0 where it does not say. */
    void expectWord(Duration within) {
        silence = within.isPositive() && within.compareTo(SILENCE) < 0 ? within : SILENCE;
    }

    /** There must be a way for the media by then. */
    void expectMedia(long byNanos, Supplier<String> otherwise) {
        overdue = Optional.of(new Overdue(byNanos, RoomFault.Remedy.REJOIN, otherwise));
    }

    void mediaFlows() {
        interruptedNanos = Optional.empty();
        overdue = Optional.empty();
    }

    void mediaIsInterrupted(long nowNanos) {
        interruptedNanos = Optional.of(nowNanos);
        overdue = Optional.of(new Overdue(
                nowNanos + INTERRUPTION.toNanos(),
                RoomFault.Remedy.RESUME,
                () -> "the way of the media is interrupted"));
        ping(nowNanos);
    }

    /** There is no connection of which anything is expected. */
    void rest() {
        mediaFlows();
    }

    /** Does what is due, and says what has not come in time. */
    void look(long nowNanos) throws RoomFault {
        if (nowNanos - pingedNanos >= PING.toNanos()) {
            ping(nowNanos);
        }
        boolean silent = nowNanos - heardNanos >= silence.toNanos();
        boolean gone = unheardSinceInterruption()
                .filter(at -> nowNanos - at >= INTERRUPTED_SILENCE.toNanos())
                .isPresent();
        if (silent || gone) {
            throw new RoomFault(RoomFault.Remedy.RESUME, "the LiveKit server " + where + " says nothing more");
        }
        if (overdue.isPresent() && nowNanos - overdue.get().atNanos() >= 0) {
            throw new RoomFault(overdue.get().remedy(), overdue.get().reason().get());
        }
    }

    private Optional<Long> unheardSinceInterruption() {
        return interruptedNanos.filter(at -> heardNanos - at < 0);
    }

    /** How long there is nothing to do here. */
    long restNanos(long nowNanos) {
        long ping = pingedNanos + PING.toNanos() - nowNanos;
        long word = heardNanos + silence.toNanos() - nowNanos;
        long media = overdue.map(late -> late.atNanos() - nowNanos).orElse(Long.MAX_VALUE);
        long gone = unheardSinceInterruption()
                .map(at -> at + INTERRUPTED_SILENCE.toNanos() - nowNanos)
                .orElse(Long.MAX_VALUE);
        return Math.min(Math.min(ping, word), Math.min(media, gone));
    }

    private void ping(long nowNanos) {
        pingedNanos = nowNanos;
        ping.run();
    }
}
