package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.Stamp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings the sound of a recording into its parts: decoded sound into WAV files and, coded here, into MP4 files, or
 * coded sound of the source into MP4 files as it came. Until the first picture is there, and until it is known whether
 * the source's sound can be kept, it waits, for two seconds at most; from then on it waits a moment for the pictures of
 * its time, because one of them may begin a part. Belongs to one thread.
 */
final class SoundIntake implements AutoCloseable {
    private static final long HELD_NANOS = 2_000_000_000L;
    private static final long AHEAD_NANOS = 300_000_000L;

    /** What the sound of MP4 files is made of. */
    private enum Origin {
        UNKNOWN,
        KEPT,
        ENCODED
    }

    /** The time of the recording, and its book of what is missing. */
    interface Time {
        long ticksAt(CaptureTime capture, boolean joint);

        void missing(long fromTicks, long toTicks, long items);
    }

    private sealed interface Held {
        Stamp stamp();

        record Block(Stamp stamp, AudioBlock block) implements Held {}

        record Packet(Stamp stamp, MediaPacket packet, boolean joint) implements Held {}
    }

    private final Parts parts;
    private final Time time;
    private final Continuity seams = new Continuity();
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private Origin origin = Origin.ENCODED;
    private boolean wantsPictures;
    private @Nullable SoundTrack decoded;
    private @Nullable KeptSound kept;
    private long shownNanos = Long.MIN_VALUE;
    private long placedTicks = Long.MIN_VALUE;

    SoundIntake(Parts parts, Time time, boolean wantsPictures) {
        this.parts = parts;
        this.time = time;
        this.wantsPictures = wantsPictures;
    }

    /** What there is now. */
    List<SoundLine> lines() {
        List<SoundLine> lines = new ArrayList<>(2);
        if (decoded != null) {
            lines.add(decoded);
        }
        if (kept != null) {
            lines.add(kept);
        }
        return lines;
    }

    /** Where blocks of sound come from somewhere else, or may be missing. */
    Continuity seams() {
        return seams;
    }

    /** Packets are to be expected, and with them sound that may be kept. */
    void expectPackets() {
        origin = Origin.UNKNOWN;
    }

    /** Whether packets of sound are of use. */
    boolean wantsPackets() {
        return origin != Origin.ENCODED;
    }

    /** A block of decoded sound. */
    void block(Stamp stamp, AudioBlock block) {
        held.add(new Held.Block(stamp, block));
        release();
    }

    /** Sound as the source coded it; {@code joint} where something may be missing before it. */
    void packet(Stamp stamp, MediaPacket packet, boolean joint) {
        if (origin == Origin.ENCODED) {
            return;
        }
        if (TrackFormats.Sound.of(packet.format()).isEmpty()) {
            encode("the source sends sound as " + packet.format().codec());
            return;
        }
        origin = Origin.KEPT;
        held.add(new Held.Packet(stamp, packet, joint));
        release();
    }

    /** From here on the sound of MP4 files is coded here. */
    void encode(String reason) {
        origin = Origin.ENCODED;
        if (kept != null) {
            kept = null;
            finish(decoded);
            decoded = null;
            parts.soundChanged(reason);
        }
        release();
    }

    private boolean waits() {
        return wantsPictures && (parts.isEmpty() || origin == Origin.UNKNOWN);
    }

    /** There is a picture of this moment. */
    void shown(CaptureTime capture) {
        shownNanos = capture.monotonicNanos();
        release();
    }

    /** Gives out what has nothing more to wait for. */
    private void release() {
        if (waits()) {
            if (heldNanos() >= HELD_NANOS) {
                origin = origin == Origin.UNKNOWN ? Origin.ENCODED : origin;
                releaseAll();
            }
            return;
        }
        while (!held.isEmpty() && isDue(held.getFirst())) {
            place(held.removeFirst());
        }
    }

    private boolean isDue(Held one) {
        return !wantsPictures || one.stamp().capture().monotonicNanos() <= shownNanos || heldNanos() >= AHEAD_NANOS;
    }

