package io.mediamesh.ingest.livekit;

import static io.mediamesh.ingest.livekit.Stage.STREAM;
import static io.mediamesh.ingest.livekit.Stage.frames;
import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.Topic;
import io.mediamesh.mesh.Delivery;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.LiveKitServer;
import io.mediamesh.testkit.RoomGuest;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to a server: its signalling over TLS, its media over TCP, and where media may be sent at all. */
@Tag("slow")
class RoomWaysTest {
    private static void isSeen(Stage stage, LiveKitServer server, String room, String url) {
        try (RoomGuest alice = RoomGuest.join(server, room, "alice")) {
            alice.tell("video");
            stage.put(url);
            List<Delivery> video = stage.collect(STREAM, Topic.VIDEO);
            Await.until("pictures", () -> frames(video).size() > 20);
        }
    }

    @Test
    void mediaComesOverTcpWhereTheServerTakesNoUdp() {
        try (LiveKitServer server = LiveKitServer.start("--rtc.force_tcp");
                Stage stage = new Stage()) {
            isSeen(stage, server, "tcp", server.room("tcp"));
        }
    }

    @Test
    void aServerBehindAProxyWithTlsIsJoinedWhereItsAuthorityIsKnown(@TempDir Path folder) throws Exception {
        Path store = folder.resolve("proxy.p12");
        Path certificate = folder.resolve("proxy.pem");
        keytool(
                store,
                "-genkeypair",
                "-alias",
                "proxy",
                "-keyalg",
                "EC",
                "-dname",
                "CN=proxy",
                "-ext",
                "san=dns:localhost");
        keytool(store, "-exportcert", "-rfc", "-alias", "proxy", "-file", certificate.toString());
        NetServerOptions tls = new NetServerOptions()
                .setHost("127.0.0.1")
                .setSsl(true)
                .setKeyCertOptions(new PfxOptions().setPath(store.toString()).setPassword("changeit"));
        try (LiveKitServer server = LiveKitServer.start();
                CuttableLine proxy = new CuttableLine(server.port(), tls, request -> request)) {
            String url = server.room("tls")
                    .replace("livekit://", "livekits://")
                    .replace("127.0.0.1:" + server.port(), "localhost:" + proxy.port());
            try (Stage stage = new Stage(
                    "ingest.ca_file", certificate.toString(), "ingest.allowed_addresses", "127.0.0.0/8, ::1")) {
                isSeen(stage, server, "tls", url);
            }
            try (Stage stranger = new Stage("ingest.allowed_addresses", "127.0.0.0/8, ::1")) {
                stranger.put(url);
                stranger.collect(STREAM, Topic.VIDEO);
                stranger.awaitState(StreamStatus.State.RECONNECTING, "its certificate is not trusted");
            }
        }
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void aServerMayAlwaysNameTheAddressAtWhichItIs() {
        try (LiveKitServer server = LiveKitServer.start();
                Stage stage = new Stage(
                        "ingest.allowed_addresses",
                        "",
                        "livekit.url",
                        server.url(),
                        "livekit.api_key",
                        LiveKitServer.KEY,
                        "livekit.api_secret",
                        LiveKitServer.SECRET)) {
            isSeen(stage, server, "own", "livekit:own");
        }
    }

    @Test
    void nothingIsSentToAnAddressThatAServerNamesWhereNoSourceIsAllowed() {
        // With ICE lite (RFC 8445, section 2.5) the server does not show by itself that it is there.
        NetServerOptions elsewhere = new NetServerOptions().setHost("127.0.0.2");
        try (LiveKitServer server = LiveKitServer.start("--rtc.use_ice_lite");
                CuttableLine line = new CuttableLine(server.port(), elsewhere, request -> request);
                Stage stage = new Stage("ingest.allowed_addresses", "127.0.0.2", "livekit.join_timeout", "3s")) {
            stage.put(server.room("far").replace("127.0.0.1:" + server.port(), "127.0.0.2:" + line.port()));
            stage.collect(STREAM, Topic.VIDEO);
            StreamStatus lost = stage.awaitState(
                    StreamStatus.State.RECONNECTING,
                    "where no source is allowed: see the setting ingest.allowed_addresses");
            assertThat(lost.reason()).contains("it names 127.0.0.1");
        }
    }
}
