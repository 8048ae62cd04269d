package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.vision.onnx.ModelSource.OfUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files of models that are downloaded once and then kept. Blocks, up to minutes. Thread-safe. */
final class ModelDownload {
    private static final Logger LOG = LoggerFactory.getLogger(ModelDownload.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final long TOLD_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int PIECE_BYTES = 1 << 16;
    private static final int MEBIBYTE = 1 << 20;

    private final Path folder;
    private final ModelHosts hosts;
    private final long maxBytes;
    private final long stallMillis;

    /**
     * Downloads nothing yet.
     *
     * @param folder where files are kept
     * @param maxBytes the largest file
     * @param stall after so long without a byte a download has failed
     */
    ModelDownload(Path folder, ModelHosts hosts, long maxBytes, Duration stall) {
        this.folder = folder;
        this.hosts = hosts;
        this.maxBytes = maxBytes;
        this.stallMillis = stall.toMillis();
    }

    /**
     * The file of a URL, downloaded where it is not there yet. A manifest may lie beside it.
     *
     * @throws MeshException {@link FailureCode#FORBIDDEN} for a host that is not allowed, {@link FailureCode#TOO_LARGE},
     *     {@link FailureCode#UNPROCESSABLE} for a file with another checksum, {@link FailureCode#UPSTREAM} and {@link
     *     FailureCode#UPSTREAM_TIMEOUT} for a server that does not give it
     */
    Path file(OfUrl source) {
        hosts.check(source);
        Path file = placeOf(source);
        try {
            if (Files.isRegularFile(file) && hasSum(file, source)) {
                return file;
            }
            Files.createDirectories(file.getParent());
            Path part = Files.createTempFile(file.getParent(), "download", ".part");
            try {
                download(source, part);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
                if (!Files.exists(file)) {
                    Files.deleteIfExists(file.getParent());
                }
            }
            return file;
        } catch (IOException failed) {
            throw new MeshException(
                    FailureCode.UNAVAILABLE, "the model " + source.text() + " cannot be kept in " + folder, failed);
        }
    }

    /** One folder for each URL and checksum, so that a newer file of the same name never takes the place of an older one. */
    private Path placeOf(OfUrl source) {
        MessageDigest digest = sha256();
        digest.update((source.url() + " " + source.sha256().orElse("")).getBytes(StandardCharsets.UTF_8));
        String key = HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        String path = source.url().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        return folder.resolve(key).resolve(name.isEmpty() ? "model.onnx" : name);
    }

    private static boolean hasSum(Path file, OfUrl source) throws IOException {
        return source.sha256().isEmpty()
                || Checksum.sha256(file).equals(source.sha256().get());
    }

    private void download(OfUrl source, Path part) throws IOException {
        LOG.info("the model {} is being downloaded", source.text());
        HttpRequest request =
                HttpRequest.newBuilder(source.url()).timeout(ANSWER).build();
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build()) {
            try {
                HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
                try (InputStream body = answer.body()) {
                    checkAnswer(source, answer);
                    take(
                            source,
                            body,
                            part,
                            answer.headers().firstValueAsLong("content-length").orElse(-1));
                }
            } finally {
                client.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new MeshException(FailureCode.UNAVAILABLE, "vision is stopping", stopped);
        } catch (HttpTimeoutException late) {
            throw new MeshException(
                    FailureCode.UPSTREAM_TIMEOUT, "the server of " + source.text() + " does not answer", late);
        }
    }

    private void checkAnswer(OfUrl source, HttpResponse<?> answer) {
        int status = answer.statusCode();
        if (status != 200) {
            throw new MeshException(
                    FailureCode.UPSTREAM,
                    "the server of " + source.text() + " answered " + status
                            + (status / 100 == 3 ? ", and redirects are not followed: name the file's own URL" : ""));
        }
        long bytes = answer.headers().firstValueAsLong("content-length").orElse(-1);
        if (bytes > maxBytes) {
            throw tooLarge(source, bytes + " bytes");
        }
    }

    private MeshException tooLarge(OfUrl source, String size) {
        return new MeshException(
                FailureCode.TOO_LARGE,
                "the model " + source.text() + " has " + size + ", and the limit is " + maxBytes
                        + " (vision.model_max_mib)");
    }

    private void take(OfUrl source, InputStream body, Path part, long bytes) throws IOException {
        MessageDigest digest = sha256();
        AtomicLong lastNanos = new AtomicLong(System.nanoTime());
        Thread watch = Thread.ofVirtual().name("model download").start(() -> closeWhenStalled(body, lastNanos));
        long taken = 0;
        try (OutputStream file = Files.newOutputStream(part)) {
            byte[] piece = new byte[PIECE_BYTES];
            long toldNanos = System.nanoTime();
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                taken += count;
                if (taken > maxBytes) {
                    throw tooLarge(source, "more bytes");
                }
                digest.update(piece, 0, count);
                file.write(piece, 0, count);
                long now = System.nanoTime();
                lastNanos.set(now);
                if (now - toldNanos > TOLD_EVERY_NANOS) {
                    toldNanos = now;
                    LOG.info(
                            "the model {}: {} of {} MiB",
                            source.text(),
                            taken / MEBIBYTE,
                            bytes < 0 ? "an unknown number" : bytes / MEBIBYTE);
                }
            }
        } catch (IOException | UncheckedIOException broken) {
            throw new MeshException(
                    FailureCode.UPSTREAM,
                    "the download of " + source.text() + " broke off after " + taken + " bytes",
                    broken);
        } finally {
            watch.interrupt();
        }
        checkSum(source, HexFormat.of().formatHex(digest.digest()));
        LOG.info("the model {} was downloaded, {} bytes", source.text(), taken);
    }

    private static void checkSum(OfUrl source, String found) {
        Optional<String> wanted = source.sha256();
        if (wanted.isPresent() && !wanted.get().equals(found)) {
            throw new MeshException(
                    FailureCode.UNPROCESSABLE,
                    "the file of " + source.text() + " is another one: its sha256 is " + found + ", not "
                            + wanted.get(),
                    "sha256");
        }
    }

    private void closeWhenStalled(InputStream body, AtomicLong lastNanos) {
        try {
            while (System.nanoTime() - lastNanos.get() < TimeUnit.MILLISECONDS.toNanos(stallMillis)) {
                TimeUnit.MILLISECONDS.sleep(Math.max(1, stallMillis / 10));
            }
            body.close();
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        } catch (IOException closed) {
            LOG.debug("a stalled download was closed already", closed);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
