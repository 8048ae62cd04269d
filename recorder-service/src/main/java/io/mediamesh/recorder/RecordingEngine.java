package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.VideoFrame;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of a recording out of what comes: pictures are encoded or kept coded, sound is laid out, both are put
 * into parts on one time, and what is missing is written down. Blocks for the time of an encoding, never for the disk.
 * Belongs to one thread.
 */
final class RecordingEngine implements AutoCloseable {
    private static final long CLOCK_TICKS = 10 * Ticks.PER_SECOND;
    private static final long PATIENCE_TICKS = 2 * Ticks.PER_SECOND;
    // How long sound waits for the first picture.
    private static final long HELD_NANOS = 2_000_000_000L;

    private final Journal journal;
    private final RecorderConfig config;
    private final RecorderMeters meters;
    private final EventLog log;
    private final PictureCodec codec;
    private final Parts parts;
    private final Continuity pictureSeams = new Continuity();
    private final Continuity soundSeams = new Continuity();
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private final long keyframeTicks;
    private final double fps;
    private boolean wantsPictures;
    private @Nullable MediaClock clock;
    private @Nullable PictureEncoder encoder;
    private @Nullable PacketPictures packets;
    private @Nullable SoundTrack sound;
    private long keyframeAtTicks = Long.MIN_VALUE;
    private long nowTicks;
    private long clockToldTicks = Long.MIN_VALUE;

    private record Held(Stamp stamp, AudioBlock block) {}

    /**
     * An engine that has nothing yet.
     *
     * @param wantsPictures whether pictures are to be expected, so that sound waits for the first
     * @param fps of the pictures; 0 where nobody knows
     */
    RecordingEngine(
            Journal journal,
            RecorderConfig config,
            DiskWriter disk,
            RecorderMeters meters,
            PictureCodec codec,
            boolean wantsPictures,
            double fps) {
        this.journal = journal;
        this.config = config;
        this.meters = meters;
        this.codec = codec;
        this.wantsPictures = wantsPictures;
        this.fps = fps;
        this.keyframeTicks = Ticks.of(config.keyframeInterval());
        this.log = new EventLog(journal.folder(), disk);
        this.parts = new Parts(journal, config, disk, log, this::lostByDisk);
        journal.eventsOpened(log.file());
    }

    /** A picture to be encoded. */
    void picture(Stamp stamp, VideoFrame frame) {
        if (!frame.hasPicture()) {
            return;
        }
        long ticks = pictureTicks(stamp, pictureSeams.next(stamp), pictureSeams.lastTicks() + 1);
        var picture = frame.picture(codec);
        PictureEncoder.Shape shape =
                new PictureEncoder.Shape(picture.widthPx(), picture.heightPx(), picture.range(), fps);
        PictureEncoder present = encoder;
        if (present == null || !present.shape().equals(shape)) {
            present = reopened(present, shape);
        }
        boolean keyframe = ticks >= keyframeAtTicks || parts.cutIsWanted();
        if (keyframe) {
            keyframeAtTicks = ticks + keyframeTicks;
        }
        TrackFormats.Pictures format = present.format();
        present.encode(picture, ticks, keyframe, coded -> coded(format, coded));
    }

    private PictureEncoder reopened(@Nullable PictureEncoder before, PictureEncoder.Shape shape) {
        if (before != null) {
            before.finish(coded -> coded(before.format(), coded));
            before.close();
            encoder = null;
            parts.wantCut("the pictures changed from " + shown(before.shape()) + " to " + shown(shape));
        }
        keyframeAtTicks = Long.MIN_VALUE;
        PictureEncoder opened = PictureEncoder.open(config.encoder(), shape, config.bitRate());
        encoder = opened;
        return opened;
    }

    private static String shown(PictureEncoder.Shape shape) {
        return shape.widthPx() + "×" + shape.heightPx();
    }

