package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartTest {
    private static MeshException refusal(Path directory, Map<String, String> settings) {
        try (RunningGateway gateway = RunningGateway.withoutService(1)) {
            gateway.serve(directory, settings);
            throw new AssertionError("the gateway started");
        } catch (MeshException refused) {
            return refused;
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "::"})
    void anOpenAddressWithoutAuthenticationIsRefusedAndTheMessageSaysWhatToSet(String host, @TempDir Path directory) {
        MeshException refused = refusal(directory, Map.of("gateway.http.host", host));

        assertThat(refused.code()).isEqualTo(FailureCode.FATAL);
        assertThat(refused)
                .hasMessageContaining("gateway.http.host")
                .hasMessageContaining("auth: none")
                .hasMessageContaining("MEDIAMESH_AUTH=none");
    }

    @Test
    void anOpenAddressIsAcceptedWhereNoAuthenticationIsWrittenOut(@TempDir Path directory) {
        try (RunningGateway gateway =
                RunningGateway.start(directory, Map.of("gateway.http.host", "0.0.0.0", "auth", "none"))) {
            assertThat(gateway.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"webrtc.tokens, two words", "webrtc.tokens, 'geheim,ü'", "webrtc.ice_servers, http://stun.example"})
    void aWrongSettingOfWebRtcStopsTheStartWithWhatIsAllowed(String key, String value, @TempDir Path directory) {
        assertThat(refusal(directory, Map.of(key, value)))
                .hasMessageContaining("the setting " + key + " must be ")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void anAddressThatDoesNotExistIsNamed(@TempDir Path directory) {
        assertThat(refusal(directory, Map.of("gateway.http.host", "no-such-host.invalid")))
                .hasMessageContaining("gateway.http.host")
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aTakenPortIsNamedWithTheProcessThatHasItAndTheSettingToChange(@TempDir Path directory) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            MeshException refused = refusal(directory, Map.of("gateway.http.port", port));

            assertThat(refused.code()).isEqualTo(FailureCode.FATAL);
            assertThat(refused)
                    .hasMessageContaining("port " + port)
                    .hasMessageContaining("(process " + ProcessHandle.current().pid() + ")")
                    .hasMessageContaining("gateway.http.port");
        }
    }

    @Test
    void aTakenExtraPortIsAnErrorTooAndLeavesNothingBound(@TempDir Path directory) throws IOException {
        int free = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MeshException refused = refusal(
                    directory,
                    Map.of(
                            "gateway.http.port",
                            String.valueOf(free),
                            "gateway.http.extra_ports",
                            String.valueOf(taken.getLocalPort())));

            assertThat(refused)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("gateway.http.extra_ports");
            new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void everyPortServesTheSame(@TempDir Path directory) {
        try (RunningGateway gateway = RunningGateway.start(directory, Map.of("gateway.http.extra_ports", "0,0"))) {
            assertThat(gateway.ports()).hasSize(3).doesNotContain(0);
            for (int port : gateway.ports()) {
                assertThat(gateway.send(
                                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/live"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void aDataDirectoryThatCannotBeWrittenIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        MeshException refused = refusal(file, Map.of());

        assertThat(refused.code()).isEqualTo(FailureCode.FATAL);
        assertThat(refused).hasMessageContaining("data.dir").hasMessageContaining(file.toString());
    }

    @Test
    void aStoreThatDoesNotAnswerIsFatalWithoutItsPassword(@TempDir Path directory) throws IOException {
        MeshException refused = refusal(
                directory,
                Map.of(
                        "store.url",
                        "jdbc:postgresql://127.0.0.1:" + freePort() + "/x?password=hunter2",
                        "store.user",
                        "bob",
                        "store.password",
                        "hunter3"));

        assertThat(refused.code()).isEqualTo(FailureCode.FATAL);
        assertThat(refused.getMessage()).contains("store.url").doesNotContain("hunter");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void wrongSettingsAreRefusedByName() {
        assertThatThrownBy(() -> Settings.of(GatewayConfig.all(), Map.of("gateway.http.extra_ports", "8000,eighty")))
                .hasMessageContaining("gateway.http.extra_ports")
                .hasMessageContaining("eighty");
        assertThatThrownBy(() ->
                        GatewayConfig.of(Settings.of(GatewayConfig.all(), Map.of("store.url", "jdbc:mysql://host/x"))))
                .hasMessageContaining("store.url");
        assertThatThrownBy(() -> Settings.of(GatewayConfig.all(), Map.of("gateway.http.prot", "1")))
                .hasMessageContaining("did you mean gateway.http.port?");
    }
}
