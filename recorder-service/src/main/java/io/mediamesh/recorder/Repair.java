package io.mediamesh.recorder;

import io.mediamesh.contracts.RecorderProtocol.Entry;
import io.mediamesh.contracts.RecorderProtocol.Part;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts right the files of a recording whose recorder died: what was written half is cut off, headers are made to say
 * how much there is, and what the manifest could not say any more is read from the files. Blocks.
 */
final class Repair {
    private static final Logger LOG = LoggerFactory.getLogger(Repair.class);
    private static final int TAIL_BYTES = 64 * 1024;

    private Repair() {}

    /** The recording as it is after the repair; its manifest is not written. */
    static Manifest of(Path folder, Manifest before, String member) throws IOException {
        Recording was = before.recording();
        Map<String, Entry> known = new HashMap<>();
        was.files().forEach(entry -> known.put(entry.name(), entry));
        Map<Integer, Double> durations = new HashMap<>();
        List<Entry> files = new ArrayList<>();
        JsonObject findings = before.findings();
        for (Path file : files(folder)) {
            String name = String.valueOf(file.getFileName());
            Entry entry = known.get(name);
            if (entry != null && !entry.sha256().isEmpty()) {
                files.add(entry);
                continue;
            }
            if (name.endsWith(".mp4")) {
                keepLonger(durations, partOf(name), mp4(file));
                files.add(new Entry(name, "video/mp4", partOf(name), codecs(entry), Files.size(file), Sha256.of(file)));
            } else if (name.endsWith(".wav")) {
                keepLonger(durations, partOf(name), wav(file));
                files.add(new Entry(name, "audio/wav", partOf(name), "pcm_s16le", Files.size(file), Sha256.of(file)));
            } else if (name.equals(EventLog.NAME)) {
                lines(file);
                findings = Findings.ofLog(file).toJson();
                files.add(new Entry(name, "application/x-ndjson", 0, "", Files.size(file), ""));
            }
        }
        List<Part> parts = was.parts().stream()
                .map(part -> lasting(part, durations.getOrDefault(part.number(), part.durationSeconds())))
                .toList();
        return new Manifest(
                new Recording(
                        was.id(),
                        was.stream(),
                        was.topics(),
                        was.events(),
                        State.RECORDING,
                        "its recorder was cut off; it goes on when its stream is there",
                        member,
                        was.startedUnixSeconds(),
                        was.endedUnixSeconds(),
                        parts.stream().mapToDouble(Part::durationSeconds).sum(),
                        files.stream().mapToLong(Entry::sizeBytes).sum(),
                        was.path(),
                        was.remuxed(),
                        parts,
                        files),
                before.gaps(),
                findings,
                before.begunUnixNanos());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String codecs(@org.jspecify.annotations.Nullable Entry entry) {
        return entry == null || entry.codecs().isEmpty() ? "h264" : entry.codecs();
    }

    private static int partOf(String name) {
        int dash = name.lastIndexOf('-');
        int dot = name.lastIndexOf('.');
        try {
            return Integer.parseInt(name.substring(dash + 1, dot));
        } catch (NumberFormatException | IndexOutOfBoundsException notOurs) {
            return 0;
        }
    }

    private static void keepLonger(Map<Integer, Double> durations, int part, OptionalDouble seconds) {
        if (seconds.isPresent()) {
            durations.merge(part, seconds.getAsDouble(), Math::max);
        }
    }

    private static Part lasting(Part part, double seconds) {
        return new Part(
                part.number(),
                part.startSeconds(),
                seconds,
                part.startedUnixSeconds(),
                part.startedMonotonicNanos(),
                part.widthPx(),
                part.heightPx(),
                part.reason());
    }

    /** Cuts off what is not a whole fragment; returns how long the rest is. */
    static OptionalDouble mp4(Path file) throws IOException {
        Mp4Scan scan = Mp4Scan.of(file);
        cut(file, scan.wholeBytes());
        return OptionalDouble.of(scan.seconds());
    }

    /** Cuts off what is not a whole sample, and makes the header say how much there is. */
    static OptionalDouble wav(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer header = ByteBuffer.allocate(WavHeader.BYTES);
            int count = channel.read(header, 0);
            if (count < WavHeader.BYTES) {
                channel.truncate(0);
                return OptionalDouble.empty();
            }
            TrackFormats.Pcm format = WavHeader.read(header.flip());
            if (format.sampleRateHz() <= 0 || format.channels() <= 0) {
                return OptionalDouble.empty();
            }
            long frames = (channel.size() - WavHeader.BYTES) / format.bytesPerFrame();
            channel.truncate(WavHeader.BYTES + frames * format.bytesPerFrame());
            channel.write(ByteBuffer.wrap(WavHeader.of(format, frames * format.bytesPerFrame())), 0);
            channel.force(true);
            return OptionalDouble.of(frames / (double) format.sampleRateHz());
        }
    }

    /** Cuts off a line that has no end. */
    static void lines(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = channel.size();
            while (end > 0) {
                int length = (int) Math.min(TAIL_BYTES, end);
                ByteBuffer tail = ByteBuffer.allocate(length);
                channel.read(tail, end - length);
                for (int index = length - 1; index >= 0; index--) {
                    if (tail.get(index) == '\n') {
                        cut(file, end - length + index + 1);
                        return;
                    }
                }
                end -= length;
            }
        }
        cut(file, 0);
    }

    private static void cut(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long torn = channel.size() - bytes;
            if (torn > 0) {
                LOG.warn("{}: the last {} bytes were written half and are cut off", file, torn);
                channel.truncate(bytes);
                channel.force(true);
            }
        }
    }
}
