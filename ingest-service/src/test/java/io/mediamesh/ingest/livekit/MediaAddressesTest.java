package io.mediamesh.ingest.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaAddressesTest {
    private final MediaAddresses addresses = new MediaAddresses(
            address -> !address.isSiteLocalAddress() && !address.isLinkLocalAddress() && !address.isLoopbackAddress(),
            List.of(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("fe80::1")));

    @ParameterizedTest
    @CsvSource({
        "203.0.114.5, true",
        "10.0.0.1, true",
        "10.0.0.2, false",
        "169.254.169.254, false",
        "127.0.0.1, false",
        "::ffff:169.254.169.254, false",
        "fe80::1, true",
        "fe80::2, false",
        "2a00:1450::5, true",
        "metadata.internal, false",
        "4f2a9c.local, false",
    })
    void aCandidateIsTakenWhereTheServerIsOrSourcesMayBe(String address, boolean taken) {
        assertThat(addresses.permitsCandidate("candidate:1 1 udp 2130706431 " + address + " 7882 typ host"))
                .isEqualTo(taken);
        assertThat(addresses.permitsCandidate(
                        "candidate:2 1 tcp 1671430143 " + address + " 7881 typ host tcptype passive"))
                .isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "candidate:", "candidate:1 1 udp 5", "candidate:1 1 udp 5 ", "nonsense"})
    void whatIsNoCandidateIsNotTaken(String candidate) {
        assertThat(addresses.permitsCandidate(candidate)).isFalse();
    }

    @Test
    void aDescriptionLosesNothingButForbiddenCandidates() {
        String kept =
                "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=candidate:1 1 udp 9 10.0.0.1 5 typ host\r\na=mid:0\r\n";
        String sdp = kept.replace("a=mid", "a=candidate:2 1 udp 9 169.254.169.254 80 typ host\r\na=mid");
        assertThat(addresses.cleared(sdp)).isEqualTo(kept);
        assertThat(addresses.cleared(kept)).isEqualTo(kept);
        assertThat(addresses.refused()).isEqualTo("169.254.169.254");
    }

    @ParameterizedTest
    @CsvSource({
        "turn:10.0.0.1:3478?transport=udp, turn:10.0.0.1:3478?transport=udp",
        "turn:203.0.114.5, turn:203.0.114.5",
        "turn:[fe80::1]:3478, turn:[fe80:0:0:0:0:0:0:1]:3478",
        "turns:203.0.114.5:443?transport=tcp, turns:203.0.114.5:443?transport=tcp",
        "turn:10.0.0.2:3478, ''",
        "turns:10.0.0.2:443, ''",
        "stun:127.0.0.1, ''",
        "turn:localhost:3478, ''",
        "turn:169.254.169.254:80?transport=tcp, ''",
        "http://203.0.114.5/, ''",
    })
    void anIceServerIsUsedAtTheAddressThatWasChecked(String named, String used) {
        assertThat(addresses.resolved(named).orElse("")).isEqualTo(used);
    }
}
