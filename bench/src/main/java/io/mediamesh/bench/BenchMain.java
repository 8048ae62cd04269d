package io.mediamesh.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code ./mediamesh bench}. */
@Command(
        name = "mediamesh bench",
        description = "Measures the product beside its peers, in repeated rounds, and compares with the goals.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every goal is reached",
            "1:a goal is missed, or a benchmark could not measure",
            "2:wrong usage"
        })
public final class BenchMain implements Callable<Integer> {
    private static final List<Benchmark> ALL = List.of(
            new FanoutBenchmark(),
            new IdleBenchmark(),
            new BusBenchmark(),
            new StalledBenchmark(),
            new LatencyBenchmark(),
            new StartupBenchmark(),
            new WebRtcBenchmark(),
            new PeersBenchmark(),
            new WhepBenchmark(),
            new RecordBenchmark(),
            new RecordedLatencyBenchmark(),
            new RoomBenchmark(),
            new SyncBenchmark(),
            new AudioBenchmark(),
            new HubBenchmark(),
            new DetectBenchmark(),
            new ScaleBenchmark(),
            new ClusteredBenchmark(),
            new FailoverBenchmark(),
            new RollingBenchmark(),
            new ContainersBenchmark());

    private final PrintStream out;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "What to measure; all when none is named.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "Only list the benchmarks.")
    private boolean list;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds of each measurement; the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    private BenchMain(PrintStream out) {
        this.out = out;
    }

    /** Ends the process with the exit code. */
    public static void main(String[] arguments) {
        System.exit(run(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** Measures what the arguments say, and returns the exit code. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        return new CommandLine(new BenchMain(out))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((wrong, unused) -> {
                    err.println(wrong.getMessage());
                    err.println("Try ./mediamesh bench --list.");
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            ALL.forEach(benchmark -> out.printf("%-10s %s%n", benchmark.name(), benchmark.summary()));
            return CommandLine.ExitCode.OK;
        }
        List<Benchmark> chosen = choose();
        boolean allMet = true;
        try (Lab lab = Lab.open(out, rounds)) {
            for (Benchmark benchmark : chosen) {
                allMet &= measure(lab, benchmark);
            }
        }
        return allMet ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private List<Benchmark> choose() {
        List<Benchmark> chosen = new ArrayList<>();
        for (Benchmark benchmark : ALL) {
            if (names.isEmpty() || names.contains(benchmark.name())) {
                chosen.add(benchmark);
            }
        }
        if (rounds < 1) {
            throw new CommandLine.ParameterException(new CommandLine(this), "--rounds must be at least 1.");
        }
        List<String> known = ALL.stream().map(Benchmark::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new CommandLine.ParameterException(
                        new CommandLine(this),
                        "There is no benchmark '" + name + "'; there are " + String.join(", ", known) + ".");
            }
        }
        return chosen;
    }

    private boolean measure(Lab lab, Benchmark benchmark) {
        out.println(benchmark.name() + ": " + benchmark.summary());
        try {
            Outcome outcome = benchmark.run(lab);
            out.println();
            out.println(Table.of(outcome.figures()).indent(2).stripTrailing());
            outcome.notes().forEach(note -> out.println("  (" + note + ")"));
            out.println();
            return outcome.isMet();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception failure) {
            out.println("  FAILED: " + failure.getMessage());
            out.println();
            return false;
        }
    }
}
