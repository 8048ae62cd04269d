package io.mediamesh.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Makes media with the ffmpeg command, which is a decoder and encoder of its own beside the one under test. */
final class Clips {
    private Clips() {}

    /** Runs {@code ffmpeg}; skips the test where there is none. */
    static Path make(Path target, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-y", "-v", "error"));
        command.addAll(List.of(arguments));
        command.add(target.toString());
        run(command);
        return target;
    }

    /** Half a minute at most of moving bars with a tone of 1000 Hz. */
    static Path h264WithAac(Path target, double seconds) throws IOException, InterruptedException {
        return make(
                target,
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=320x240:rate=25:duration=" + seconds,
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=1000:sample_rate=44100:duration=" + seconds,
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-g",
                "25",
                "-pix_fmt",
                "yuv420p",
                "-c:a",
                "aac",
                "-ac",
                "2");
    }

    /** What the command printed. */
    static byte[] run(List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException missing) {
            Assumptions.abort("the command " + command.getFirst() + " is not installed");
            throw missing;
        }
        byte[] output = process.getInputStream().readAllBytes();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(command + " failed: " + new String(output, StandardCharsets.UTF_8));
        }
        return output;
    }

    static String text(String... command) throws IOException, InterruptedException {
        return new String(run(List.of(command)), StandardCharsets.UTF_8).strip();
    }
}
