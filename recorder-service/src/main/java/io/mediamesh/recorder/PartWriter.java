package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The media files of one part: an MP4 file where it has pictures, a WAV file where it has sound. Collects what comes
 * and hands it to the disk a fragment at a time; the last picture waits for the next one, which says how long it stays.
 * Belongs to one thread.
 */
final class PartWriter {
    private static final long USUAL_PICTURE_TICKS = Ticks.PER_SECOND / 30;
    private static final long LONGEST_PICTURE_TICKS = Ticks.PER_SECOND;

    /** What the disk did not take. */
    @FunctionalInterface
    interface Loss {
        void lost(long fromTicks, long toTicks, long items);
    }

    private final int number;
    private final long startTicks;
    private final Optional<TrackFormats.Pictures> pictureFormat;
    private final Path folder;
    private final DiskWriter disk;
    private final Loss loss;
    private final List<CodedPicture> pictures = new ArrayList<>();
    private final List<CodedSound> coded = new ArrayList<>();
    private final List<Samples> samples = new ArrayList<>();

    private Optional<TrackFormats.Sound> codedFormat = Optional.empty();
    private TrackFormats.@Nullable Pcm pcm;
    private @Nullable DiskFile mp4;
    private @Nullable DiskFile wav;
    private boolean headerMade;
    private int sequence;
    private long lastDecodeTicks;
    private long fragmentStartTicks;
    private long lastPictureTicks;
    private long lastPictureStayTicks = USUAL_PICTURE_TICKS;
    private long soundEndIndex;
    private long wavBytes;

    /** Samples as a WAV file has them, from an index on. */
    private record Samples(long index, Bytes data) {}

    PartWriter(
            Path folder,
            int number,
            long startTicks,
            Optional<TrackFormats.Pictures> pictureFormat,
            DiskWriter disk,
            Loss loss) {
        this.folder = folder;
        this.number = number;
        this.startTicks = startTicks;
        this.pictureFormat = pictureFormat;
        this.disk = disk;
        this.loss = loss;
        this.fragmentStartTicks = startTicks;
        this.lastPictureTicks = startTicks;
        this.lastDecodeTicks = startTicks - 1;
    }

    int number() {
        return number;
    }

    long startTicks() {
        return startTicks;
    }

    Optional<TrackFormats.Pictures> pictureFormat() {
        return pictureFormat;
    }

    /** Whether the beginning of its file is made, so that no track can be added. */
    boolean isSettled() {
        return pictureFormat.isPresent() && headerMade;
    }

    /** Index of the first sample of sound in it. */
    long firstIndex() {
        TrackFormats.Pcm format = pcm;
        return format == null ? Long.MIN_VALUE : format.indexAt(startTicks);
    }

    boolean hasSound() {
        return pcm != null;
    }

    /** It has sound, too; {@code inMp4} where it can be coded. */
    void addSound(TrackFormats.Pcm format, Optional<TrackFormats.Sound> inMp4) {
        pcm = format;
        soundEndIndex = format.indexAt(startTicks);
        wav = new DiskFile(folder.resolve(String.format(Locale.ROOT, "audio-%04d.wav", number)));
        if (pictureFormat.isPresent()) {
            codedFormat = inMp4;
        }
    }

    /** Its files, those without a byte included. */
    List<DiskFile> files() {
        List<DiskFile> files = new ArrayList<>();
        if (mp4 != null) {
            files.add(mp4);
        }
        if (wav != null) {
            files.add(wav);
        }
        return files;
    }

    /** What is in the MP4 file, by FFmpeg's names. */
    String codecs() {
        String video = pictureFormat.map(TrackFormats.Pictures::codec).orElse("");
        return codedFormat.isPresent() ? video + ",aac" : video;
    }

    /** Its end as far as it is known, in media time. */
    long endTicks() {
        TrackFormats.Pcm format = pcm;
        long sound = format == null ? startTicks : format.ticksAt(soundEndIndex);
        long picture = pictures.isEmpty() && !headerMade ? startTicks : lastPictureTicks + lastPictureStayTicks;
        return Math.max(sound, picture);
    }

    /** The larger of its files. */
    long largestBytes() {
        long largest = wavBytes;
        DiskFile file = mp4;
        return file == null ? largest : Math.max(largest, file.size());
    }

    void picture(CodedPicture picture) {
        if (mp4 == null) {
            mp4 = new DiskFile(folder.resolve(String.format(Locale.ROOT, "video-%04d.mp4", number)));
        }
        if (picture.ticks() > lastPictureTicks) {
            lastPictureStayTicks = Math.min(LONGEST_PICTURE_TICKS, picture.ticks() - lastPictureTicks);
            lastPictureTicks = picture.ticks();
        }
        // A file begins at 0 for decoding, too: the first pictures are decoded as close together as can be said.
        lastDecodeTicks = Math.max(picture.decodeTicks(), lastDecodeTicks + 1);
        long shownTicks = Math.max(picture.ticks(), lastDecodeTicks);
        pictures.add(new CodedPicture(shownTicks, shownTicks - lastDecodeTicks, picture.keyframe(), picture.data()));
    }

    void sound(CodedSound sound) {
        TrackFormats.Pcm format = pcm;
        if (codedFormat.isPresent() && format != null && sound.index() >= firstIndex()) {
            coded.add(sound);
        }
    }

