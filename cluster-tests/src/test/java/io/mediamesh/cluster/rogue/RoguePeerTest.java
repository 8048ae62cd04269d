package io.mediamesh.cluster.rogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.SubscribeOptions;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.SyntheticSource;
import io.mediamesh.testkit.TestMesh;
import io.mediamesh.testkit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two members with mutual TLS on the event bus, and peers that should get nothing from it. The certificates are
 * OpenSSL's; the raw connections are made with Vert.x's client, whose TLS is the JDK's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
final class RoguePeerTest {
    private static final int CLUSTER_PORT = 25_940;
    private static final String CLUSTER = "closed-cluster";

    private final Vertx outside = Vertx.vertx();
    private final int busPort = freePort();

    private final Certificates ours;
    private final Certificates strangers;
    private final Node producer;
    private final Node consumer;

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new AssertionError(none);
        }
    }

    RoguePeerTest(@TempDir Path folder) throws IOException, InterruptedException {
        ours = Certificates.create(folder.resolve("ours"), "producer", "consumer");
        strangers = Certificates.create(folder.resolve("strangers"), "stranger");
        Map<String, String> settings = new HashMap<>(ours.settings("producer"));
        settings.put("cluster.bus_port", String.valueOf(busPort));
        producer = start(CLUSTER, "producer", Set.of(Topic.AUDIO), settings);
        consumer = start(CLUSTER, "consumer", Set.of(), ours.settings("consumer"));
        Await.until("two members", () -> consumer.mesh().members().size() == 2);
    }

    @AfterAll
    void close() {
        Await.result(consumer.stop());
        Await.result(producer.stop());
        Await.result(outside.close());
    }

    private static Node start(String cluster, String name, Set<String> kinds, Map<String, String> besides) {
        return Await.result(TestNode.start(
                cluster,
                CLUSTER_PORT,
                name,
                PictureCodec.NONE,
                TestNode.offering(name, kinds, mesh -> SyntheticSource.tone(mesh.vertx(), 440)),
                besides));
    }

    private static List<Delivery> listen(Mesh mesh, String stream) {
        return TestMesh.collect(
                Await.result(mesh.subscribe(Topic.of(stream, Topic.AUDIO), SubscribeOptions.latest("listener"))));
    }

    /** Connects to the bus, sends a ping of the bus's protocol, and counts the bytes that come back. */
    private int bytesFromBus(NetClientOptions options) {
        AtomicInteger received = new AtomicInteger();
        // Length, protocol version and the code of a ping, as ClusteredMessage of Vert.x writes them.
        Buffer ping = Buffer.buffer()
                .appendInt(3)
                .appendByte((byte) 2)
                .appendByte((byte) 1)
                .appendByte((byte) 0);
        var ended = outside.createNetClient(options)
                .connect(busPort, "127.0.0.1")
                .compose(socket -> {
                    var closed = io.vertx.core.Promise.<Void>promise();
                    socket.handler(data -> received.addAndGet(data.length()));
                    socket.exceptionHandler(refused -> closed.tryComplete());
                    socket.closeHandler(closed::tryComplete);
                    socket.write(ping);
                    return closed.future();
                })
                .otherwiseEmpty();
        Await.result(ended);
        return received.get();
    }

    private static NetClientOptions tls() {
        return new NetClientOptions().setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm("");
    }

    @Test
    void membersWithCertificatesOfOneAuthorityServeEachOther() {
        Await.result(consumer.mesh().directory().put(TestMesh.stream("closed")));
        List<Delivery> heard = listen(consumer.mesh(), "closed");
        Await.until("sound from the other member", () -> TestMesh.items(heard).size() > 3);
    }

    @Test
    void whoConnectsToTheBusWithoutAMembersCertificateGetsNoByte() throws IOException {
        assertThat(bytesFromBus(new NetClientOptions())).as("without TLS").isZero();
        assertThat(bytesFromBus(tls())).as("without a certificate").isZero();
        assertThat(bytesFromBus(tls().setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(strangers.file("stranger", "tls.crt").toString())
                        .addKeyPath(strangers.file("stranger", "tls.key").toString()))))
                .as("with a certificate of another authority")
                .isZero();
    }

    @Test
    void theBusProvesItselfToo() {
        NetClientOptions other = new NetClientOptions()
                .setSsl(true)
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(strangers.file("stranger", "ca.crt").toString()))
                .setHostnameVerificationAlgorithm("");
        assertThatThrownBy(() -> Await.result(outside.createNetClient(other).connect(busPort, "127.0.0.1")))
                .hasRootCauseInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void aPeerWithoutACertificateThatJoinedGetsNothingFromTheBusAndServesNobody() {
        refuses("bare", Map.of());
    }

    @Test
    void aPeerWithACertificateOfAnotherAuthorityGetsNothingFromTheBusAndServesNobody() {
        refuses("stranger", strangers.settings("stranger"));
    }

    /** Hazelcast lets it in, because it reached its port; the bus does not. */
    private void refuses(String name, Map<String, String> settings) {
        Node rogue;
        try (LogLines log = LogLines.of("io.mediamesh.mesh.Proofs")) {
            rogue = start(CLUSTER, name, Set.of(Topic.AUDIO), settings);
            try {
                Await.until("it has joined", () -> consumer.mesh().members().size() == 3);
                getsNothing(rogue, name);
                servesNobody(rogue, name);
                Await.until(
                        "both members say so",
                        () -> log.all().stream()
                                        .filter(line -> line.startsWith("WARN the member " + name
                                                + " has joined but does not" + " prove itself on the event bus"))
                                        .count()
                                >= 2);
            } finally {
                Await.result(rogue.stop());
            }
        }
        Await.until("it has gone", () -> consumer.mesh().members().size() == 2);
    }

    private void getsNothing(Node rogue, String name) {
        assertThat(Await.result(rogue.mesh().health()).keySet())
                .as("whose answers reach it")
                .containsExactly(name);
        assertThat(Await.result(rogue.mesh().topics()))
                .noneMatch(topic -> topic.memberId().equals(producer.mesh().memberId()));
    }

    /** Among so many streams, hashing would give some to each of two members. */
    private void servesNobody(Node rogue, String name) {
        int wouldBeIts = 0;
        for (int index = 0; index < 12; index++) {
            StreamId stream = new StreamId(name + index);
            Await.result(consumer.mesh().directory().put(TestMesh.stream(stream.value())));
            if (index < 3 || wouldBeIts == 0) {
                List<Delivery> heard = listen(consumer.mesh(), stream.value());
                Await.until("sound in spite of it", () -> TestMesh.items(heard).size() > 1);
            }
            wouldBeIts += Await.result(rogue.mesh().pick(stream, Topic.AUDIO))
                            .map(member -> member.id().equals(rogue.mesh().memberId()))
                            .orElse(false)
                    ? 1
                    : 0;
        }
        assertThat(wouldBeIts).as("streams that the rogue thinks are its own").isPositive();
        assertThat(Await.result(consumer.mesh().topics()))
                .as("who produces them")
                .isNotEmpty()
                .allMatch(topic -> topic.memberId().equals(producer.mesh().memberId()));
    }

    @Test
    void aPeerOfAnotherClusterNameIsAlone() {
        Node foreign = start("another-cluster", "foreign", Set.of(Topic.AUDIO), ours.settings("consumer"));
        try {
            assertThat(foreign.mesh().members()).hasSize(1);
            assertThat(consumer.mesh().members()).hasSize(2);
            assertThat(Await.failure(foreign.mesh()
                            .subscribe(Topic.of("closed", Topic.AUDIO), SubscribeOptions.latest("foreigner"))))
                    .hasMessageContaining("closed");
        } finally {
            Await.result(foreign.stop());
        }
    }
}
