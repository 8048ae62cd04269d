package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mediamesh.contracts.MeshException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class OwnAddressTest {
    private static MemberAddresses places(InetAddress... addresses) {
        return new MemberAddresses(List.of("members"), name -> addresses);
    }

    private static InetAddress outward() throws SocketException {
        List<InetAddress> all = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        Assumptions.assumeFalse(all.isEmpty(), "this machine has the loopback address only");
        return all.getFirst();
    }

    @Test
    void autoIsTheAddressFromWhichMembersAreReached() throws SocketException {
        InetAddress own = outward();
        assertThat(OwnAddress.of("auto", places(own))).isEqualTo(own.getHostAddress());
    }

    @Test
    void autoIsAnAddressOfThisMachineWhereNoMemberHasOneYet() throws SocketException {
        InetAddress found = InetAddress.ofLiteral(OwnAddress.of("auto", places()));
        assertThat(NetworkInterface.getByInetAddress(found)).isNotNull();
    }

    @Test
    void anAddressOfAnotherMachineIsRefusedWithThoseOfThisOne() {
        // 203.0.113.0/24 is for documentation (RFC 5737): nobody has it.
        assertThatThrownBy(() -> OwnAddress.of("203.0.113.9", places()))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("cluster.host is \"203.0.113.9\", which is no address of this machine; it has")
                .hasMessageContaining("127.0.0.1")
                .hasMessageContaining("auto");
    }

    @Test
    void aNameBecomesItsAddress() {
        assertThat(OwnAddress.of("localhost", places())).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
    }
}
