package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.mesh.AddressRules;
import io.mediamesh.mesh.Settings;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceRulesTest {
    private static void check(String url, String... settings) {
        Map<String, String> values = settings.length == 0 ? Map.of() : Map.of(settings[0], settings[1]);
        SourceRules.check(SourceUrl.parse(url), Settings.of(IngestConfig.all(), values));
    }

    private static void assertRefused(FailureCode code, String part, String url, String... settings) {
        assertThatThrownBy(() -> check(url, settings))
                .isInstanceOfSatisfying(MeshException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(code);
                    assertThat(refused.field()).contains("source.url");
                })
                .hasMessageContaining(part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/x", "concat:a|b", "rtmp://host/x", "udp://1.2.3.4:5", "tcp://1.2.3.4:5"})
    void anUnknownSchemeIsRefusedWithTheKnownOnes(String url) {
        assertRefused(FailureCode.INVALID, "test:, file:, rtsp://, rtsps://, http://, https://", url);
    }

    @ParameterizedTest
    @CsvSource({
        "test:?size=640, size must be two even numbers from 64x48 to 4096x4096",
        "test:?size=641x480, even",
        "test:?size=8000x8000, 4096x4096",
        "test:?fps=0, fps must be a whole number from 1 to 120",
        "test:?fps=abc, fps must be a whole number from 1 to 120",
        "test:?tone=7, tone must be a whole number from 20 to 20000",
        "test:?channels=3, channels must be a whole number from 1 to 2",
        "test:?colour=red, no parameter \"colour\"",
        "test:pattern, a test source is written"
    })
    void wrongTestParametersAreNamed(String url, String part) {
        assertRefused(FailureCode.INVALID, part, url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://",
                "rtsp:///path",
                "http://host:0/",
                "http://host:99999/",
                "http://a b@c@d:x/",
                "rtsp:host/x"
            })
    void aUrlWithoutAHostIsRefused(String url) {
        assertRefused(FailureCode.INVALID, "", url);
    }

    @Test
    void aRefusalNeverShowsThePassword() {
        assertThatThrownBy(() -> check("rtsp://user:pa/ss@host:x/")).hasMessageNotContaining("pa/ss");
        assertThatThrownBy(() -> check("rtsp://user:s3cret@127.0.0.1/")).hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "localhost", "10.1.2.3", "192.168.0.4", "172.31.0.1", "169.254.169.254", "100.64.0.1",
                "0.0.0.0", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fd00::1]",
                "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "127.1", "2130706433"
            })
    void addressesThatAreNotPublicNeedPermission(String host) {
        assertRefused(FailureCode.FORBIDDEN, "ingest.allow_private_addresses", "rtsp://" + host + "/x");
        assertThatCode(() -> check("rtsp://" + host + "/x", "ingest.allow_private_addresses", "true"))
                .doesNotThrowAnyException();
    }

    @Test
    void publicAddressesAndListedNetworksAreFine() {
        check("rtsp://8.8.8.8/x");
        check("https://[2606:4700::1]/x");
        check("http://192.168.7.20/x", "ingest.allowed_addresses", "192.168.7.0/24,10.0.0.0/8");
        assertRefused(
                FailureCode.FORBIDDEN,
                "192.168.8.20",
                "http://192.168.8.20/x",
                "ingest.allowed_addresses",
                "192.168.7.0/24");
    }

    @Test
    void oneForbiddenAddressAmongManyIsEnough() throws Exception {
        AddressRules rules = new AddressRules(false, List.of());
        InetAddress[] both = {InetAddress.ofLiteral("8.8.8.8"), InetAddress.ofLiteral("127.0.0.1")};
        assertThatThrownBy(() -> rules.check("rebinding.example", both, "some.allowed", "some.allow", "url"))
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void filesMustExistBeRegularAndLieUnderARoot(@TempDir Path folder) throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        Path inside = Files.writeString(root.resolve("in side.mp4"), "x");
        Path outside = Files.writeString(folder.resolve("outside.mp4"), "x");
        Path link = Files.createSymbolicLink(root.resolve("link.mp4"), outside);
        check(inside.toUri().toString());
        check("file:" + inside);
        assertRefused(FailureCode.INVALID, "no such file", "file:///nowhere/x.mp4");
        assertRefused(FailureCode.INVALID, "not a regular file", folder.toUri().toString());
        assertRefused(FailureCode.INVALID, "not a regular file", "file:///dev/zero");
        assertRefused(FailureCode.INVALID, "three slashes", "file://clip.mp4");

        String[] rooted = {"ingest.file_roots", root.toString()};
        check(inside.toUri().toString(), rooted);
        assertRefused(
                FailureCode.FORBIDDEN, "ingest.file_roots", outside.toUri().toString(), rooted);
        assertRefused(FailureCode.FORBIDDEN, "ingest.file_roots", link.toUri().toString(), rooted);
        assertRefused(FailureCode.FORBIDDEN, "ingest.file_roots", "file:" + root + "/../outside.mp4", rooted);
        assertRefused(FailureCode.FORBIDDEN, "ingest.file_roots", "file:///nowhere/x.mp4", rooted);
    }

    @Test
    void devicesAreNamedByTheirPath() {
        check("device:/dev/video0");
        assertRefused(FailureCode.INVALID, "device:/dev/video0", "device:/etc/passwd");
        assertRefused(FailureCode.INVALID, "device:/dev/video0", "device:/dev/../etc/passwd");
        assertRefused(FailureCode.INVALID, "device:/dev/video0", "device:");
    }

    @Test
    void theSizeRateAndFormatOfADeviceAreChecked() {
        check("device:/dev/video0?size=1280x720&fps=30&format=mjpeg");
        check("device:///dev/v4l/by-id/usb-cam-index0?fps=15");
        assertRefused(FailureCode.INVALID, "WIDTHxHEIGHT", "device:/dev/video0?size=big");
        assertRefused(FailureCode.INVALID, "4096", "device:/dev/video0?size=8000x720");
        assertRefused(FailureCode.INVALID, "1 to 240", "device:/dev/video0?fps=0");
        assertRefused(FailureCode.INVALID, "yuyv422", "device:/dev/video0?format=rgb");
        assertRefused(FailureCode.INVALID, "size, fps and format", "device:/dev/video0?width=640");
    }

    @Test
    void everySettingHasItsDefault() {
        IngestConfig config = IngestConfig.of(Settings.of(IngestConfig.all(), Map.of()));
        assertThat(config.addresses()).isEqualTo(new AddressRules(false, List.of()));
        assertThat(config.fileRoots()).isEmpty();
        assertThat(config.rtspTransport()).isEqualTo("tcp");
        assertThat(config.stallTimeout()).hasSeconds(5);
        assertThat(config.openTimeout()).hasSeconds(8);
        assertThat(config.reconnectFirst()).hasMillis(500);
        assertThat(config.reconnectMost()).hasSeconds(3);
        assertThat(config.maxSidePx()).isEqualTo(4096);
        assertThat(config.tlsVerify()).isTrue();
        assertThat(config.caFile()).isEmpty();
    }

    @Test
    void aNetworkThatIsNoneIsRefused() {
        assertThatThrownBy(() -> Settings.of(IngestConfig.all(), Map.of("ingest.allowed_addresses", "lan")))
                .hasMessageContaining("192.168.1.0/24");
    }
}
