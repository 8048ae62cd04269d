package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IceServersTest {
    private static IceServers of(Map<String, String> values) {
        return IceServers.of(Settings.of(IceServers.all(), values));
    }

    @Test
    void withoutSettingsThereAreNone() {
        assertThat(of(Map.of())).isEqualTo(new IceServers(List.of(), "", ""));
    }

    @Test
    void theyMayBeAListInTheFileAndWordsInTheEnvironment() {
        JsonObject file = new JsonObject()
                .put(
                        "webrtc",
                        new JsonObject()
                                .put(
                                        "ice_servers",
                                        JsonArray.of("stun:a.example:3478", "turn:b.example?transport=tcp")));

        assertThat(IceServers.of(Settings.resolve(IceServers.all(), file, Map.of()))
                        .urls())
                .containsExactly("stun:a.example:3478", "turn:b.example?transport=tcp");
        assertThat(IceServers.of(Settings.resolve(
                                IceServers.all(),
                                new JsonObject(),
                                Map.of(
                                        "MEDIAMESH_WEBRTC_ICE_SERVERS", "stun:a.example, turns:b.example:5349",
                                        "MEDIAMESH_WEBRTC_ICE_USERNAME", "me",
                                        "MEDIAMESH_WEBRTC_ICE_CREDENTIAL", "hunter2")))
                        .credential())
                .isEqualTo("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stun:stun.example.net",
                "stun:192.0.2.1:3478",
                "stun:[2001:db8::1]:3478",
                "stuns:stun.example.net:5349",
                "turn:turn.example.net:3478?transport=udp",
                "turns:turn.example.net:65535?transport=tcp",
            })
    void theFormsOfTheStandardsAreTaken(String url) {
        assertThat(of(Map.of("webrtc.ice_servers", url)).urls()).containsExactly(url);
        assertThat(IceServers.isRelay(url)).isEqualTo(url.startsWith("turn"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stun.example.net:3478",
                "stun://stun.example.net",
                "http://stun.example.net",
                "stun:",
                "stun:host:0",
                "stun:host:65536",
                "stun:host:port",
                "stun:host?transport=udp",
                "turn:host?transport=sctp",
                "turn:user@host",
                "stun:a>; rel=\"x\"",
                "stun:good.example,nonsense",
            })
    void othersAreRefusedWithTheFormsThatAreTaken(String url) {
        assertThatThrownBy(() -> of(Map.of("webrtc.ice_servers", url)))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("webrtc.ice_servers")
                .hasMessageContaining("stun:host:port")
                .hasMessageContaining("turn:host:port?transport=udp");
    }

    @Test
    void aCredentialThatCannotStandInAHeaderIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> of(Map.of("webrtc.ice_credential", "geheim\r\nX: y")))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("webrtc.ice_credential")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void theCredentialIsNotPrinted() {
        assertThat(of(Map.of("webrtc.ice_servers", "turn:host", "webrtc.ice_credential", "geheim")))
                .asString()
                .contains("turn:host")
                .doesNotContain("geheim");
    }
}
