package io.mediamesh.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where benchmarks work: the product's folder, a folder for binaries that are kept, one for what is thrown away, an
 * event loop for clients, and somewhere to tell of progress. One benchmark at a time.
 */
final class Lab implements AutoCloseable {
    private final Path root;
    private final Path cache;
    private final Path scratch;
    private final Vertx vertx;
    private final PrintStream progress;
    private final int rounds;

    private Lab(Path root, Path cache, Path scratch, PrintStream progress, int rounds) {
        this.root = root;
        this.cache = cache;
        this.scratch = scratch;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        this.progress = progress;
        this.rounds = rounds;
    }

    /** Opens one; {@code rounds} is how often each measurement is repeated. */
    static Lab open(PrintStream progress, int rounds) throws IOException {
        return new Lab(rootFolder(), cacheFolder(), Files.createTempDirectory("mediamesh-bench-"), progress, rounds);
    }

    /** The folder of the product's sources, with the command {@code mediamesh} in it. */
    Path root() {
        return root;
    }

    /** Binaries of peers, kept from run to run. */
    Path cache() {
        return cache;
    }

    /** The Python with the clients and peers that are pinned in tools/python-requirements.txt; it may be missing. */
    Path python() {
        return cache.resolveSibling("python/bin/python");
    }

    /** Gone when the lab is closed. */
    Path scratch() {
        return scratch;
    }

    Vertx vertx() {
        return vertx;
    }

    int rounds() {
        return rounds;
    }

    /** Tells a person what goes on. */
    void say(String line) {
        progress.println("  " + line);
    }

    /** Waits between measurements; on the benchmark's own thread. */
    void pause(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    /** A port that nobody listens on at this moment. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException("no free port", none);
        }
    }

    @Override
    public void close() throws IOException {
        vertx.close().await();
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Upwards from where this class was loaded to the folder of the whole build. */
    private static Path rootFolder() {
        try {
            Path here = Path.of(Lab.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path folder = here; folder != null; folder = folder.getParent()) {
                if (Files.isDirectory(folder.resolve("bench/peers"))) {
                    return folder;
                }
            }
            throw new IllegalStateException(
                    "the benchmarks run from the product's folder, built by ./mediamesh; " + here + " is not in it");
        } catch (URISyntaxException strange) {
            throw new IllegalStateException(strange);
        }
    }

    private static Path cacheFolder() throws IOException {
        String own = System.getenv("MEDIAMESH_CACHE");
        String general = System.getenv("XDG_CACHE_HOME");
        Path base = own != null
                ? Path.of(own)
                : (general != null ? Path.of(general) : Path.of(System.getProperty("user.home"), ".cache"))
                        .resolve("mediamesh");
        return Files.createDirectories(base.resolve("bench"));
    }
}
