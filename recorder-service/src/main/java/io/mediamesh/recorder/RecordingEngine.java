package io.mediamesh.recorder;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of a recording out of what comes: pictures are encoded or kept coded, sound is laid out, both are put
 * into parts on one time, and what is missing is written down. Blocks for the time of an encoding, never for the disk.
 * Belongs to one thread.
 */
final class RecordingEngine implements SoundIntake.Time, AutoCloseable {
    private static final long CLOCK_TICKS = 10 * Ticks.PER_SECOND;
    private static final long PATIENCE_TICKS = 2 * Ticks.PER_SECOND;

    private final Journal journal;
    private final RecorderConfig config;
    private final RecorderMeters meters;
    private final EventLog log;
    private final PictureCodec codec;
    private final Parts parts;
    private final Continuity pictureSeams = new Continuity();
    private final Continuity packetSeams = new Continuity();
    private final SoundIntake sound;
    private final long keyframeTicks;
    private final double fps;
    private @Nullable MediaClock clock;
    private @Nullable PictureEncoder encoder;
    private @Nullable PacketPictures packets;
    private boolean picturesTorn;
    private boolean soundTorn;
    private long keyframeAtTicks = Long.MIN_VALUE;
    private long nowTicks;
    private long clockToldTicks = Long.MIN_VALUE;
    private long flushedNanos = System.nanoTime();

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
        this.fps = fps;
        this.keyframeTicks = Ticks.of(config.keyframeInterval());
        this.log = new EventLog(journal.folder(), disk);
        this.parts = new Parts(journal, config, disk, log, this::lostByDisk);
        this.sound = new SoundIntake(parts, this, wantsPictures);
        journal.eventsOpened(log.file());
    }

    /** A picture to be encoded. */
    void picture(Stamp stamp, VideoFrame frame) {
        if (!frame.hasPicture()) {
            return;
        }
        long ticks = pictureTicks(stamp, pictureSeams.next(stamp), pictureSeams.lastTicks() + 1);
        I420 picture;
        try {
            picture = frame.picture(codec);
        } catch (MeshException damaged) {
            // Senders' pictures come as they are; the next one may be whole again.
            gap("video", ticks, ticks, 1, String.valueOf(damaged.getMessage()));
            return;
        }
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
        sound.shown(stamp.capture());
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

    /** Packets will come; {@code soundMayBeKept} where their sound is wanted, too. */
    void expectPackets(boolean soundMayBeKept) {
        if (soundMayBeKept) {
            sound.expectPackets();
        }
    }

    /** Whether packets of sound are of use. */
    boolean wantsSoundPackets() {
        return sound.wantsPackets();
    }

    /** A picture that is kept as it is. */
    void picturePacket(Stamp stamp, MediaPacket packet) {
        packetPassed(stamp);
        PacketPictures present = packets;
        if (present == null) {
            present = new PacketPictures();
            packets = present;
        }
        boolean joint = picturesTorn;
        picturesTorn = false;
        if (joint) {
            present.interrupted();
        }
        if (present.accepts(packet)) {
            long ticks = ticksAt(stamp.capture(), joint);
            pictureSeams.at(ticks);
            coded(present.format(), present.coded(packet, ticks));
            sound.shown(stamp.capture());
        }
    }

    /** Sound that is kept as it is, where it can be. */
    void soundPacket(Stamp stamp, MediaPacket packet) {
        packetPassed(stamp);
        boolean joint = soundTorn;
        soundTorn = false;
        sound.packet(stamp, packet, joint);
        flushIfDue();
    }

    /** A packet that is not recorded has a place among those that are. */
    void packetPassed(Stamp stamp) {
        Continuity.Seam seam = packetSeams.next(stamp);
        noteMissing(seam, nowTicks);
        picturesTorn |= seam.joint();
        soundTorn |= seam.joint();
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
        boolean first = parts.isEmpty();
        parts.picture(format, picture, sound.lines());
        flushedNanos = first ? System.nanoTime() : flushedNanos;
        parts.settle(sound.lines(), nowTicks - PATIENCE_TICKS);
        flushIfDue();
    }

    /** A block of sound. */
    void sound(Stamp stamp, AudioBlock block) {
        sound.block(stamp, block);
        parts.settle(sound.lines(), nowTicks - PATIENCE_TICKS);
        flushIfDue();
    }

    @Override
    public void missing(long fromTicks, long toTicks, long items) {
        gap("audio", fromTicks, toTicks, items, "items were lost on the way here");
    }

    /** What an analysis found. */
    void event(Item item, Event event) {
        MediaClock present = clock;
        if (present != null) {
            long ticks = Ticks.ofNanos(present.nanosAt(item.stamp().capture()));
            log.event(Ticks.toSeconds(ticks), parts.numberAt(ticks), item, event);
            journal.found(item.topic().kind(), event);
        }
    }

    /** Events came faster than they could be written down. */
    void eventsLost(int count) {
        gap("events", nowTicks, nowTicks, count, "the recorder was too slow");
    }

    /** From here on pictures come from another topic; the first of them begins a new part. */
    void picturesFromElsewhere(String reason) {
        pictureSeams.restart();
        if (!parts.isEmpty()) {
            parts.wantCut(reason);
        }
    }

    /** No more packets come. */
    void withoutPackets(String reason) {
        sound.encode(reason);
    }

    /** Items of a topic that this recorder was too slow for. */
    void tooSlow(String topic, long items, long durationNanos) {
        Continuity seams = seamsOf(topic);
        seams.skip(items);
        boolean ofSound = topic.equals(Topic.AUDIO);
        long from = (ofSound ? seams : pictureSeams).lastTicks();
        long to = from + Ticks.ofNanos(durationNanos);
        gap(ofSound ? "audio" : "video", from, to, items, "the recorder was too slow");
    }

    /** The producer of a topic was lost or found, or the topic ended. */
    void changed(String topic, String state, String reason) {
        seamsOf(topic).interrupted();
        log.state(Ticks.toSeconds(nowTicks), topic, state, reason);
    }

    private Continuity seamsOf(String topic) {
        return switch (topic) {
            case Topic.AUDIO -> sound.seams();
            case Topic.PACKETS -> packetSeams;
            default -> pictureSeams;
        };
    }

    /** Pictures will not come, or no more. */
    void withoutPictures() {
        sound.withoutPictures();
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

    @Override
    public long ticksAt(CaptureTime capture, boolean joint) {
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

    /** What is long enough is written, and what is old enough although little of it came: a kill must not take more. */
    private void flushIfDue() {
        long now = System.nanoTime();
        if (parts.isEmpty()) {
            flushedNanos = now;
        } else if (parts.flushIfLongerThan(Ticks.of(config.fragmentInterval()))) {
            flushedNanos = now;
            log.flush();
        } else if (now - flushedNanos >= config.fragmentInterval().toNanos()) {
            flushedNanos = now;
            parts.flush();
            log.flush();
        }
    }

    /** Hands what waits to the disk although nothing comes. */
    void tick() {
        sound.idle();
        parts.settle(sound.lines(), nowTicks - PATIENCE_TICKS);
        parts.flush();
        log.flush();
    }

    /** Writes everything that there is; nothing may follow. The files are complete when the disk is done. */
    void finish() {
        PictureEncoder present = encoder;
        if (present != null) {
            present.finish(coded -> coded(present.format(), coded));
        }
        sound.releaseUntil(parts.picturesEndTicks());
        parts.finish(sound.lines());
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
        sound.close();
    }
}
