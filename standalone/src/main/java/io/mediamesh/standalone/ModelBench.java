package io.mediamesh.standalone;

import io.mediamesh.contracts.I420;
import io.mediamesh.mesh.ExitCode;
import io.mediamesh.vision.onnx.DetectorModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures how long a model takes for a picture, and how much of that is ONNX Runtime's. */
@Command(
        name = "bench",
        description = "Measure how long a model takes for a picture, and how much of it is ONNX Runtime's.",
        mixinStandardHelpOptions = true)
final class ModelBench implements Callable<Integer> {
    private static final int WARM_UPS = 5;
    private static final int LEAST_PICTURES = 10;
    private static final double NANOS_PER_MILLI = 1e6;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The model, an ONNX file; a manifest beside it is read.")
    private @Nullable Path file;

    @Option(
            names = "--picture",
            paramLabel = "PICTURE",
            description = "A JPEG or PNG; else an even picture of 1280×720.")
    private @Nullable Path picture;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Threads for one picture (1).")
    private int threads = 1;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "5", description = "How long to measure (5).")
    private int seconds = 5;

    @Override
    public Integer call() {
        if (spec == null) {
            return ExitCode.FAILED;
        }
        PrintWriter terminal = spec.commandLine().getOut();
        I420 seen = ModelFile.picture(Optional.ofNullable(picture));
        try (DetectorModel model = ModelFile.load(file, Math.max(1, threads))) {
            model.description().forEach(terminal::println);
            for (int index = 0; index < WARM_UPS; index++) {
                model.detect(seen, 0);
            }
            List<Long> whole = new ArrayList<>();
            List<Long> alone = new ArrayList<>();
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            // By turns, so that both see the same machine.
            while (whole.size() < LEAST_PICTURES || System.nanoTime() < end) {
                long start = System.nanoTime();
                model.detect(seen, 0);
                whole.add(System.nanoTime() - start);
                alone.add(model.runtimeNanos(seen));
            }
            terminal.println();
            terminal.println(line("a picture of " + seen.widthPx() + "×" + seen.heightPx(), whole));
            terminal.println(line("ONNX Runtime alone", alone));
            terminal.println(String.format(
                    Locale.ROOT, "%-28s %.3f", "share of ONNX Runtime", (double) sum(alone) / sum(whole)));
        }
        return 0;
    }

    private static long sum(List<Long> nanos) {
        return nanos.stream().mapToLong(Long::longValue).sum();
    }

    private static String line(String what, List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%-28s median %.2f ms, p95 %.2f ms, %.1f a second (%d times)",
                what,
                sorted.get(sorted.size() / 2) / NANOS_PER_MILLI,
                sorted.get(sorted.size() * 95 / 100) / NANOS_PER_MILLI,
                nanos.size() / (sum(nanos) / 1e9),
                nanos.size());
    }
}
