package io.mediamesh.ingest.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.mesh.IceServers;
import io.mediamesh.mesh.LiveKitAccess;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoomAddressTest {
    private static RoomAddress parse(String url) {
        return RoomAddress.parse(SourceUrl.parse(url));
    }

    private static LiveKitConfig config(Map<String, String> values) {
        List<Setting<?>> all = new ArrayList<>(LiveKitConfig.all());
        all.addAll(IceServers.all());
        return LiveKitConfig.of(Settings.of(all, values));
    }

    private static void refuses(String url, String reason) {
        assertThatThrownBy(() -> parse(url)).isInstanceOf(MeshException.class).hasMessageContaining(reason);
    }

    @Test
    void aUrlIsTakenApart() {
        RoomAddress room = parse("livekits://key:se%2Fcret@example.org/My%20room%2F2?main=active-speaker");
        assertThat(room.server()).contains(new LiveKitAccess.Server(true, "example.org", 443));
        assertThat(room.apiKey()).isEqualTo("key");
        assertThat(room.apiSecret()).isEqualTo("se/cret");
        assertThat(room.room()).isEqualTo("My room/2");
        assertThat(room.main()).isEqualTo(RoomAddress.Main.ACTIVE_SPEAKER);
        RoomAddress other = parse("livekit://[::1]:7880/r?participant=b%C3%B6b");
        assertThat(other.server()).contains(new LiveKitAccess.Server(false, "::1", 7880));
        assertThat(other.participant()).contains("böb");
        assertThat(other.main()).isEqualTo(RoomAddress.Main.FIRST);
        assertThat(parse("LiveKit:stage").server()).isEmpty();
    }

    @Test
    void whatIsWrongIsNamed() {
        refuses("livekit://k:s@host", "the name of the room is missing");
        refuses("livekit://k:s@host/", "the name of the room is missing");
        refuses("livekit://k:s@host:70000/r", "the port must be 1 to 65535, not 70000");
        refuses("livekit://k:s@host/r?main=loudest", "main must be first or active-speaker, not \"loudest\"");
        refuses("livekit://k:s@host/r?mian=first", "the options main and participant, not \"mian\"");
        refuses("livekit://k:s@host/r?participant=", "participant must be the identity");
        refuses("livekit://k:s@host/" + "r".repeat(256), "1 to 255 characters");
        refuses("livekit://k:s@host/a%00b", "no control characters");
        refuses("livekit://k:s%@host/r", "must be written as %25");
        refuses("livekit:", "a LiveKit room is written livekit://KEY:SECRET@host:port/ROOM");
        refuses("livekit://k:s@ho@st:x/r", "a LiveKit room is written");
    }

    @Test
    void secretsAreNeverPrinted() {
        RoomAddress room = parse("livekit://key:secret@host/r?participant=x");
        assertThat(room).hasToString("livekit://host:80/r");
        assertThat(SourceUrl.parse("livekit://key:secret@host/r")).hasToString("livekit://***@host/r");
        assertThat(config(Map.of("livekit.api_key", "key", "livekit.api_secret", "secret"))
                        .toString())
                .doesNotContain("key", "secret");
    }

    @Test
    void settingsCompleteWhatTheUrlLeavesOut() {
        LiveKitConfig config = config(Map.of(
                "livekit.url", "wss://rooms.example",
                "livekit.api_key", "k",
                "livekit.api_secret", "s"));
        RoomAddress room = config.complete(parse("livekit:stage"));
        assertThat(room.server()).contains(new LiveKitAccess.Server(true, "rooms.example", 443));
        assertThat(room.apiKey()).isEqualTo("k");
        assertThat(room.apiSecret()).isEqualTo("s");
        assertThat(config.complete(parse("livekit://own:other@host/r")).apiSecret())
                .isEqualTo("other");
    }

    @Test
    void whatIsMissingIsNamedWithTheSettingThatWouldGiveIt() {
        LiveKitConfig empty = config(Map.of());
        assertThatThrownBy(() -> empty.complete(parse("livekit:stage")))
                .hasMessageContaining("names no server")
                .hasMessageContaining("livekit.url (LIVEKIT_URL)");
        assertThatThrownBy(() -> empty.complete(parse("livekit://host/stage")))
                .hasMessageContaining("has no API key")
                .hasMessageContaining("livekit.api_key (LIVEKIT_API_KEY)");
        assertThatThrownBy(() -> empty.complete(parse("livekit://key@host/stage")))
                .hasMessageContaining("has no API secret")
                .hasMessageContaining("livekit.api_secret (LIVEKIT_API_SECRET)");
    }

    @Test
    void aServerIsGivenAsOtherLiveKitClientsHaveIt() {
        assertThat(config(Map.of("livekit.url", "http://localhost:7880"))
                        .access()
                        .server())
                .contains(new LiveKitAccess.Server(false, "localhost", 7880));
        assertThatThrownBy(() -> config(Map.of("livekit.url", "livekit.example:7880")))
                .hasMessageContaining("livekit.url must be a URL such as ws://localhost:7880");
    }
}
