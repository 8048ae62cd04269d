package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.ingest.webrtc.WebRtcConfig;
import io.mediamesh.mesh.Settings;
import io.mediamesh.standalone.Finding.Level;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class ChecksTest {
    private static final String LOOPBACK = "127.0.0.1";

    @TempDir
    private Path folder = Path.of("");

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the holder of a port is found in Linux's /proc")
    void aPortInUseIsReportedWithItsHolderAndTheSettingToChange() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(new PortCheck(new GatewayAddress(LOOPBACK, List.of(taken.getLocalPort()), Map.of())).findings())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.level()).isEqualTo(Level.BAD);
                        assertThat(finding.detail())
                                .contains("process " + ProcessHandle.current().pid());
                        assertThat(finding.remedy()).contains("gateway.http.port");
                    });
        }
    }

    @Test
    void aPortIsFreeAgainAfterItsHolderLeft() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        assertThat(new PortCheck(new GatewayAddress(LOOPBACK, List.of(port), Map.of())).findings())
                .extracting(Finding::level)
                .containsExactly(Level.GOOD);
    }

    @Test
    void aTakenExtraPortNamesTheSettingOfExtraPorts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(new PortCheck(new GatewayAddress(LOOPBACK, List.of(0, taken.getLocalPort()), Map.of()))
                            .findings())
                    .last()
                    .satisfies(finding -> assertThat(finding.remedy()).contains("gateway.http.extra_ports"));
        }
    }

    @Test
    void aTakenPortOfDatagramsNamesItsSettingAndOneForConnectionsIsAnother() throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(new PortCheck(new GatewayAddress(LOOPBACK, List.of(0), Map.of("audio.udp.port", port)))
                            .findings())
                    .last()
                    .satisfies(finding -> assertThat(finding.remedy()).contains("audio.udp.port"));
            assertThat(new PortCheck(new GatewayAddress(LOOPBACK, List.of(0), Map.of("audio.tcp.port", port)))
                            .findings())
                    .extracting(Finding::level)
                    .containsOnly(Level.GOOD);
        }
    }

    @Test
    void aFolderThatIsNotThereYetIsJudgedByWhereItWillBeMade() {
        assertThat(new DiskCheck(folder.resolve("a/b/c"), "data.dir").findings())
                .extracting(Finding::level)
                .doesNotContain(Level.BAD);
    }

    @Test
    void aFileInPlaceOfTheFolderIsReported() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(new DiskCheck(file.resolve("data"), "data.dir").findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(Level.BAD);
                    assertThat(finding.remedy()).contains("data.dir");
                });
    }

    @Test
    void theLoopbackAddressIsForThisMachineOnly() {
        assertThat(new AddressCheck(LOOPBACK, 8080, "gateway.http.host").findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.detail())
                        .contains("http://127.0.0.1:8080/")
                        .contains("this machine only"));
    }

    private static Finding webRtc(Map<String, String> settings) {
        return new WebRtcAddressCheck(Settings.of(WebRtcConfig.all(), settings))
                .findings()
                .getFirst();
    }

    @Test
    void whatWebRtcAnswersWillNameIsTold() {
        assertThat(webRtc(Map.of(
                                "webrtc.advertised_addresses", "203.0.113.7",
                                "webrtc.min_port", "50000",
                                "webrtc.max_port", "50100"))
                        .line())
                .contains("203.0.113.7", "50000 to 50100");
        assertThat(webRtc(Map.of("webrtc.advertised_addresses", "127.0.0.1")).level())
                .isEqualTo(Finding.Level.NOTE);
        assertThat(webRtc(Map.of("webrtc.advertised_addresses", "example.org")).level())
                .isEqualTo(Finding.Level.BAD);
        assertThat(webRtc(Map.of("webrtc.min_port", "5", "webrtc.max_port", "4"))
                        .level())
                .isEqualTo(Finding.Level.BAD);
        assertThat(webRtc(Map.of()).line()).contains("127.0.0.1");
    }

    @Test
    void anAddressOfAnotherMachineIsReportedWithOurOwn() {
        // TEST-NET-3 of RFC 5737: never anybody's address.
        assertThat(new AddressCheck("203.0.113.7", 8080, "gateway.http.host").findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(Level.BAD);
                    assertThat(finding.remedy()).contains("http://127.0.0.1:8080/");
                });
    }

    @Test
    void aJumpOfTheWallClockIsReportedAndAHairIsNot() {
        assertThat(ClockCheck.ofJump(3_600_000_000_000L).detail()).contains("3600000 ms");
        assertThat(ClockCheck.ofJump(-3_600_000_000_000L).level()).isEqualTo(Level.BAD);
        assertThat(ClockCheck.ofJump(1_000_000).level()).isEqualTo(Level.GOOD);
    }

    @Test
    void theClockOfThisMachineIsLookedAt() {
        assertThat(new ClockCheck().findings()).hasSize(2).allSatisfy(finding -> assertThat(finding.subject())
                .isEqualTo("clock"));
    }

    @Test
    void theNativeLibrariesLoadAndWork() {
        assertThat(new NativeLibraryCheck().findings())
                .extracting(Finding::level)
                .containsExactly(Level.GOOD, Level.GOOD, Level.GOOD);
    }

    @Test
    void whatToDoStandsUnderWhatIsWrong() {
        assertThat(Finding.bad("port 8080", "in use", "stop it").line())
                .isEqualToNormalizingNewlines("✗ port 8080  in use\n             → stop it");
    }
}
