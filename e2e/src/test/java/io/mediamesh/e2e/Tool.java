package io.mediamesh.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of others that the tests use as clients and as judges. */
final class Tool {
    private Tool() {}

    /** The result of a program that has ended. */
    record Result(int status, String output) {}

    /** Whether a program is there; the test is skipped with the reason otherwise. */
    static void need(String program) {
        Assumptions.assumeTrue(find(program).isPresent(), program + " is not installed");
    }

    static Optional<Path> find(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a program to its end. */
    static Result run(long limitSeconds, List<String> command) {
        return runIn(Path.of(""), limitSeconds, command);
    }

    /** Runs a program, which leaves files where it is run, to its end. */
    static Result runIn(Path folder, long limitSeconds, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .start();
            CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
            if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command.getFirst() + " did not end within " + limitSeconds + " s: "
                        + new String(output.join(), StandardCharsets.UTF_8));
            }
            return new Result(process.exitValue(), new String(output.join(), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static byte[] readAll(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What ffprobe says of the first video stream, as {@code codec,width,height,pix_fmt}. */
    static String probe(Path file) {
        need("ffprobe");
        Result result = run(
                20,
                List.of(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "stream=codec_name,width,height,pix_fmt",
                        "-of",
                        "csv=p=0",
                        file.toString()));
        return result.output().strip();
    }

    /** Makes a file with FFmpeg, which gets these arguments before its name; the test is skipped where there is no FFmpeg. */
    static Path ffmpeg(Path made, String... arguments) {
        need("ffmpeg");
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y"));
        command.addAll(List.of(arguments));
        command.add(made.toString());
        Result result = run(120, command);
        if (result.status() != 0) {
            throw new AssertionError(result.output());
        }
        return made;
    }

    static void signal(String name, long pid) {
        Result result = run(5, List.of("kill", "-" + name, String.valueOf(pid)));
        if (result.status() != 0) {
            throw new AssertionError(result.output());
        }
    }
}
