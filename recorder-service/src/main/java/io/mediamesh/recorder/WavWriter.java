package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The WAV file of a part; where it got no samples it is silent. Belongs to one thread. */
final class WavWriter {
    private final TrackFormats.Pcm format;
    private final long firstIndex;
    private final DiskFile file;
    private final DiskWriter disk;
    private final List<Samples> waiting = new ArrayList<>();
    private long endIndex;
    private long bytes;

    /** Samples as the file has them, from an index on. */
    private record Samples(long index, Bytes data) {}

    WavWriter(Path path, TrackFormats.Pcm format, long startTicks, DiskWriter disk) {
        this.format = format;
        this.firstIndex = format.indexAt(startTicks);
        this.endIndex = firstIndex;
        this.file = new DiskFile(path);
        this.disk = disk;
    }

    DiskFile file() {
        return file;
    }

    /** Index of the first sample in it. */
    long firstIndex() {
        return firstIndex;
    }

    /** Its end, in media time. */
    long endTicks() {
        return format.ticksAt(endIndex);
    }

    /** Its size as soon as all that the disk took is written. */
    long bytes() {
        return bytes;
    }

    /** Interleaved samples whose first has this index; what lies between them and those before stays silent. */
    void samples(long index, short[] interleaved, int from, int frames) {
        int early = Math.clamp(firstIndex - index, 0, frames);
        int kept = frames - early;
        if (kept == 0) {
            return;
        }
        int channels = format.channels();
        ByteBuffer data = ByteBuffer.allocate(kept * format.bytesPerFrame()).order(ByteOrder.LITTLE_ENDIAN);
        data.asShortBuffer().put(interleaved, (from + early) * channels, kept * channels);
        waiting.add(new Samples(index + early, Bytes.takeOver(data.array())));
        endIndex = index + frames;
    }

    /** Hands what there is to the disk; returns how many pieces it did not take. */
    int flush() {
        if (waiting.isEmpty()) {
            return 0;
        }
        long end = (endIndex - firstIndex) * format.bytesPerFrame();
        List<Samples> all = List.copyOf(waiting);
        waiting.clear();
        long size = all.stream().mapToLong(piece -> piece.data.length()).sum();
        boolean taken = disk.write(List.of(file), size, () -> {
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
            bytes = WavHeader.BYTES + end;
        }
        return taken ? 0 : all.size();
    }
}
