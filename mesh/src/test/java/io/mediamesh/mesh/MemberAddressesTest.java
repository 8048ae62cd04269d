package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Names are given addresses by the test; literal addresses are parsed by the JDK. */
final class MemberAddressesTest {
    private static final String HERE = "10.0.0.11";

    private final Map<String, List<String>> names = new ConcurrentHashMap<>();

    private InetAddress[] lookup(String name) throws UnknownHostException {
        if (!name.equals("members")) {
            return new InetAddress[] {InetAddress.ofLiteral(name)};
        }
        List<String> found = names.get(name);
        if (found == null) {
            throw new UnknownHostException(name);
        }
        return found.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    private MemberAddresses of(String setting) {
        return new MemberAddresses(MemberAddresses.words(setting), this::lookup);
    }

    @Test
    void aNameStandsForAllOfItsAddressesWithThePortThatWasGiven() {
        names.put("members", List.of("10.0.0.1", "10.0.0.2"));
        assertThat(of("members:5702, 10.0.0.9").current(HERE, 5701))
                .containsExactly("10.0.0.1:5702", "10.0.0.2:5702", "10.0.0.9:5701");
    }

    @Test
    void otherMachinesAreAskedAtOnePortAndThisOneAlsoAtThoseBehindIt() {
        assertThat(of("10.0.0.11,10.0.0.12,127.0.0.1").current(HERE, 5800))
                .containsExactly(
                        "10.0.0.11:5800",
                        "10.0.0.11:5801",
                        "10.0.0.11:5802",
                        "10.0.0.12:5800",
                        "127.0.0.1:5800",
                        "127.0.0.1:5801",
                        "127.0.0.1:5802");
    }

    @Test
    void membersThatComeAndGoAreSeenAtTheNextLook() {
        MemberAddresses places = of("members");
        assertThat(places.current(HERE, 5701)).isEmpty();
        names.put("members", List.of("10.0.0.1"));
        assertThat(places.current(HERE, 5701)).containsExactly("10.0.0.1:5701");
        names.put("members", List.of("10.0.0.7"));
        assertThat(places.current(HERE, 5701)).containsExactly("10.0.0.7:5701");
    }

    @Test
    void addressesOfIpv6HaveBracketsWhetherTheyWereWrittenOrNot() {
        assertThat(of("[fd00::1]:5701,fd00::2").current(HERE, 5702))
                .containsExactly("[fd00:0:0:0:0:0:0:1]:5701", "[fd00:0:0:0:0:0:0:2]:5702");
    }

    @Test
    void whatIsNoHostOrPortIsRefusedNamingTheSetting() {
        for (String wrong : List.of("host:port", "a b", "host:0", "host:65536", "[::1", "http://host")) {
            assertThatThrownBy(() -> ClusterConfig.MEMBERS.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(MeshException.class)
                    .hasMessageContaining("cluster.members must be a list of host or host:port");
        }
    }
}