    /** A picture that is kept as it is. */
    void packet(Stamp stamp, MediaPacket packet) {
        PacketPictures present = packets;
        if (present == null) {
            present = new PacketPictures();
            packets = present;
        }
        Continuity.Seam seam = pictureSeams.next(stamp);
        if (seam.joint()) {
            present.interrupted();
        }
        if (!present.accepts(packet)) {
            noteMissing(seam, nowTicks);
            return;
        }
        long ticks = pictureTicks(stamp, seam, Long.MIN_VALUE);
        CodedPicture coded = present.coded(packet, ticks);
        coded(present.format(), coded);
    }

    private long pictureTicks(Stamp stamp, Continuity.Seam seam, long least) {
        long before = pictureSeams.lastTicks();
        long ticks = Math.max(least, ticksAt(stamp.capture(), seam.joint()));
        pictureSeams.at(ticks);
        noteMissing(seam, before);
        return ticks;
    }

    private void noteMissing(Continuity.Seam seam, long fromTicks) {
        if (seam.missing() > 0) {
            gap("video", fromTicks, nowTicks, seam.missing(), "items were lost on the way here");
        }
    }

    private void coded(TrackFormats.Pictures format, CodedPicture picture) {
        parts.picture(format, picture, sound);
        parts.settle(sound, nowTicks - PATIENCE_TICKS);
        releaseHeld();
        flushIfDue();
    }

    /** A block of sound. */
    void sound(Stamp stamp, AudioBlock block) {
        if (parts.isEmpty() && wantsPictures) {
            held.add(new Held(stamp, block));
            long heldNanos = stamp.capture().monotonicNanos()
                    - held.getFirst().stamp.capture().monotonicNanos();
            if (heldNanos >= HELD_NANOS) {
                releaseHeld();
            }
            return;
        }
        place(stamp, block);
        flushIfDue();
    }

    private void releaseHeld() {
        while (!held.isEmpty()) {
            Held first = held.removeFirst();
            place(first.stamp, first.block);
        }
    }

    private void place(Stamp stamp, AudioBlock block) {
        Continuity.Seam seam = soundSeams.next(stamp);
        long before = soundSeams.lastTicks();
        long ticks = ticksAt(stamp.capture(), seam.joint());
        soundSeams.at(ticks);
        if (seam.missing() > 0) {
            gap("audio", before, ticks, seam.missing(), "items were lost on the way here");
        }
        TrackFormats.Pcm format = new TrackFormats.Pcm(block.sampleRateHz(), block.channels());
        SoundTrack track = sound;
        if (track == null || !track.format().equals(format)) {
            track = begun(track, format, ticks);
        }
        if (track != null) {
            if (parts.isFull(ticks)) {
                parts.cutSound(track);
            }
            track.add(ticks, block, seam.joint());
            parts.settle(track, nowTicks - PATIENCE_TICKS);
        }
    }

    /** Sound of another format needs a part that begins with it; until that is there, nothing can be done with it. */
    private @Nullable SoundTrack begun(@Nullable SoundTrack before, TrackFormats.Pcm format, long ticks) {
        if (before != null) {
            before.finish();
            before.close();
            sound = null;
            parts.soundChanged(
                    "the sound changed to " + format.sampleRateHz() + " Hz, " + format.channels() + " channels");
        }
        Optional<PartWriter> part = parts.forSound(ticks, wantsPictures);
        if (part.isEmpty()) {
            return null;
        }
        long first = format.indexAt(part.get().startTicks());
        SoundTrack track = new SoundTrack(format, first, wantsPictures, parts);
        part.get().addSound(format, track.codedFormat());
        sound = track;
        return track;
    }

    /** What an analysis found. */
    void event(Item item, Event event) {
        MediaClock present = clock;
        if (present != null) {
            long ticks = Ticks.ofNanos(present.nanosAt(item.stamp().capture()));
            log.event(Ticks.toSeconds(ticks), parts.numberAt(ticks), item, event);
        }
    }

