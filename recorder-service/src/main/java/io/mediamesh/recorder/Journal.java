package io.mediamesh.recorder;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.RecorderProtocol.Entry;
import io.mediamesh.contracts.RecorderProtocol.Part;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.contracts.StreamId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/** What is known of a recording that is being written. Thread-safe. */
final class Journal {
    private static final String VIDEO_TYPE = "video/mp4";
    private static final String SOUND_TYPE = "audio/wav";
    private static final String EVENTS_TYPE = "application/x-ndjson";

    private final Path folder;
    private final String member;
    private final String id;
    private final StreamId stream;
    private final SortedSet<String> topics;
    private final boolean events;
    private final long begunUnixNanos;

    // Guarded by this.
    private final TreeMap<Integer, Part> parts = new TreeMap<>();
    private final Map<String, Entry> closed = new LinkedHashMap<>();
    private final Map<String, Opened> open = new LinkedHashMap<>();
    private State state = State.RECORDING;
    private String reason = "";
    private Optional<CaptureTime> origin = Optional.empty();
    private double startedUnixSeconds;
    private Optional<Double> endedUnixSeconds = Optional.empty();
    private boolean remuxed;
    private Manifest.Gaps gaps = new Manifest.Gaps(0, 0, 0);
    private Findings findings = new Findings();

    private record Opened(DiskFile file, String mediaType, int part, String codecs) {}

    /** Of a recording that begins now. */
    Journal(
            Path folder,
            String member,
            String id,
            StreamId stream,
            SortedSet<String> topics,
            boolean events,
            CaptureTime now) {
        this.folder = folder;
        this.member = member;
        this.id = id;
        this.stream = stream;
        this.topics = topics;
        this.events = events;
        this.begunUnixNanos = now.unixNanos();
        this.startedUnixSeconds = now.unixSeconds();
    }

    /** Of one that goes on. */
    Journal(Path folder, String member, Manifest before) {
        this(
                folder,
                member,
                before.recording().id(),
                before.recording().stream(),
                before.recording().topics(),
                before.recording().events(),
                new CaptureTime(0, Math.round(before.recording().startedUnixSeconds() * 1e9)));
        this.remuxed = before.recording().remuxed();
        this.gaps = before.gaps();
        this.findings = Findings.ofJson(before.findings());
        before.recording().parts().forEach(part -> parts.put(part.number(), part));
        before.recording().files().stream()
                .filter(entry -> entry.part() > 0)
                .forEach(entry -> closed.put(entry.name(), entry));
    }

    Path folder() {
        return folder;
    }

    String id() {
        return id;
    }

    StreamId stream() {
        return stream;
    }

    SortedSet<String> topics() {
        return topics;
    }

    boolean events() {
        return events;
    }

    /** The wall clock's time of its beginning where it goes on; empty where it is new. */
    synchronized Optional<Double> continuedFromUnixSeconds() {
        return parts.isEmpty() || origin.isPresent() ? Optional.empty() : Optional.of(startedUnixSeconds);
    }

    synchronized int lastPart() {
        return parts.isEmpty() ? 0 : parts.lastKey();
    }

    /** Its beginning is known. */
    synchronized void begins(CaptureTime moment) {
        origin = Optional.of(moment);
        if (parts.isEmpty()) {
            startedUnixSeconds = moment.unixSeconds();
        }
    }

    synchronized void remuxes(boolean kept) {
        remuxed = kept;
    }

    synchronized void partBegins(PartWriter part, CaptureTime moment, String why) {
        parts.put(
                part.number(),
                new Part(
                        part.number(),
                        Ticks.toSeconds(part.startTicks()),
                        0,
                        moment.unixSeconds(),
                        moment.monotonicNanos(),
                        part.pictureFormat().map(TrackFormats.Pictures::widthPx).orElse(0),
                        part.pictureFormat()
                                .map(TrackFormats.Pictures::heightPx)
                                .orElse(0),
                        why));
    }

    /** The part has become so long; its files are those that it has now. */
    synchronized void grew(PartWriter writer) {
        parts.computeIfPresent(
                writer.number(),
                (number, part) -> new Part(
                        number,
                        part.startSeconds(),
                        Ticks.toSeconds(writer.endTicks() - writer.startTicks()),
                        part.startedUnixSeconds(),
                        part.startedMonotonicNanos(),
                        part.widthPx(),
                        part.heightPx(),
                        part.reason()));
        for (DiskFile file : writer.files()) {
            boolean video = file.name().endsWith(".mp4");
            opened(file, video ? VIDEO_TYPE : SOUND_TYPE, writer.number(), video ? writer.codecs() : "pcm_s16le");
        }
    }

    synchronized void eventsOpened(DiskFile file) {
        opened(file, EVENTS_TYPE, 0, "");
    }

    private void opened(DiskFile file, String mediaType, int part, String codecs) {
        if (!closed.containsKey(file.name())) {
            open.put(file.name(), new Opened(file, mediaType, part, codecs));
        }
    }

    synchronized void closed(DiskFile file, String sha256) {
        Opened was = open.remove(file.name());
        if (was != null) {
            closed.put(file.name(), new Entry(file.name(), was.mediaType, was.part, was.codecs, file.size(), sha256));
        }
    }

    synchronized void gap(long items, double seconds) {
        gaps = new Manifest.Gaps(gaps.count() + 1, gaps.items() + items, gaps.seconds() + seconds);
    }

    synchronized void found(String topic, Event event) {
        findings.add(topic, event);
    }

    synchronized void ends(State last, String why) {
        state = last;
        reason = why;
        endedUnixSeconds = Optional.of(CaptureTime.now().unixSeconds());
    }

    /** Why it is not as one may expect although it is being written; empty when all is well. */
    synchronized void note(String why) {
        reason = why;
    }

    /** All that is known. */
    synchronized Manifest manifest() {
        return new Manifest(recording(), gaps, findings.toJson(), begunUnixNanos);
    }

    /** As clients see it. */
    synchronized Recording recording() {
        List<Entry> files = new ArrayList<>(closed.values());
        for (Opened file : open.values()) {
            files.add(new Entry(file.file.name(), file.mediaType, file.part, file.codecs, file.file.size(), ""));
        }
        return new Recording(
                id,
                stream,
                topics,
                events,
                state,
                reason,
                member,
                startedUnixSeconds,
                endedUnixSeconds,
                parts.values().stream().mapToDouble(Part::durationSeconds).sum(),
                files.stream().mapToLong(Entry::sizeBytes).sum(),
                PartFiles.first(folder, files, topics).toString(),
                remuxed,
                List.copyOf(parts.values()),
                files);
    }
}
