package io.mediamesh.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process started by a benchmark. Its standard output is read by the benchmark or goes to the same file as its
 * standard error, whose end is shown when something goes wrong.
 */
final class Child implements AutoCloseable {
    private static final int SHOWN_LINES = 15;
    private static final int MAX_LINES = 16;
    private static final long LINE_SECONDS = 60;
    /** Stands in the queue for the end of the output; no line contains a line break. */
    private static final String END = "\n";

    private final String name;
    private final Process process;
    private final Path log;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MAX_LINES);

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts one whose output is read line by line with {@link #expectLine()}. */
    static Child talking(Lab lab, String name, List<String> command, Map<String, String> environment)
            throws IOException {
        return start(lab, name, command, environment, false);
    }

    /** Starts one whose output is only of interest when it fails. */
    static Child silent(Lab lab, String name, List<String> command, Map<String, String> environment)
            throws IOException {
        return start(lab, name, command, environment, true);
    }

    private static Child start(
            Lab lab, String name, List<String> command, Map<String, String> environment, boolean silent)
            throws IOException {
        Path folder = Files.createTempDirectory(lab.scratch(), name + "-");
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        // Settings of the shell that runs the benchmark must not change what is measured.
        builder.environment().keySet().removeIf(variable -> variable.startsWith("MEDIAMESH_"));
        builder.environment().putAll(environment);
        builder.redirectError(log.toFile());
        if (silent) {
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
        }
        Child child = new Child(name, builder.start(), log);
        if (!silent) {
            Thread.ofVirtual().name("lines of " + name).start(child::readLines);
        }
        return child;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The next line that it writes. Fails when it ended instead, or wrote none in time. */
    String expectLine() throws InterruptedException {
        String line = lines.poll(LINE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw failure("said nothing for " + LINE_SECONDS + " s");
        }
        if (line.equals(END)) {
            throw failure("ended before it was done");
        }
        return line;
    }

    /** Writes a line to its standard input. */
    void tell(String line) throws IOException {
        Writer writer = process.outputWriter(StandardCharsets.UTF_8);
        writer.write(line + "\n");
        writer.flush();
    }

    /** Waits until it ends of itself, with success. */
    void expectSuccess(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw failure("did not end within " + seconds + " s");
        }
        if (process.exitValue() != 0) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    /** What went wrong, with the last lines of its log. */
    IllegalStateException failure(String what) {
        StringBuilder text = new StringBuilder(name).append(' ').append(what);
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
                    .forEach(line -> text.append("\n    ").append(line));
        } catch (IOException unreadable) {
            text.append(" (and its log cannot be read)");
        }
        return new IllegalStateException(text.toString());
    }

    /** Asks it to end, and makes it end after ten seconds. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readLines() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.put(line);
            }
            lines.put(END);
        } catch (IOException closed) {
            lines.offer(END);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
