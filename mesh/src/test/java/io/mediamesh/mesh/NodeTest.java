package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.micrometer.core.instrument.FunctionTimer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class NodeTest {
    private static final PictureCodec NO_PICTURES = new PictureCodec() {
        @Override
        public Jpeg encode(I420 picture, JpegForm form) {
            throw new AssertionError("no pictures here");
        }

        @Override
        public I420 decode(Bytes jpeg) {
            throw new AssertionError("no pictures here");
        }
    };

    private final List<String> log = new CopyOnWriteArrayList<>();

    private Service service(String name, Future<Void> start, Future<Void> stop) {
        return new Service() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Set<String> kinds() {
                return Set.of();
            }

            @Override
            public List<Setting<?>> settings() {
                return IceServers.all();
            }

            @Override
            public Future<Void> start(Mesh mesh, Settings settings) {
                log.add("start " + name);
                return start;
            }

            @Override
            public Future<Void> stop() {
                log.add("stop " + name);
                return stop;
            }

            @Override
            public Health health() {
                return new Health(true, name + " works");
            }
        };
    }

    private static Future<Node> start(Service... services) {
        List<Service> list = List.of(services);
        return Node.start(list, Settings.of(Node.settingsOf(list), Map.of()), NO_PICTURES);
    }

    private static final Future<Void> FINE = Future.succeededFuture();

    @Test
    void aSettingThatTwoServicesReadIsThereOnce() {
        List<Setting<?>> settings = Node.settingsOf(List.of(service("a", FINE, FINE), service("b", FINE, FINE)));

        assertThat(settings.stream().map(Setting::key))
                .containsAll(IceServers.all().stream().map(Setting::key).toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void servicesStartInOrderAndStopInReverse() {
        Node node = NodeLauncher.await(start(service("a", FINE, FINE), service("b", FINE, FINE)));
        assertThat(node.state()).isEqualTo(ServiceState.READY);
        assertThat(NodeLauncher.await(node.mesh().health()))
                .isEqualTo(Map.of("a", new Service.Health(true, "a works"), "b", new Service.Health(true, "b works")));
        NodeLauncher.await(node.stop());
        assertThat(node.state()).isEqualTo(ServiceState.STOPPED);
        assertThat(log).containsExactly("start a", "start b", "stop b", "stop a");
    }

    @Test
    void aServiceThatCannotStartTakesDownThoseBeforeIt() {
        MeshException fault = new MeshException(FailureCode.FATAL, "the port 8080 is in use");
        assertThatThrownBy(() -> NodeLauncher.await(start(
                        service("a", FINE, FINE),
                        service("b", Future.failedFuture(fault), FINE),
                        service("c", FINE, FINE))))
                .isSameAs(fault);
        assertThat(log).containsExactly("start a", "start b", "stop b", "stop a");
    }

    @Test
    void aServiceThatCannotStartInAClusterIsToldToWhoWaits() {
        MeshException fault = new MeshException(FailureCode.FATAL, "the store is not there");
        Service late = new LateFailure(fault);
        Map<String, String> cluster = Map.of(
                "cluster.enabled", "true",
                "cluster.name", "node-test",
                "cluster.port", "22190",
                "cluster.members", "127.0.0.1:22190",
                "node.probe.port", "0");
        List<Service> services = List.of(service("a", FINE, FINE), late);
        Settings settings = Settings.of(Node.settingsOf(services), cluster);
        assertThat(Node.start(services, settings, NO_PICTURES).toCompletionStage())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCause(fault);
        assertThat(log).containsExactly("start a", "stop a");
    }

    /** Fails on an event loop of the node, which is gone when the failure is told. */
    private record LateFailure(MeshException fault) implements Service {
        @Override
        public String name() {
            return "late";
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
            return mesh.vertx().timer(10, TimeUnit.MILLISECONDS).compose(fired -> Future.failedFuture(fault));
        }

        @Override
        public Future<Void> stop() {
            return Future.succeededFuture();
        }

        @Override
        public Health health() {
            return new Health(false, "late");
        }
    }

    @Test
    void aFaultWhileStoppingDoesNotKeepTheOthersFromStopping() {
        Node node = NodeLauncher.await(start(
                service("a", FINE, FINE), service("b", FINE, Future.failedFuture(new IllegalStateException("stuck")))));
        NodeLauncher.await(node.stop());
        assertThat(log).containsExactly("start a", "start b", "stop b", "stop a");
    }

    @Test
    void theFiguresOfTheJvmAreAmongTheMetrics() {
        Node node = NodeLauncher.await(start());
        Set<String> names = node.mesh().meters().getMeters().stream()
                .map(meter -> meter.getId().getName())
                .collect(Collectors.toSet());
        assertThat(names)
                .contains(
                        "jvm.memory.used",
                        "jvm.threads.live",
                        "jvm.classes.loaded",
                        "jvm.gc",
                        "process.cpu.usage",
                        "process.files.open",
                        "process.uptime");
        System.gc();
        double collections = node.mesh().meters().find("jvm.gc").functionTimers().stream()
                .mapToDouble(FunctionTimer::count)
                .sum();
        assertThat(collections).isPositive();
        NodeLauncher.await(node.stop());
    }
}
