package io.mediamesh.recorder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a recording: the one that grows, and for a moment the one before it, until the sound has come as far as
 * the picture with which the new one begins. Belongs to one thread.
 */
final class Parts implements SoundLine.Sink {
    private final Journal journal;
    private final DiskWriter disk;
    private final EventLog log;
    private final PartWriter.Loss loss;
    private final long lengthTicks;
    private final RecorderConfig config;
    private int number;
    private String wantedCut = "";
    private @Nullable MediaClock clock;
    private @Nullable PartWriter older;
    private @Nullable PartWriter newest;

    Parts(Journal journal, RecorderConfig config, DiskWriter disk, EventLog log, PartWriter.Loss loss) {
        this.journal = journal;
        this.config = config;
        this.disk = disk;
        this.log = log;
        this.loss = loss;
        this.lengthTicks = Ticks.of(config.partLength());
        this.number = journal.lastPart();
        if (number > 0) {
            wantedCut = "the recorder was started again";
        }
    }

    void clock(MediaClock known) {
        clock = known;
    }

    boolean isEmpty() {
        return newest == null;
    }

    /** The next keyframe begins a new part. */
    void wantCut(String reason) {
        if (wantedCut.isEmpty()) {
            wantedCut = reason;
        }
    }

    boolean cutIsWanted() {
        return !wantedCut.isEmpty();
    }

    /** The number of the part that a moment lies in. */
    int numberAt(long ticks) {
        PartWriter part = newest;
        return part != null && ticks < part.startTicks() ? Math.max(1, number - 1) : Math.max(1, number);
    }

    /** Takes a picture; before the first keyframe it is of no use. */
    void picture(TrackFormats.Pictures format, CodedPicture picture, List<SoundLine> lines) {
        PartWriter part = newest;
        if (picture.keyframe()) {
            String reason = part == null ? wantedCut : reasonToCut(part, format, picture.ticks());
            if (part == null || !reason.isEmpty()) {
                part = cut(picture.ticks(), Optional.of(format), reason, lines);
            }
        }
        if (part != null && part.pictureFormat().isPresent()) {
            part.picture(picture);
        }
    }

    private String reasonToCut(PartWriter part, TrackFormats.Pictures format, long ticks) {
        if (!wantedCut.isEmpty()) {
            return wantedCut;
        }
        if (part.pictureFormat().isEmpty()) {
            return "pictures began";
        }
        if (!part.pictureFormat().get().equals(format)) {
            return "the pictures are coded in another way";
        }
        return reasonOfBounds(part, ticks);
    }

    private String reasonOfBounds(PartWriter part, long ticks) {
        if (ticks - part.startTicks() >= lengthTicks) {
            return "the part has become as long as parts may be";
        }
        return part.largestBytes() >= config.partBytes() ? "the part has become as large as parts may be" : "";
    }

    private PartWriter cut(long ticks, Optional<TrackFormats.Pictures> format, String reason, List<SoundLine> lines) {
        finishOlder(ticks);
        number++;
        wantedCut = "";
        PartWriter part = new PartWriter(journal.folder(), number, ticks, format, disk, loss);
        MediaClock known = clock;
        if (known == null) {
            throw new IllegalStateException("a part needs a clock");
        }
        journal.partBegins(part, known.at(ticks), reason);
        log.part(Ticks.toSeconds(ticks), number, reason);
        older = newest;
        newest = part;
        if (lines.isEmpty()) {
            finishOlder(ticks);
        }
        lines.forEach(line -> line.addTo(part));
        saveManifest();
        return part;
    }

    /** The part that samples which begin now belong to; empty where they have to wait for a keyframe. */
    Optional<PartWriter> forSamples(long ticks, boolean withPictures, boolean toBeCoded) {
        PartWriter part = newest;
        if (part == null || part.pictureFormat().isEmpty() || !withPictures) {
            return Optional.of(cut(Math.max(0, ticks), Optional.empty(), wantedCut, List.of()));
        }
        boolean hasRoom = toBeCoded ? takesCoded(part) : !part.hasSamples();
        return hasRoom ? Optional.of(part) : empty("sound began");
    }

    /** The part that coded sound which begins now belongs to; empty where it has to wait for a keyframe. */
    Optional<PartWriter> forCoded() {
        PartWriter part = newest;
        if (part == null || part.pictureFormat().isEmpty()) {
            return Optional.empty();
        }
        return takesCoded(part) ? Optional.of(part) : empty("sound began");
    }