    private long heldNanos() {
        return held.isEmpty()
                ? 0
                : held.getLast().stamp().capture().monotonicNanos()
                        - held.getFirst().stamp().capture().monotonicNanos();
    }

    /** Nothing comes: no picture will be there soon. */
    void idle() {
        if (!waits()) {
            releaseAll();
        }
    }

    /** Gives out everything. */
    void releaseAll() {
        while (!held.isEmpty()) {
            place(held.removeFirst());
        }
    }

    /** Gives out what begins before this, and the rest only where pictures had ended earlier than the sound anyway. */
    void releaseUntil(long endTicks) {
        if (placedTicks < endTicks) {
            held.removeIf(one -> time.ticksAt(one.stamp().capture(), false) >= endTicks);
        }
        releaseAll();
    }

    private void place(Held one) {
        switch (one) {
            case Held.Block block -> place(block.stamp, block.block);
            case Held.Packet packet -> place(packet.stamp, packet.packet, packet.joint);
        }
    }

    /** Pictures will not come, or no more. */
    void withoutPictures() {
        wantsPictures = false;
        release();
    }

    private void place(Stamp stamp, AudioBlock block) {
        Continuity.Seam seam = seams.next(stamp);
        long before = seams.lastTicks();
        long ticks = time.ticksAt(stamp.capture(), seam.joint());
        placedTicks = ticks;
        seams.at(ticks);
        if (seam.missing() > 0) {
            time.missing(before, ticks, seam.missing());
        }
        TrackFormats.Pcm format = new TrackFormats.Pcm(block.sampleRateHz(), block.channels());
        SoundTrack track = decoded;
        if (track == null || !track.format().equals(format)) {
            track = begun(track, format, ticks);
        }
        if (track != null) {
            if (parts.isFull(ticks)) {
                parts.cutSound(track);
            }
            track.add(ticks, block, seam.joint());
        }
    }

    /** Sound of another format needs a part that begins with it; until that is there, nothing can be done with it. */
    private @Nullable SoundTrack begun(@Nullable SoundTrack before, TrackFormats.Pcm format, long ticks) {
        if (before != null) {
            finish(before);
            decoded = null;
            parts.soundChanged(
                    "the sound changed to " + format.sampleRateHz() + " Hz, " + format.channels() + " channels");
        }
        boolean toBeCoded = wantsPictures && origin == Origin.ENCODED;
        Optional<PartWriter> part = parts.forSamples(ticks, wantsPictures, toBeCoded);
        if (part.isEmpty()) {
            return null;
        }
        SoundTrack track = new SoundTrack(format, format.indexAt(part.get().startTicks()), toBeCoded, parts);
        track.addTo(part.get());
        decoded = track;
        return track;
    }

    private void place(Stamp stamp, MediaPacket packet, boolean joint) {
        long ticks = time.ticksAt(stamp.capture(), joint);
        placedTicks = ticks;
        KeptSound present = kept;
        if (present != null && !present.goesOnWith(packet)) {
            present = null;
            kept = null;
            parts.soundChanged("the source codes its sound in another way");
        }
        if (present == null) {
            present = begunKept(packet, ticks);
        }
        if (present != null) {
            present.add(ticks, packet, joint);
        }
    }

    private @Nullable KeptSound begunKept(MediaPacket packet, long ticks) {
        Optional<PartWriter> part = parts.forCoded();
        if (part.isEmpty()) {
            return null;
        }
        KeptSound fresh = new KeptSound(
                packet.format(), TrackFormats.Sound.of(packet.format()).orElseThrow(), ticks, parts);
        fresh.addTo(part.get());
        kept = fresh;
        return fresh;
    }

    private static void finish(@Nullable SoundTrack track) {
        if (track != null) {
            track.finish();
            track.close();
        }
    }

    @Override
    public void close() {
        SoundTrack track = decoded;
        decoded = null;
        if (track != null) {
            track.close();
        }
    }
}
