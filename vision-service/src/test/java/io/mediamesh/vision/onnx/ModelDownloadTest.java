package io.mediamesh.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from an HTTP server on this machine. */
final class ModelDownloadTest {
    private static final byte[] MODEL = "a model".getBytes(StandardCharsets.UTF_8);
    private static final int MOST_BYTES = 1000;

    private final Path folder;
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private ModelDownload downloads;

    ModelDownloadTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        downloads = downloads(Duration.ofSeconds(30));
    }

    @BeforeEach
    void serve() {
        server.setExecutor(threads);
        server.createContext("/good.onnx", exchange -> answer(exchange, 200, MODEL));
        server.createContext("/missing.onnx", exchange -> answer(exchange, 404, MODEL));
        server.createContext("/large.onnx", exchange -> answer(exchange, 200, new byte[MOST_BYTES + 1]));
        server.createContext("/endless.onnx", this::endless);
        server.createContext("/stalled.onnx", this::stalled);
        server.createContext("/short.onnx", this::cutOff);
        server.createContext("/moved.onnx", exchange -> {
            exchange.getResponseHeaders().add("Location", "/good.onnx");
            answer(exchange, 302, new byte[0]);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private ModelDownload downloads(Duration stall) {
        return new ModelDownload(
                folder,
                ModelHosts.parse("http://127.0.0.1:" + server.getAddress().getPort()),
                MOST_BYTES,
                stall);
    }

    private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Does not say how long it is. */
    private void endless(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            for (int piece = 0; piece < 2 * MOST_BYTES; piece++) {
                exchange.getResponseBody().write(new byte[MOST_BYTES]);
            }
        }
    }

    private void stalled(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, MODEL.length);
            exchange.getResponseBody().write(MODEL, 0, 2);
            exchange.getResponseBody().flush();
            over.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void cutOff(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, MODEL.length);
        exchange.getResponseBody().write(MODEL, 0, 2);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private ModelSource.OfUrl source(String name, String sum) {
        return (ModelSource.OfUrl)
                ModelSource.parse("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name + "#sha256=" + sum);
    }

    private static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError(missing);
        }
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder)).toList();
        }
    }

    @Test
    void aFileIsDownloadedOnceAndNeverAgainByAnyProcess() throws IOException {
        Path file = downloads.file(source("good.onnx", sum(MODEL)));

        assertThat(file).hasFileName("good.onnx").hasBinaryContent(MODEL);
        assertThat(downloads.file(source("good.onnx", sum(MODEL)))).isEqualTo(file);
        assertThat(downloads(Duration.ofSeconds(30)).file(source("good.onnx", sum(MODEL))))
                .isEqualTo(file);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aFileThatWasDamagedIsDownloadedAgain() throws IOException {
        Path file = downloads.file(source("good.onnx", sum(MODEL)));
        Files.writeString(file, "damaged");

        assertThat(downloads.file(source("good.onnx", sum(MODEL)))).hasBinaryContent(MODEL);
        assertThat(requests).hasValue(2);
    }

    private void assertRefused(String name, FailureCode code, String saying) throws IOException {
        assertThatThrownBy(() -> downloads.file(source(name, sum(new byte[] {1}))))
                .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.code())
                        .isEqualTo(code))
                .hasMessageContaining(saying);
        assertThat(left()).isEmpty();
    }

    @Test
    void whatIsNoGoodIsRefusedAndLeavesNothingBehind() throws IOException {
        assertRefused("good.onnx", FailureCode.UNPROCESSABLE, sum(MODEL));
        assertRefused("missing.onnx", FailureCode.UPSTREAM, "404");
        assertRefused("moved.onnx", FailureCode.UPSTREAM, "redirects are not followed");
        assertRefused("large.onnx", FailureCode.TOO_LARGE, "vision.model_max_mib");
        assertRefused("endless.onnx", FailureCode.TOO_LARGE, "vision.model_max_mib");
        assertRefused("short.onnx", FailureCode.UPSTREAM, "broke off after 2 bytes");
    }

    @Test
    void aServerThatGoesSilentDoesNotHoldTheDownloadForever() throws IOException {
        downloads = downloads(Duration.ofMillis(200));
        assertRefused("stalled.onnx", FailureCode.UPSTREAM, "broke off after 2 bytes");
    }

    @Test
    void anotherHostIsNotAsked() {
        assertThatThrownBy(() -> downloads.file(
                        (ModelSource.OfUrl) ModelSource.parse("https://127.0.0.1/good.onnx#sha256=" + sum(MODEL))))
                .hasMessageContaining("vision.model_hosts");
        assertThat(requests).hasValue(0);
    }
}