    /** Events came faster than they could be written down. */
    void eventsLost(int count) {
        gap("events", nowTicks, nowTicks, count, "the recorder was too slow");
    }

    /** A packet that is not recorded has a place among those that are. */
    void packetPassed(Stamp stamp) {
        Continuity.Seam seam = pictureSeams.next(stamp);
        noteMissing(seam, nowTicks);
        if (seam.joint()) {
            pictureSeams.interrupted();
        }
    }

    /** From here on pictures come from another topic; the first of them begins a new part. */
    void picturesFromElsewhere(String reason) {
        pictureSeams.restart();
        if (!parts.isEmpty()) {
            parts.wantCut(reason);
        }
    }

    /** Items of a topic that this recorder was too slow for. */
    void tooSlow(boolean pictures, long items, long durationNanos) {
        Continuity seams = pictures ? pictureSeams : soundSeams;
        seams.skip(items);
        long from = seams.lastTicks();
        gap(
                pictures ? "video" : "audio",
                from,
                from + Ticks.ofNanos(durationNanos),
                items,
                "the recorder was too slow");
    }

    /** The producer of a topic was lost or found, or the topic ended. */
    void changed(String topic, boolean pictures, String state, String reason) {
        (pictures ? pictureSeams : soundSeams).interrupted();
        log.state(Ticks.toSeconds(nowTicks), topic, state, reason);
    }

    /** Pictures will not come, or no more. */
    void withoutPictures() {
        wantsPictures = false;
        if (parts.isEmpty()) {
            releaseHeld();
        }
    }

    private void lostByDisk(long fromTicks, long toTicks, long items) {
        gap("files", fromTicks, toTicks, items, "the disk was too slow");
    }

    private void gap(String topic, long fromTicks, long toTicks, long items, String why) {
        double duration = Math.max(0, Ticks.toSeconds(toTicks - fromTicks));
        log.gap(Ticks.toSeconds(fromTicks), duration, topic, items, why);
        journal.gap(items, duration);
        meters.gap(items);
    }

    private long ticksAt(CaptureTime capture, boolean joint) {
        MediaClock present = clock;
        if (present == null) {
            present = begin(capture);
        }
        long ticks = Ticks.ofNanos(present.nanosAt(capture, joint));
        nowTicks = Math.max(nowTicks, ticks);
        if (nowTicks - clockToldTicks >= CLOCK_TICKS || clockToldTicks == Long.MIN_VALUE) {
            clockToldTicks = nowTicks;
            log.clock(Ticks.toSeconds(ticks), capture);
        }
        return ticks;
    }

    private MediaClock begin(CaptureTime first) {
        long already = journal.continuedFromUnixSeconds()
                .map(unix -> Math.max(0, Math.round((first.unixSeconds() - unix) * 1e9)))
                .orElse(0L);
        MediaClock begun = new MediaClock(first, already);
        clock = begun;
        parts.clock(begun);
        journal.begins(begun.origin());
        return begun;
    }

    private void flushIfDue() {
        if (parts.flushIfLongerThan(Ticks.of(config.fragmentInterval()))) {
            log.flush();
        }
    }

    /** Hands what waits to the disk although nothing comes. */
    void tick() {
        parts.settle(sound, nowTicks - PATIENCE_TICKS);
        parts.flush();
        log.flush();
    }

    /** Writes everything that there is; nothing may follow. The files are complete when the disk is done. */
    void finish() {
        releaseHeld();
        PictureEncoder present = encoder;
        if (present != null) {
            present.finish(coded -> coded(present.format(), coded));
        }
        parts.finish(sound);
        log.flush();
    }

    EventLog log() {
        return log;
    }

    @Override
    public void close() {
        PictureEncoder present = encoder;
        encoder = null;
        if (present != null) {
            present.close();
        }
        SoundTrack track = sound;
        sound = null;
        if (track != null) {
            track.close();
        }
    }
}
