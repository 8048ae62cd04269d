package io.mediamesh.bench;

import io.mediamesh.audio.Analyser;
import io.mediamesh.audio.AnalyserKind;
import io.mediamesh.audio.AnalyserSettings;
import io.mediamesh.audio.SoundHistory;
import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.mesh.Setting;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Runs in a process of its own, on one thread: the analyses that the audio service offers, over the same sound as the
 * peer in Python. Says what they are and how far they look back, and then measures whenever it reads a line. What it says
 * are lines of JSON.
 */
final class AudioChild {
    private static final int RATE_HZ = 48_000;
    /** 20 ms, as sources give them. */
    private static final int BLOCK_FRAMES = 960;

    private static final int MILLISECOND_FRAMES = 48;
    private static final String ALL = "all";
    private static final int WARM_UP_ROUNDS = 12;
    private static final double NANOS_PER_SECOND = 1e9;

    private final short[] mono;
    private final short[] stereo;
    private long jsonBytes;

    private AudioChild(short[] mono, short[] stereo) {
        this.mono = mono;
        this.stereo = stereo;
    }

    /**
     * Runs until its input ends.
     *
     * @param arguments a file of raw mono samples and one of raw stereo samples
     */
    public static void main(String[] arguments) throws IOException {
        AudioChild child = new AudioChild(samples(arguments[0]), samples(arguments[1]));
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            child.cpuPerSecond(true, false);
        }
        say(child.offer());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (lines.readLine() != null) {
            JsonObject plain = child.cpuPerSecond(false, false);
            JsonObject json = child.cpuPerSecond(true, false);
            say(new JsonObject()
                    .put("cpu_per_second", plain.getDouble(ALL))
                    .put("cpu_per_second_json", json.getDouble(ALL))
                    .put("by_type", child.cpuPerSecond(false, true))
                    .put("json_bytes", child.jsonBytes));
        }
    }

    private static short[] samples(String path) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(path))).order(ByteOrder.LITTLE_ENDIAN);
        short[] samples = new short[bytes.remaining() / Short.BYTES];
        bytes.asShortBuffer().get(samples);
        return samples;
    }

    private static void say(JsonObject line) {
        System.out.println(line.encode());
    }

    /** The analyses of the contract; others that are installed are not what the peer does. */
    private static List<AnalyserKind> kinds() {
        List<AnalyserKind> kinds = new ArrayList<>();
        for (AnalyserKind kind : ServiceLoader.load(AnalyserKind.class)) {
            if (AudioBenchmark.TYPES.contains(kind.type())) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    private static boolean needsStereo(AnalyserKind kind) {
        return kind.type().equals("delay_estimator");
    }

    /** How often results come, and how long after its time each is complete: half the length of what it is about. */
    private JsonObject offer() {
        JsonObject rates = new JsonObject();
        JsonObject halves = new JsonObject();
        for (AnalyserKind kind : kinds()) {
            rates.put(kind.type(), kind.defaultRateHz());
            Analyser analyser = kind.open(new Defaults(kind));
            int channels = needsStereo(kind) ? 2 : 1;
            SoundHistory sound = new SoundHistory(RATE_HZ, channels);
            List<Double> laterMillis = new ArrayList<>();
            for (int frame = 0; frame < 4 * RATE_HZ; frame += MILLISECOND_FRAMES) {
                append(sound, channels == 2 ? stereo : mono, frame, MILLISECOND_FRAMES, channels);
                analyser.listen(sound, (middle, fields) -> laterMillis.add(1000.0 * (sound.end() - middle) / RATE_HZ));
            }
            // The first ones are about less sound than those that follow.
            halves.put(kind.type(), Medians.of(laterMillis));
        }
        return new JsonObject().put("rates", rates).put("half_millis", halves);
    }

    private static void append(SoundHistory sound, short[] samples, int frame, int frames, int channels) {
        short[] block = new short[frames * channels];
        System.arraycopy(samples, frame * channels, block, 0, block.length);
        sound.append(AudioBlock.takeOver(RATE_HZ, channels, block), 0, frames);
    }

    /**
     * CPU seconds of this thread for each second of sound, without what keeps the sound: of all types together, or of each.
     * Reading the clock between the types takes time that is none of theirs.
     */
    private JsonObject cpuPerSecond(boolean withJson, boolean ofEach) {
        var threads = ManagementFactory.getThreadMXBean();
        SoundHistory one = new SoundHistory(RATE_HZ, 1);
        SoundHistory two = new SoundHistory(RATE_HZ, 2);
        TreeMap<String, Long> nanos = new TreeMap<>();
        List<AnalyserKind> kinds = kinds();
        List<Analyser> analysers =
                kinds.stream().map(kind -> kind.open(new Defaults(kind))).toList();
        int frames = Math.min(mono.length, stereo.length / 2) / BLOCK_FRAMES * BLOCK_FRAMES;
        jsonBytes = 0;
        for (int frame = 0; frame < frames; frame += BLOCK_FRAMES) {
            append(one, mono, frame, BLOCK_FRAMES, 1);
            append(two, stereo, frame, BLOCK_FRAMES, 2);
            long before = threads.getCurrentThreadCpuTime();
            for (int index = 0; index < analysers.size(); index++) {
                AnalyserKind kind = kinds.get(index);
                analysers.get(index).listen(needsStereo(kind) ? two : one, (middle, fields) -> {
                    Analysis analysis = new Analysis(RATE_HZ, fields);
                    if (withJson) {
                        jsonBytes += analysis.json().length();
                    }
                });
                if (ofEach) {
                    long after = threads.getCurrentThreadCpuTime();
                    nanos.merge(kind.type(), after - before, Long::sum);
                    before = after;
                }
            }
            if (!ofEach) {
                nanos.merge(ALL, threads.getCurrentThreadCpuTime() - before, Long::sum);
            }
        }
        JsonObject perSecond = new JsonObject();
        nanos.forEach((type, spent) -> perSecond.put(type, spent / NANOS_PER_SECOND * RATE_HZ / frames));
        return perSecond;
    }

    /** The settings that hold where nobody has set any. */
    private record Defaults(AnalyserKind kind) implements AnalyserSettings {
        @Override
        public <T> T get(Setting<T> setting) {
            return setting.parser().apply(setting.defaultText());
        }

        @Override
        public double maxRateHz() {
            return kind.defaultRateHz() == 0 ? Double.POSITIVE_INFINITY : kind.defaultRateHz();
        }
    }
}
