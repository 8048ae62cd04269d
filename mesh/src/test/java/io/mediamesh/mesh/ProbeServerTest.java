package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The probes of a process as the JDK's HTTP client sees them. */
final class ProbeServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = freePort();
    private volatile Service.Health health = new Service.Health(true, "all well");

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private Service service(Future<Void> start) {
        return new Service() {
            @Override
            public String name() {
                return "thing";
            }

            @Override
            public Set<String> kinds() {
                return Set.of();
            }

            @Override
            public List<Setting<?>> settings() {
                return List.of();
            }

            @Override
            public Future<Void> start(Mesh mesh, Settings settings) {
                return start;
            }

            @Override
            public Future<Void> stop() {
                return Future.succeededFuture();
            }

            @Override
            public Health health() {
                return health;
            }
        };
    }

    private Future<Node> start(Future<Void> serviceStart) {
        List<Service> services = List.of(service(serviceStart));
        return Node.start(
                services,
                Settings.of(Node.settingsOf(services), Map.of("node.probe.port", String.valueOf(port))),
                PictureCodec.NONE);
    }

    private HttpResponse<String> ask(String method, String path) {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private int status(String path) {
        return ask("GET", path).statusCode();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain: " + what).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private boolean answers() {
        try {
            return status("/health/live") == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @Test
    void aProcessIsAliveFromTheBeginningAndReadyOnceItsServicesAre() {
        Promise<Void> serviceStart = Promise.promise();
        Future<Node> starting = start(serviceStart.future());
        await("the probes answer", this::answers);
        HttpResponse<String> early = ask("GET", "/health/ready");
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.body()).contains("\"id\":\"thing\"", "starting", "DOWN");

        serviceStart.complete();
        Node node = NodeLauncher.await(starting);
        HttpResponse<String> ready = ask("GET", "/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).contains("\"status\":\"UP\"", "all well");
        assertThat(ready.headers().firstValue("Cache-Control")).contains("no-store");

        health = new Service.Health(false, "the model is gone");
        assertThat(ask("GET", "/health/ready").body()).contains("the model is gone");
        assertThat(status("/health/ready")).isEqualTo(503);
        assertThat(status("/health/live")).isEqualTo(200);

        assertThat(ask("GET", "/metrics").body())
                .contains("jvm_memory_used_bytes", "mediamesh_eventloop_delay_seconds");
        assertThat(status("/health")).isEqualTo(404);
        assertThat(ask("POST", "/health/live").statusCode()).isEqualTo(405);

        NodeLauncher.await(node.stop());
        assertThatThrownBy(() -> status("/health/live")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aBlockedEventLoopIsToldByBothProbesAndWithItsStackInTheLog() throws InterruptedException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(EventLoopWatch.class);
        log.start();
        logger.addAppender(log);
        Node node = NodeLauncher.await(start(Future.succeededFuture()));
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try {
            node.mesh().vertx().runOnContext(now -> {
                blocked.countDown();
                hangUntil(release);
            });
            assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();

            await("not alive", () -> status("/health/live") == 503);
            assertThat(status("/health/ready")).isEqualTo(503);
            assertThat(ask("GET", "/health/live").body()).contains("has been blocked for");
            assertThat(node.mesh().blocked()).get().asString().contains("vert.x-eventloop-thread");
            // Everything that does not need that loop still works.
            assertThat(status("/metrics")).isEqualTo(200);
        } finally {
            release.countDown();
        }
        await("alive again", () -> status("/health/live") == 200 && status("/health/ready") == 200);
        NodeLauncher.await(node.stop());
        logger.detachAppender(log);

        List<String> said =
                log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(said).hasSize(2);
        assertThat(said.getFirst())
                .contains("has been blocked for more than 2 s")
                .contains("hangUntil");
        assertThat(said.getLast()).contains("turns again");
    }

    private static void hangUntil(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void aPortThatIsTakenStopsTheStartNamingTheSetting() throws IOException {
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(holder.isBound()).isTrue();
            assertThatThrownBy(() -> NodeLauncher.await(start(Future.succeededFuture())))
                    .isInstanceOf(MeshException.class)
                    .hasMessageContaining("port " + port + " on 127.0.0.1 cannot be bound")
                    .hasMessageContaining("node.probe.port");
        }
    }
}
