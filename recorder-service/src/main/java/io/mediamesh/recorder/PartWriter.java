package io.mediamesh.recorder;

import io.mediamesh.media.AacConfiguration;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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

    private final Mp4Index index = new Mp4Index();

    private Optional<TrackFormats.Sound> codedFormat = Optional.empty();
    private long indexAtBytes;
    private @Nullable DiskFile mp4;
    private @Nullable WavWriter wav;
    private boolean headerMade;
    private int sequence;
    private long lastDecodeTicks;
    private long fragmentStartTicks;
    private long lastPictureTicks;
    private long lastPictureStayTicks = USUAL_PICTURE_TICKS;
    private long codedEndTicks;

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
        this.codedEndTicks = startTicks;
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

    /** Index of the first sample in its WAV file; only where there is one. */
    long firstSampleIndex() {
        WavWriter file = wav;
        return file == null ? Long.MIN_VALUE : file.firstIndex();
    }

    /** Index of the first sample of its coded sound; only where there is any. */
    long firstCodedIndex() {
        return codedFormat.map(format -> format.indexAt(startTicks)).orElse(Long.MIN_VALUE);
    }

    boolean hasSamples() {
        return wav != null;
    }

    boolean hasCoded() {
        return codedFormat.isPresent();
    }

    /** It has a WAV file, too. */
    void addSamples(TrackFormats.Pcm format) {
        wav = new WavWriter(folder.resolve(PartFiles.sound(number)), format, startTicks, disk);
    }

    /** Its MP4 file, where it has one, has sound. */
    void addCoded(TrackFormats.Sound format) {
        if (pictureFormat.isPresent()) {
            codedFormat = Optional.of(format);
        }
    }

    /** Its files, those without a byte included. */
    List<DiskFile> files() {
        List<DiskFile> files = new ArrayList<>();
        if (mp4 != null) {
            files.add(mp4);
        }
        if (wav != null) {
            files.add(wav.file());
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
        WavWriter file = wav;
        long sound = file == null ? codedEndTicks : file.endTicks();
        long picture = pictures.isEmpty() && !headerMade ? startTicks : lastPictureTicks + lastPictureStayTicks;
        return Math.max(sound, picture);
    }

    /** The larger of its files. */
    long largestBytes() {
        long samples = wav == null ? 0 : wav.bytes();
        return mp4 == null ? samples : Math.max(samples, mp4.size());
    }

    void picture(CodedPicture picture) {
        if (mp4 == null) {
            mp4 = new DiskFile(folder.resolve(PartFiles.pictures(number)));
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
        codedFormat.filter(format -> sound.index() >= firstCodedIndex()).ifPresent(format -> {
            coded.add(sound);
            codedEndTicks = format.ticksAt(sound.index() + AacConfiguration.FRAME_SAMPLES);
        });
    }

    /** Interleaved samples whose first has this index. */
    void samples(long index, short[] interleaved, int from, int frames) {
        WavWriter file = wav;
        if (file != null) {
            file.samples(index, interleaved, from, frames);
        }
    }

    /**
     * Hands what is complete to the disk where it has become enough; returns whether it has. Less is enough where the
     * next fragment then begins with a keyframe, which can be looked up.
     */
    boolean flushIfLongerThan(long ticks) {
        boolean keyframeIsNext = pictures.size() > 1
                && pictures.getLast().keyframe()
                && index.ticksSinceLast(pictures.getLast().ticks() - startTicks) >= ticks;
        boolean due = keyframeIsNext || endTicks() - fragmentStartTicks >= ticks;
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
        completeIndex(lastPictureTicks + lastPictureStayTicks);
    }

    /** Whatever happens meanwhile, the file is one that can be played: the last eight bytes make the change. */
    private void completeIndex(long endTicks) {
        DiskFile file = mp4;
        if (file == null || index.isEmpty()) {
            return;
        }
        OptionalInt sampleRateHz =
                codedFormat.map(format -> OptionalInt.of(format.sampleRateHz())).orElseGet(OptionalInt::empty);
        byte[] whole = index.complete(new Mp4Index.Moment(endTicks - startTicks, codedSamples()), sampleRateHz);
        long position = indexAtBytes;
        disk.write(List.of(file), whole.length, () -> {
            int head = Mp4Index.BOX_BYTES;
            file.put(ByteBuffer.wrap(whole, head, whole.length - head), position + head);
            file.force();
            file.put(ByteBuffer.wrap(whole, 0, head), position);
        });
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
        byte[] room = new byte[0];
        if (!headerMade) {
            header = Mp4Header.of(pictureFormat, codedFormat);
            room = Mp4Index.room();
            indexAtBytes = header.length;
            headerMade = true;
        }
        List<Mp4Fragment.Run> runs = new ArrayList<>();
        runs.add(pictureRun(pictureCount, endTicks));
        runs.add(soundRun());
        byte[] fragment = Mp4Fragment.of(++sequence, runs);
        byte[] front = header;
        byte[] then = room;
        boolean taken = disk.write(List.of(file), (long) front.length + then.length + fragment.length, () -> {
            if (front.length > 0) {
                file.append(front);
                file.append(then);
            }
            file.append(fragment);
        });
        if (!taken) {
            headerMade &= front.length == 0;
            loss.lost(fromTicks, fragmentStartTicks, pictureCount);
        } else if (pictureCount > 0 && pictures.getFirst().keyframe()) {
            long sample = coded.isEmpty() ? codedSamples() : coded.getFirst().index() - firstCodedIndex();
            Mp4Index.Moment begin = new Mp4Index.Moment(pictures.getFirst().ticks() - startTicks, sample);
            index.keyframe(begin, fragment.length);
        } else {
            index.more(fragment.length);
        }
        pictures.subList(0, pictureCount).clear();
        coded.clear();
    }

    /** How many samples of coded sound there are by now. */
    private long codedSamples() {
        return codedFormat
                .map(format -> Math.max(0, format.indexAt(codedEndTicks) - firstCodedIndex()))
                .orElse(0L);
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
        if (coded.isEmpty()) {
            return new Mp4Fragment.Run(Mp4Header.FIRST_TRACK + 1, 0, List.of());
        }
        List<Mp4Fragment.Sample> run = new ArrayList<>(coded.size());
        for (int index = 0; index < coded.size(); index++) {
            CodedSound sound = coded.get(index);
            long next = index + 1 < coded.size()
                    ? coded.get(index + 1).index()
                    : sound.index() + AacConfiguration.FRAME_SAMPLES;
            run.add(new Mp4Fragment.Sample(next - sound.index(), 0, true, sound.data()));
        }
        long begin = coded.getFirst().index() - firstCodedIndex();
        return new Mp4Fragment.Run(Mp4Header.FIRST_TRACK + 1, begin, run);
    }

    private void writeWav(long fromTicks) {
        WavWriter file = wav;
        int refused = file == null ? 0 : file.flush();
        if (refused > 0) {
            loss.lost(fromTicks, fragmentStartTicks, refused);
        }
    }
}
