package io.mediamesh.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A browser without a window that shows one page. */
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final long END_SECONDS = 10;

    private final Child child;

    private Chromium(Child child) {
        this.child = child;
    }

    /** Opens the page in a browser of its own. */
    static Chromium open(Lab lab, String url) throws IOException {
        String program = find(Optional.ofNullable(System.getenv("PATH")).orElse(""))
                .orElseThrow(() -> new IllegalStateException(
                        "this benchmark needs Chromium or Chrome on the PATH: " + String.join(", ", NAMES)));
        Path profile = Files.createTempDirectory(lab.scratch(), "chromium-profile-");
        List<String> command = List.of(
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-extensions",
                "--autoplay-policy=no-user-gesture-required",
                "--window-size=1400,600",
                "--user-data-dir=" + profile,
                url);
        return new Chromium(Child.silent(lab, "chromium", command, Map.of()));
    }

    static Optional<String> find(String path) {
        return NAMES.stream()
                .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder).resolve(name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** Fails with the end of its log when it is no longer there. */
    void expectAlive() {
        if (!child.isAlive()) {
            throw child.failure("ended by itself");
        }
    }

    /** What went wrong, with the end of its log. */
    IllegalStateException failure(String what) {
        return child.failure(what);
    }

    /** Ends it with all its processes: they write to the profile, which is deleted afterwards. */
    @Override
    public void close() {
        List<ProcessHandle> family = ProcessHandle.of(child.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        child.close();
        CompletableFuture<?>[] ends = family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS)
                .join();
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