    private static boolean takesCoded(PartWriter part) {
        return !part.hasCoded() && !part.isSettled();
    }

    private Optional<PartWriter> empty(String reasonToCut) {
        wantCut(reasonToCut);
        return Optional.empty();
    }

    void soundChanged(String reason) {
        PartWriter part = older;
        if (part != null) {
            finishOlder(part.endTicks());
        }
        wantCut(reason);
    }

    /** Whether a part of sound alone has become as long or large as parts may be. */
    boolean isFull(long ticks) {
        PartWriter part = newest;
        return part != null
                && part.pictureFormat().isEmpty()
                && !reasonOfBounds(part, ticks).isEmpty();
    }

    /** A new part of sound alone. */
    void cutSound(SoundTrack sound) {
        PartWriter part = newest;
        long ticks = sound.format().ticksAt(sound.position());
        String reason = part == null ? "" : reasonOfBounds(part, ticks);
        cut(ticks, Optional.empty(), reason, List.of(sound));
        finishOlder(ticks);
    }

    @Override
    public void samples(long index, short[] interleaved, int from, int frames) {
        PartWriter before = older;
        PartWriter part = newest;
        if (part == null) {
            return;
        }
        int early = 0;
        if (before != null) {
            early = Math.clamp(part.firstSampleIndex() - index, 0, frames);
            before.samples(index, interleaved, from, early);
        }
        part.samples(index + early, interleaved, from + early, frames - early);
    }

    @Override
    public void coded(CodedSound sound) {
        PartWriter before = older;
        PartWriter part = newest;
        if (before != null && part != null && sound.index() < part.firstCodedIndex()) {
            before.sound(sound);
        } else if (part != null) {
            part.sound(sound);
        }
    }

    /** Closes the older part when its sound is complete, or is late beyond patience. */
    void settle(List<SoundLine> lines, long latestTicks) {
        PartWriter part = newest;
        if (older != null && part != null) {
            if (lines.stream().allMatch(line -> line.reaches(part)) || part.startTicks() <= latestTicks) {
                finishOlder(part.startTicks());
            }
        }
    }

    private void finishOlder(long endTicks) {
        PartWriter part = older;
        older = null;
        if (part != null) {
            part.finish(endTicks);
            close(part);
        }
    }

    /** Hands what is complete to the disk where it has become enough; returns whether it has. */
    boolean flushIfLongerThan(long ticks) {
        PartWriter part = newest;
        boolean flushed = part != null && part.flushIfLongerThan(ticks);
        if (part != null && flushed) {
            journal.grew(part);
        }
        return flushed;
    }

    void flush() {
        PartWriter part = newest;
        if (part != null) {
            part.flush();
            journal.grew(part);
        }
    }

    /** When the last picture is over; never where there are no pictures. */
    long picturesEndTicks() {
        PartWriter part = newest;
        return part == null || part.pictureFormat().isEmpty() ? Long.MAX_VALUE : part.usualEndTicks();
    }

    /** Pictures and sound end together, as far as one was only some pictures behind the other. */
    void finish(List<SoundLine> lines) {
        PartWriter part = newest;
        if (part == null) {
            return;
        }
        long end = part.usualEndTicks();
        for (SoundLine line : lines) {
            if (part.pictureFormat().isPresent()) {
                line.padTo(part.usualEndTicks());
            }
            end = Math.max(end, line.finish());
        }
        finishOlder(part.startTicks());
        part.finish(end);
        close(part);
    }

    private void close(PartWriter part) {
        journal.grew(part);
        List<DiskFile> files = part.files();
        boolean force = config.sync() != RecorderConfig.Sync.NEVER;
        disk.then(() -> {
            for (DiskFile file : files) {
                closeFile(journal, file, force);
            }
        });
        saveManifest();
    }

    /** On the disk's thread. */
    static void closeFile(Journal journal, DiskFile file, boolean force) throws IOException {
        if (force) {
            file.force();
        }
        file.close();
        journal.closed(file, Sha256.of(file.path()));
    }

    private void saveManifest() {
        Path folder = journal.folder();
        disk.then(() -> journal.manifest().writeTo(folder));
    }
}
