package io.mediamesh.audio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Programs that are not ours: they make the sound of the tests, or say what it is. */
final class Tool {
    private Tool() {}

    /** Runs a command that has to succeed; the test is skipped where it is not installed. */
    static String run(List<String> command) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            Assumptions.abort("the command " + command.getFirst() + " is not installed");
            throw new UncheckedIOException(missing);
        }
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Runs a script that lies beside the tests with the Python of the tests, and gives the rows of numbers it prints. */
    static List<double[]> python(String script, Object... arguments) {
        Path python = Path.of(System.getProperty("mediamesh.test.python", "absent"));
        Assumptions.assumeTrue(
                Files.isExecutable(python), "the Python clients are not installed; ./mediamesh test does that");
        try {
            Path file = Files.createTempFile("judge", ".py");
            try (InputStream text = Tool.class.getResourceAsStream(script)) {
                Files.write(file, text.readAllBytes());
                List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
                Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
                return run(command)
                        .lines()
                        .filter(line -> line.startsWith("= "))
                        .map(line -> Arrays.stream(line.substring(2).split(" "))
                                .mapToDouble(number -> number.equals("nan") ? Double.NaN : Double.parseDouble(number))
                                .toArray())
                        .toList();
            } finally {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Plays a MIDI file with FluidSynth and Debian's sound font, without reverberation, at 48 kHz. */
    static double[] synthesise(byte[] midi, Path folder) {
        Path font = Path.of("/usr/share/sounds/sf2/FluidR3_GM.sf2");
        Assumptions.assumeTrue(Files.isReadable(font), "the package fluid-soundfont-gm is not installed");
        try {
            Path score = Files.write(Files.createTempFile(folder, "score", ".mid"), midi);
            Path sound = Files.createTempFile(folder, "notes", ".wav");
            run(List.of(
                    "fluidsynth",
                    "-q",
                    "-n",
                    "-i",
                    "-R",
                    "0",
                    "-C",
                    "0",
                    "-g",
                    "0.6",
                    "-r",
                    "48000",
                    "-F",
                    sound.toString(),
                    font.toString(),
                    score.toString()));
            return mono(sound);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The mean of the channels of a file, at 48 kHz. */
    static double[] mono(Path file) {
        try {
            Path raw = Files.createTempFile("samples", ".raw");
            run(List.of(
                    "ffmpeg",
                    "-nostdin",
                    "-y",
                    "-v",
                    "error",
                    "-i",
                    file.toString(),
                    "-ac",
                    "1",
                    "-ar",
                    "48000",
                    "-f",
                    "s16le",
                    raw.toString()));
            ShortBuffer samples = ByteBuffer.wrap(Files.readAllBytes(raw))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer();
            Files.delete(raw);
            double[] values = new double[samples.remaining()];
            for (int frame = 0; frame < values.length; frame++) {
                values[frame] = samples.get(frame) / 32_768.0;
            }
            return values;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Writes samples for other programs, as 32-bit floats. */
    static Path save(Path folder, double[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double sample : samples) {
            bytes.putFloat((float) sample);
        }
        try {
            return Files.write(Files.createTempFile(folder, "samples", ".f32"), bytes.array());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
