package io.mediamesh.ingest.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdpTest {
    private static final String VIDEO = """
            v=0
            o=- 1 1 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99
            c=IN IP4 0.0.0.0
            b=AS:9000
            a=mid:0
            a=sendrecv
            a=ice-ufrag:abcd
            a=ice-pwd:0123456789012345678901
            a=fingerprint:sha-256 00:11
            a=setup:actpass
            a=rtpmap:96 VP8/90000
            a=rtpmap:97 rtx/90000
            a=rtpmap:98 H264/90000
            a=rtpmap:99 VP9/90000
            a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host
            """.replace("\n", "\r\n");

    static Stream<String> unusable() {
        return Stream.of(
                "",
                "hello",
                "v=0\r\n",
                VIDEO.replace("m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99", "m=video"),
                VIDEO.replace("a=ice-ufrag:abcd\r\n", ""),
                VIDEO.replace("a=ice-pwd:0123456789012345678901\r\n", ""),
                VIDEO.replace("a=fingerprint:sha-256 00:11\r\n", ""),
                VIDEO.replace("a=mid:0", "mid"),
                VIDEO.replace("a=mid:0", "a=mid:\u0000"),
                VIDEO + "a=x\r\n".repeat(100_000),
                VIDEO + "a=" + "x".repeat(SdpOffer.MAX_CHARS),
                VIDEO + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n".repeat(40));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void whatCannotBeAnsweredIsRefusedByTheNameOfItsField(String sdp) {
        assertThatThrownBy(() -> SdpOffer.parse(sdp))
                .isInstanceOfSatisfying(
                        MeshException.class, wrong -> assertThat(wrong.field()).contains("sdp"))
                .hasMessageContaining("sdp");
    }

    @Test
    void anOfferIsPassedOnAsItCame() {
        assertThat(SdpOffer.parse(VIDEO).text()).isEqualTo(VIDEO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=recvonly", "a=inactive"})
    void aSectionThatDoesNotSendIsNoVideoOffered(String direction) {
        assertThat(SdpOffer.parse(VIDEO).sendsVideo()).isTrue();
        assertThat(SdpOffer.parse(VIDEO.replace("a=sendrecv", direction)).sendsVideo())
                .isFalse();
    }

    @Test
    void aRejectedSectionIsNeitherSentNorReceived() {
        SdpOffer offer = SdpOffer.parse(VIDEO.replace("m=video 9", "m=video 0"));
        assertThat(offer.sendsVideo()).isFalse();
        assertThat(offer.receivesVideo()).isFalse();
    }

    @Test
    void theFormatsOfVideoAreOrderedByPreferenceAndLimited() {
        String text = SdpOffer.parse(VIDEO)
                .preferring(List.of("H264", "VP9"), 1_000_000)
                .text();
        assertThat(text).contains("m=video 9 UDP/TLS/RTP/SAVPF 98 99 96 97\r\nc=IN IP4 0.0.0.0\r\nb=TIAS:1000000\r\n");
        assertThat(text).doesNotContain("b=AS");
        assertThat(SdpOffer.parse(text).receivesVideo()).isTrue();
    }

    @Test
    void aRestartHasOtherCredentialsAndNoOldCandidates() {
        SdpOffer restarted = SdpOffer.parse(VIDEO).restarted("efgh", "abcdefghijklmnopqrstuv");
        assertThat(restarted.iceUfrag()).isEqualTo("efgh");
        assertThat(restarted.text())
                .contains("a=ice-pwd:abcdefghijklmnopqrstuv")
                .doesNotContain("a=candidate");
    }

    @Test
    void ourCandidatesAreToldAtEachAddressTheFirstOnePreferred() {
        String answer = SdpAnswer.advertising(
                sdp(
                        "m=video 9 x 96",
                        "a=candidate:7 1 udp 2122260223 10.0.0.2 40000 typ host generation 0",
                        "a=candidate:8 1 tcp 1518280447 10.0.0.2 9 typ host tcptype active",
                        "a=candidate:9 1 udp 2122260223 fd00::1 40001 typ host",
                        "a=candidate:10 1 udp 1686052607 203.0.113.9 40002 typ srflx raddr 0.0.0.0 rport 0"),
                List.of("192.168.1.5", "127.0.0.1"),
                0);
        assertThat(answer.lines().filter(line -> line.startsWith("a=candidate")))
                .containsExactly(
                        "a=candidate:70 1 udp 2122260223 192.168.1.5 40000 typ host generation 0",
                        "a=candidate:71 1 udp 2122259967 127.0.0.1 40000 typ host generation 0",
                        "a=candidate:10 1 udp 1686052607 203.0.113.9 40002 typ srflx raddr 0.0.0.0 rport 0");
    }

    @Test
    void aMachineWithoutANetworkIsFoundAtItsLoopbackAddress() {
        String answer = SdpAnswer.advertising("m=video 9 x 96\r\na=ice-ufrag:abcd\r\n", List.of("127.0.0.1"), 40_000);
        assertThat(answer).contains("a=candidate:10 1 udp 2130706431 127.0.0.1 40000 typ host\r\n");
    }

    @Test
    void aFragmentHoldsTheIcePartOfTheFirstSection() {
        String fragment = SdpAnswer.iceFragment(sdp(
                "v=0",
                "m=video 9 x 96",
                "c=IN IP4 0.0.0.0",
                "a=mid:0",
                "a=ice-ufrag:abcd",
                "a=ice-pwd:p",
                "a=candidate:1 1 udp 1 127.0.0.1 4 typ host",
                "m=audio 9 x 0",
                "a=mid:1"));
        assertThat(fragment)
                .isEqualTo(sdp(
                        "m=video 9 x 96",
                        "a=mid:0",
                        "a=ice-ufrag:abcd",
                        "a=ice-pwd:p",
                        "a=candidate:1 1 udp 1 127.0.0.1 4 typ host",
                        "a=end-of-candidates"));
    }

    private static String sdp(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    @Test
    void candidatesOfAFragmentBelongToTheSectionBeforeThem() {
        IceFragment fragment = IceFragment.parse(sdp(
                "a=ice-ufrag:abcd",
                "a=ice-pwd:0123456789012345678901",
                "m=audio 9 RTP/AVP 0",
                "a=mid:0",
                "a=candidate:1 1 udp 1 192.0.2.1 4 typ host",
                "m=video 9 RTP/AVP 96",
                "a=mid:1",
                "a=candidate:2 1 udp 1 192.0.2.1 5 typ host"));
        assertThat(fragment.ufrag()).isEqualTo("abcd");
        assertThat(fragment.candidates())
                .containsExactly(
                        new IceFragment.Candidate("0", "candidate:1 1 udp 1 192.0.2.1 4 typ host"),
                        new IceFragment.Candidate("1", "candidate:2 1 udp 1 192.0.2.1 5 typ host"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "a=ice-ufrag:abcd", "a=ice-ufrag:a b\r\na=ice-pwd:0123456789012345678901"})
    void aFragmentThatCannotBeUsedIsRefused(String text) {
        assertThatThrownBy(() -> IceFragment.parse(text)).isInstanceOf(MeshException.class);
    }
}
