package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HazelcastMembershipTest {
    @Test
    void otherMachinesAreAskedAtOnePortAndThisOneAlsoAtThoseBehindIt() {
        ClusterConfig cluster = ClusterConfig.of(Settings.of(
                ClusterConfig.all(),
                Map.of(
                        "cluster.host", "10.0.0.11",
                        "cluster.port", "5800",
                        "cluster.members", "10.0.0.11,10.0.0.12,north:5901")));
        assertThat(HazelcastMembership.addresses(cluster))
                .isEqualTo(
                        List.of("10.0.0.11:5800", "10.0.0.11:5801", "10.0.0.11:5802", "10.0.0.12:5800", "north:5901"));
    }
}
