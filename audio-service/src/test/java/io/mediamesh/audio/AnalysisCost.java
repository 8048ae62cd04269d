package io.mediamesh.audio;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

/**
 * Prints what the analyses cost in CPU time for a second of sound of 48 kHz, mono, at their default rates, without and
 * with their JSON; the best of several rounds. To be run by hand on a machine that does nothing else.
 */
final class AnalysisCost {
    private static final int RATE_HZ = 48_000;
    private static final int SECONDS = 20;
    private static final int ROUNDS = 8;

    private AnalysisCost() {}

    public static void main(String[] arguments) {
        Tape tape = Tape.mono(RATE_HZ, RATE_HZ, Tape.noise(1, 0.5));
        List<AnalyserKind> kinds =
                List.of(new Levels(), new FftSpectrum(), new OctaveSpectrum(), new Spectrogram(), new Scope());
        for (AnalyserKind kind : kinds) {
            print(kind.type(), tape, List.of(kind));
        }
        print("all of these", tape, kinds);
    }

    private static void print(String name, Tape tape, List<AnalyserKind> kinds) {
        double bare = Double.MAX_VALUE;
        double written = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            bare = Math.min(bare, millisASecond(tape, kinds, false));
            written = Math.min(written, millisASecond(tape, kinds, true));
        }
        System.out.printf("%-16s %.3f ms, with JSON %.3f ms a second of sound%n", name, bare, written);
    }

    private static double millisASecond(Tape tape, List<AnalyserKind> kinds, boolean json) {
        List<Analyser> analysers = kinds.stream()
                .map(kind -> kind.open(Tape.settings(kind.defaultRateHz(), Map.of())))
                .toList();
        var blocks = java.util.stream.IntStream.range(0, 100)
                .mapToObj(index -> tape.block(480 * index, 480))
                .toList();
        SoundHistory sound = tape.history();
        long[] bytes = {0};
        var threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        for (int block = 0; block < 100 * SECONDS; block++) {
            sound.append(blocks.get(block % 100), 0, 480);
            for (Analyser analyser : analysers) {
                analyser.listen(
                        sound,
                        (frame, fields) -> bytes[0] += json ? fields.toJson().length() : 1);
            }
        }
        if (bytes[0] == 0) {
            throw new IllegalStateException("nothing was found");
        }
        return (threads.getCurrentThreadCpuTime() - begin) / 1e6 / SECONDS;
    }
}
