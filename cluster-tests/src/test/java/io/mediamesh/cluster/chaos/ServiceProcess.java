package io.mediamesh.cluster.chaos;

import io.mediamesh.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One service in a process of its own. */
final class ServiceProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final String httpAddress;

    private ServiceProcess(String name, Process process, Path log, String httpAddress) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.httpAddress = httpAddress;
    }

    static ServiceProcess start(
            Path folder, String name, List<String> command, Map<String, String> environment, String httpAddress) {
        try {
            Path log = Files.createTempFile(folder, name + "-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(variable -> variable.startsWith("MEDIAMESH_"));
            builder.environment().putAll(environment);
            return new ServiceProcess(name, builder.start(), log, httpAddress);
        } catch (IOException noProcess) {
            throw new UncheckedIOException(noProcess);
        }
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The gateway in it. */
    Gateway gateway() {
        return new Gateway(name, httpAddress);
    }

    void awaitReady(Duration limit) {
        Await.until(name + " is ready; its log is " + log, limit, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended: " + output());
            }
            return output().contains("ready: ");
        });
    }

    /** Everything that it wrote so far. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** kill -9; returns when it is gone. */
    void kill() {
        signal("KILL");
        Await.until(name + " is gone", () -> !process.isAlive());
    }

    /** SIGTERM. */
    void terminate() {
        signal("TERM");
    }

    /** SIGTERM; returns the exit status. */
    int stop() {
        terminate();
        Await.until(name + " ends", Duration.ofSeconds(30), () -> !process.isAlive());
        return process.exitValue();
    }

    /** SIGSTOP. */
    void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() {
        signal("CONT");
    }

    /** The service itself, which is not the process that was started where that enters a namespace first. */
    private long pid() {
        return process.toHandle()
                .descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .map(ProcessHandle::pid)
                .findFirst()
                .orElse(process.pid());
    }

    /** Memory of the process that lies in the machine's, in bytes. */
    long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    private void signal(String signal) {
        Shell.run("kill", "-" + signal, String.valueOf(pid())).expect();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            long pid = pid();
            Shell.run("kill", "-CONT", String.valueOf(pid));
            Shell.run("kill", "-KILL", String.valueOf(pid));
        }
        process.destroyForcibly();
        Await.until(name + " is gone", () -> !process.isAlive());
    }

    @Override
    public String toString() {
        return name;
    }
}
