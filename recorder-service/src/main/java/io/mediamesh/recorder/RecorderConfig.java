package io.mediamesh.recorder;

import io.mediamesh.mesh.RecordingsFolder;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The settings of the recorder service.
 *
 * @param root below which everything is written
 * @param partLength a part that lasts longer ends at the next keyframe
 * @param partBytes likewise for its largest file
 * @param keyframeInterval how often pictures that are encoded here begin anew
 * @param fragmentInterval how much is written at once, and can be lost at once
 * @param encoder name of an encoder of FFmpeg, or {@code auto}
 * @param bitRate of pictures in bits a second; 0 by their size
 * @param sync when written data is forced to the disk
 * @param remux whether coded pictures and sound of the source are kept as they are
 * @param mostRecordings at once
 * @param resumeWait how long an interrupted recording waits for its stream after a start
 * @param retention what is deleted when
 */
record RecorderConfig(
        Path root,
        Duration partLength,
        long partBytes,
        Duration keyframeInterval,
        Duration fragmentInterval,
        String encoder,
        long bitRate,
        Sync sync,
        boolean remux,
        int mostRecordings,
        Duration resumeWait,
        Retention retention) {
    private static final long MIB = 1 << 20;

    /** When written data is forced to the disk. */
    enum Sync {
        /** With every fragment. */
        FRAGMENT,
        /** When a part is closed. */
        PART,
        /** When the operating system likes. */
        NEVER
    }

    /** What may stay; zero stands for no limit. */
    record Retention(Duration age, long totalBytes, long freeBytes) {}

    static final Setting<Duration> PART_LENGTH = Setting.duration(
            "recorder.part_length", "1h", "A recording goes on in new files when these have become so long.");
    static final Setting<Integer> PART_SIZE = Setting.integer(
            "recorder.part_size_mib",
            2048,
            1,
            3072,
            "A recording goes on in new files when one of these has become so large, in MiB.");
    static final Setting<Duration> KEYFRAME_INTERVAL = Setting.duration(
            "recorder.keyframe_interval", "1s", "How far apart the pictures are from which playing can begin.");
    static final Setting<Duration> FRAGMENT_INTERVAL = Setting.duration(
            "recorder.fragment_interval", "500ms", "How much is written at once; a crash loses no more than that.");
    static final Setting<String> ENCODER = Setting.text(
            "recorder.encoder",
            "libopenh264",
            "Encoder of pictures by its FFmpeg name: libopenh264, libx264 (needs the GPL build), h264_nvenc,"
                    + " h264_videotoolbox, h264_v4l2m2m, libsvtav1, …; auto takes the first that works, hardware first.");
    static final Setting<Integer> BIT_RATE = Setting.integer(
            "recorder.bit_rate_kbps", 0, 0, 200_000, "Bit rate of encoded pictures in kbit/s; 0: by their size.");
    static final Setting<String> SYNC = Setting.choice(
            "recorder.fsync",
            "fragment",
            List.of("fragment", "part", "never"),
            "When data is forced to the disk: what was, survives a power cut.");
    static final Setting<String> REMUX = Setting.choice(
            "recorder.remux",
            "auto",
            List.of("auto", "never"),
            "auto keeps the H.264 and AAC of a source as they came, without encoding; never encodes always.");
    static final Setting<Integer> MOST_RECORDINGS =
            Setting.integer("recorder.max_recordings", 16, 1, 1_000, "Recordings that are written at once at most.");
    static final Setting<Duration> RESUME_WAIT = Setting.duration(
            "recorder.resume_wait",
            "30s",
            "How long after a start a recording that was cut off waits for its stream to go on.");
    static final Setting<Duration> RETENTION_AGE = Setting.duration(
            "recorder.retention.age", "0s", "Recordings that ended so long ago are deleted; 0: never.");
    static final Setting<Integer> RETENTION_TOTAL = Setting.integer(
            "recorder.retention.total_mib",
            0,
            0,
            Integer.MAX_VALUE,
            "The oldest recordings are deleted while all together are larger, in MiB; 0: never.");
    static final Setting<Integer> RETENTION_FREE = Setting.integer(
            "recorder.retention.free_mib",
            1024,
            0,
            Integer.MAX_VALUE,
            "The oldest recordings are deleted, and no new ones begun, while the disk has less room, in MiB; 0: never.");

    static List<Setting<?>> all() {
        return Stream.concat(RecordingsFolder.all().stream(), own().stream()).toList();
    }

    private static List<Setting<?>> own() {
        return List.of(
                PART_LENGTH,
                PART_SIZE,
                KEYFRAME_INTERVAL,
                FRAGMENT_INTERVAL,
                ENCODER,
                BIT_RATE,
                SYNC,
                REMUX,
                MOST_RECORDINGS,
                RESUME_WAIT,
                RETENTION_AGE,
                RETENTION_TOTAL,
                RETENTION_FREE);
    }

    static RecorderConfig of(Settings settings) {
        return new RecorderConfig(
                RecordingsFolder.of(settings),
                settings.get(PART_LENGTH),
                settings.get(PART_SIZE) * MIB,
                settings.get(KEYFRAME_INTERVAL),
                settings.get(FRAGMENT_INTERVAL),
                settings.get(ENCODER).strip(),
                settings.get(BIT_RATE) * 1000L,
                Sync.valueOf(settings.get(SYNC).toUpperCase(Locale.ROOT)),
                settings.get(REMUX).equals("auto"),
                settings.get(MOST_RECORDINGS),
                settings.get(RESUME_WAIT),
                new Retention(
                        settings.get(RETENTION_AGE),
                        settings.get(RETENTION_TOTAL) * MIB,
                        settings.get(RETENTION_FREE) * MIB));
    }
}