    /** Interleaved samples whose first has this index; what lies between them and those before stays silent. */
    void samples(long index, short[] interleaved, int from, int frames) {
        TrackFormats.Pcm format = pcm;
        if (format == null) {
            return;
        }
        int early = Math.clamp(firstIndex() - index, 0, frames);
        int kept = frames - early;
        if (kept == 0) {
            return;
        }
        int channels = format.channels();
        ByteBuffer bytes = ByteBuffer.allocate(kept * format.bytesPerFrame()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(interleaved, (from + early) * channels, kept * channels);
        samples.add(new Samples(index + early, Bytes.takeOver(bytes.array())));
        soundEndIndex = index + frames;
    }

    /** Hands what is complete to the disk where it has become enough; returns whether it has. */
    boolean flushIfLongerThan(long ticks) {
        boolean due = endTicks() - fragmentStartTicks >= ticks;
        if (due) {
            flush();
        }
        return due;
    }

    /** Hands what is complete to the disk. */
    void flush() {
        write(Math.max(0, pictures.size() - 1), 0);
    }

    /** Hands everything to the disk; the last picture stays until {@code endTicks}, for a second at most. */
    void finish(long endTicks) {
        lastPictureStayTicks = Math.clamp(endTicks - lastPictureTicks, 1, LONGEST_PICTURE_TICKS);
        write(pictures.size(), lastPictureTicks + lastPictureStayTicks);
    }

    /** How long its last picture stays where the next one is not known. */
    long usualEndTicks() {
        return lastPictureTicks + lastPictureStayTicks;
    }

    private void write(int pictureCount, long endTicks) {
        long fromTicks = fragmentStartTicks;
        fragmentStartTicks = endTicks();
        writeMp4(pictureCount, endTicks, fromTicks);
        writeWav(fromTicks);
    }

    private void writeMp4(int pictureCount, long endTicks, long fromTicks) {
        DiskFile file = mp4;
        if (file == null || (pictureCount == 0 && (coded.isEmpty() || !headerMade))) {
            return;
        }
        byte[] header = new byte[0];
        if (!headerMade) {
            header = Mp4Header.of(pictureFormat, codedFormat);
            headerMade = true;
        }
        List<Mp4Fragment.Run> runs = new ArrayList<>();
        runs.add(pictureRun(pictureCount, endTicks));
        runs.add(soundRun());
        byte[] fragment = Mp4Fragment.of(++sequence, runs);
        byte[] begin = header;
        boolean taken = disk.write(List.of(file), (long) begin.length + fragment.length, () -> {
            if (begin.length > 0) {
                file.append(begin);
            }
            file.append(fragment);
        });
        if (!taken) {
            headerMade &= begin.length == 0;
            loss.lost(fromTicks, fragmentStartTicks, pictureCount);
        }
        pictures.subList(0, pictureCount).clear();
        coded.clear();
    }

    private Mp4Fragment.Run pictureRun(int count, long endTicks) {
        List<Mp4Fragment.Sample> run = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            CodedPicture picture = pictures.get(index);
            long next = index + 1 < pictures.size() ? pictures.get(index + 1).decodeTicks() : endTicks;
            run.add(new Mp4Fragment.Sample(
                    Math.max(1, next - picture.decodeTicks()),
                    picture.reorderTicks(),
                    picture.keyframe(),
                    picture.data()));
        }
        long begin = count == 0 ? 0 : pictures.getFirst().decodeTicks() - startTicks;
        return new Mp4Fragment.Run(Mp4Header.FIRST_TRACK, begin, run);
    }

    private Mp4Fragment.Run soundRun() {
        TrackFormats.Pcm format = pcm;
        if (format == null || coded.isEmpty()) {
            return new Mp4Fragment.Run(Mp4Header.FIRST_TRACK + 1, 0, List.of());
        }
        List<Mp4Fragment.Sample> run = new ArrayList<>(coded.size());
        for (int index = 0; index < coded.size(); index++) {
            CodedSound sound = coded.get(index);
            long next = index + 1 < coded.size() ? coded.get(index + 1).index() : sound.index() + CodedSound.FRAMES;
            run.add(new Mp4Fragment.Sample(next - sound.index(), 0, true, sound.data()));
        }
        long begin = coded.getFirst().index() - firstIndex();
        return new Mp4Fragment.Run(Mp4Header.FIRST_TRACK + 1, begin, run);
    }

    private void writeWav(long fromTicks) {
        DiskFile file = wav;
        TrackFormats.Pcm format = pcm;
        if (file == null || format == null || samples.isEmpty()) {
            return;
        }
        long firstIndex = firstIndex();
        long end = (soundEndIndex - firstIndex) * format.bytesPerFrame();
        List<Samples> all = List.copyOf(samples);
        long bytes = all.stream().mapToLong(piece -> piece.data.length()).sum();
        boolean taken = disk.write(List.of(file), bytes, () -> {
            if (file.size() == 0) {
                file.append(WavHeader.of(format, 0));
            }
            for (Samples piece : all) {
                long position = WavHeader.BYTES + (piece.index - firstIndex) * format.bytesPerFrame();
                file.put(piece.data.segment().asByteBuffer(), position);
            }
            file.put(ByteBuffer.wrap(WavHeader.of(format, end)), 0);
        });
        if (taken) {
            wavBytes = WavHeader.BYTES + end;
        } else {
            loss.lost(fromTicks, fragmentStartTicks, all.size());
        }
        samples.clear();
    }
}
