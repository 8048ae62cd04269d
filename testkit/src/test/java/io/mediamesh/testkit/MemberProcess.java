package io.mediamesh.testkit;

import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Policy;
import io.mediamesh.mesh.SubscribeOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A member of the mesh in a process of its own, which a test may kill or stop. */
final class MemberProcess implements AutoCloseable {
    private final Process process;
    private final String name;

    private MemberProcess(Process process, String name) {
        this.process = process;
        this.name = name;
    }

    /** Starts a member; it is in the mesh when the future of the caller's own membership shows it. */
    static MemberProcess start(String cluster, int port, String name, Set<String> kinds) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-Dorg.bytedeco.javacpp.cachedir="
                                    + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                            "-cp",
                            classPath,
                            MemberProcess.class.getName(),
                            cluster,
                            String.valueOf(port),
                            name,
                            String.join(",", kinds))
                    .redirectErrorStream(true)
                    .redirectOutput(Path.of("target", "member-" + name + ".log").toFile())
                    .start();
            return new MemberProcess(process, name);
        } catch (IOException noProcess) {
            throw new UncheckedIOException(noProcess);
        }
    }

    String name() {
        return name;
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGSTOP. */
    void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() {
        signal("CONT");
    }

    /** The exit status, once it has ended. */
    int exitStatus() {
        Await.until("the process of " + name + " ends", () -> !process.isAlive());
        return process.exitValue();
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
            if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new AssertionError("kill -" + signal + " did not work");
            }
        } catch (IOException | InterruptedException noKill) {
            throw new AssertionError(noKill);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        exitStatus();
    }

    /** The body of the process: a node with the sources of the tests, and a subscriber that a test can command. */
    public static void main(String[] arguments) {
        Set<String> kinds = arguments[3].isEmpty() ? Set.of() : Set.of(arguments[3].split(","));
        String name = arguments[2];
        Node node = Await.result(TestNode.start(
                arguments[0],
                Integer.parseInt(arguments[1]),
                name,
                new CountingCodec(),
                kinds,
                mesh -> RemoteSource.serve(mesh, name)));
        serveSubscriber(node.mesh(), name);
        node.stopOnShutdown();
    }

    private static void serveSubscriber(Mesh mesh, String name) {
        AtomicLong received = new AtomicLong();
        mesh.vertx().eventBus().<JsonObject>consumer("test.subscriber." + name, message -> {
            String topic = message.body().getString("topic", "");
            if (topic.isEmpty()) {
                message.reply(new JsonObject().put("received", received.get()));
                return;
            }
            mesh.subscribe(
                            Topic.parse(topic),
                            SubscribeOptions.latest("subscriber in " + name).withPolicy(Policy.buffer(4)))
                    .onSuccess(subscription -> {
                        subscription.handler(delivery -> {
                            if (delivery instanceof Delivery.Data) {
                                received.incrementAndGet();
                            }
                        });
                        message.reply(new JsonObject().put("received", 0));
                    })
                    .onFailure(failure -> message.fail(1, failure.getMessage()));
        });
    }

    /** Lets the member's subscriber subscribe. */
    static void subscribe(Mesh from, String name, Topic topic) {
        Await.result(from.vertx()
                .eventBus()
                .<JsonObject>request("test.subscriber." + name, new JsonObject().put("topic", topic.toString())));
    }

    /** How many items the member's subscriber has. */
    static long received(Mesh from, String name) {
        return Await.result(from.vertx()
                        .eventBus()
                        .<JsonObject>request("test.subscriber." + name, new JsonObject())
                        .map(message -> message.body()))
                .getLong("received");
    }

    /** Members by name, as this mesh sees them. */
    static List<String> names(Mesh mesh) {
        return mesh.members().stream().map(member -> member.name()).sorted().toList();
    }
}
