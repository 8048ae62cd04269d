package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL of its own in a temporary directory; the test is skipped where none is installed. */
final class PostgresServer implements AutoCloseable {
    private final Path binaries;
    private final Path home;
    private final Path data;
    private final int port;

    private PostgresServer(Path binaries, Path home, int port) {
        this.binaries = binaries;
        this.home = home;
        this.data = home.resolve("data");
        this.port = port;
    }

    static PostgresServer start(Path directory) throws IOException {
        Optional<Path> binaries = binaries();
        Assumptions.assumeTrue(binaries.isPresent(), "PostgreSQL is not installed (Debian: postgresql)");
        // The server refuses to run as root, so its files belong to the package's user then.
        Path home = Files.createTempDirectory("mediamesh-postgres");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        PostgresServer server = new PostgresServer(binaries.orElseThrow(), home, freePort());
        server.run("initdb", "-D", server.data.toString(), "-U", "tester", "--auth=trust", "--no-sync");
        server.run(
                "pg_ctl",
                "-D",
                server.data.toString(),
                "-w",
                "-l",
                home.resolve("log").toString(),
                "-o",
                "-p " + server.port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + home,
                "start");
        return server;
    }

    GatewayConfig.Store store(Path directory) {
        return new GatewayConfig.Store(directory, "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "tester", "");
    }

    @Override
    public void close() throws IOException {
        run("pg_ctl", "-D", data.toString(), "-m", "immediate", "-w", "stop");
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Optional<Path> binaries() throws IOException {
        Path installed = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(installed)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(installed)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Path::compareTo);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(program + ".out").toFile())
                .start();
        assertThat(process.onExit().join().exitValue())
                .as(() -> program + " says " + output(program))
                .isZero();
    }

    private String output(String program) {
        try {
            return Files.readString(home.resolve(program + ".out"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
