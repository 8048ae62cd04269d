package io.mediamesh.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the Linux kernel says of a process and of its sockets (proc(5)). */
final class ProcFs {
    /** USER_HZ: 100 on every architecture that the product runs on. */
    private static final long TICK_NANOS = 10_000_000;

    private static final int UTIME_AFTER_NAME = 11;
    private static final int STIME_AFTER_NAME = 12;

    private ProcFs() {}

    /** User and system CPU time of all threads of a process since it began, in steps of 10 ms. */
    static Duration cpuTime(long pid) throws IOException {
        return cpuTimeOf(read(Path.of("/proc", String.valueOf(pid), "stat")));
    }

    /** CPU time of a process by the names of its threads; numbers in names are a '#', so that pools add up. */
    static Map<String, Duration> cpuTimeByThreads(long pid) throws IOException {
        Map<String, Duration> times = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String stat = read(task.resolve("stat"));
                    times.merge(threadNameOf(stat), cpuTimeOf(stat), Duration::plus);
                } catch (IOException ended) {
                    // A thread may end between the listing and the reading.
                }
            }
        }
        return times;
    }

    /** Resident memory of a process. */
    static long residentBytes(long pid) throws IOException {
        return residentBytesOf(read(Path.of("/proc", String.valueOf(pid), "status")));
    }

    /** Bytes that the kernel holds of a TCP connection on this machine from one port to another, sent and not read. */
    static long bytesUnderWay(int fromPort, int toPort) throws IOException {
        long bytes = 0;
        for (String table : List.of("tcp", "tcp6")) {
            Path path = Path.of("/proc/net", table);
            if (Files.exists(path)) {
                bytes += bytesUnderWayOf(read(path), fromPort, toPort);
            }
        }
        return bytes;
    }

    static Duration cpuTimeOf(String stat) {
        // The name of the program stands in parentheses and may hold spaces and parentheses itself.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[UTIME_AFTER_NAME]) + Long.parseLong(fields[STIME_AFTER_NAME]);
        return Duration.ofNanos(ticks * TICK_NANOS);
    }

    static String threadNameOf(String stat) {
        return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')).replaceAll("[0-9]+", "#");
    }

    static long residentBytesOf(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the process has ended"));
    }

    /** The sender's send queue and the receiver's receive queue. */
    static long bytesUnderWayOf(String table, int fromPort, int toPort) {
        return table.lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+", -1))
                .mapToLong(fields -> {
                    int local = port(fields[1]);
                    int remote = port(fields[2]);
                    String[] queues = fields[4].split(":", -1);
                    if (local == fromPort && remote == toPort) {
                        return Long.parseLong(queues[0], 16);
                    }
                    return local == toPort && remote == fromPort ? Long.parseLong(queues[1], 16) : 0;
                })
                .sum();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1).toLowerCase(Locale.ROOT), 16);
    }

    private static String read(Path path) throws IOException {
        return Files.readString(path, StandardCharsets.UTF_8);
    }
}
