package io.mediamesh.standalone;

import io.mediamesh.mesh.ExitCode;
import io.mediamesh.mesh.NodeConfig;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The Java side of the {@code mediamesh} command. */
@Command(
        name = "mediamesh",
        description = "Live video and audio from any source, seen, heard and served.",
        mixinStandardHelpOptions = true,
        versionProvider = StandaloneMain.Version.class,
        subcommands = {
            Up.class,
            ServiceCommand.class,
            Doctor.class,
            ModelCommand.class,
            SettingsReference.class,
            Rehearsal.class
        })
public final class StandaloneMain {
    private StandaloneMain() {}

    /** Ends the process with the exit code of the command. */
    public static void main(String[] arguments) {
        System.exit(run(
                arguments,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
    }

    /** Runs a command to its end, which for {@code up} is that of the process. */
    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        return new CommandLine(new StandaloneMain())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(StandaloneMain::tell)
                .execute(arguments);
    }

    private static int tell(Exception fault, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("mediamesh: " + fault.getMessage());
        if (fault instanceof CommandFailure failure) {
            return failure.exitCode();
        }
        fault.printStackTrace(command.getErr());
        return ExitCode.FAILED;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"mediamesh " + NodeConfig.version()};
        }
    }
}
