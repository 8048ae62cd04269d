package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.standalone.Finding.Level;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClusterFindingsTest {
    private static JsonObject member(String name) {
        return new JsonObject()
                .put("id", name)
                .put("name", name)
                .put("version", "1.0.0")
                .put("draining", false)
                .put("reachable", true)
                .put("answered_in_ms", 2.0)
                .put("clock_offset_ms", 0.3)
                .put("health", new JsonObject().put("vision", new JsonObject().put("ready", true)))
                .put("load", new JsonObject().put("heap_used_bytes", 10L).put("heap_max_bytes", 100L))
                .put("seen", new JsonObject().put("rejoined", 0))
                .put(
                        "address",
                        new JsonObject()
                                .put("cluster", "test")
                                .put("membership", "10.0.0.1:5701")
                                .put("bus", "10.0.0.1:42000")
                                .put("encrypted", false));
    }

    private static JsonObject cluster(JsonObject... members) {
        JsonObject services = new JsonObject();
        List.of("ingest", "vision", "tracking", "audio", "recorder", "gateway").forEach(name -> services.put(name, 2));
        return new JsonObject()
                .put("clustered", true)
                .put("members", new JsonArray(List.of((Object[]) members)))
                .put("services", services);
    }

    private static List<Finding> findings(JsonObject cluster) {
        return ClusterFindings.of(cluster, address -> true);
    }

    private static Finding about(List<Finding> findings, String subject) {
        return findings.stream()
                .filter(finding -> finding.subject().equals(subject) && finding.level() != Level.GOOD)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is wrong with " + subject + " in " + findings));
    }

    @Test
    void aClusterThatIsWellHasNothingToPutRight() {
        List<Finding> findings = findings(cluster(member("north"), member("south")));
        assertThat(findings).extracting(Finding::level).doesNotContain(Level.BAD);
        // That the bus is not encrypted is right in a private network, and told.
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Level.NOTE)
                .extracting(Finding::subject)
                .containsExactly("tls");
        assertThat(findings.getFirst().detail()).contains("2 of 2", "north, south");
    }

    @Test
    void aMemberThatDoesNotAnswerIsBad() {
        JsonObject silent = new JsonObject()
                .put("id", "x")
                .put("name", "east")
                .put("version", "1.0.0")
                .put("draining", false)
                .put("reachable", false);
        assertThat(about(findings(cluster(member("north"), silent)), "member"))
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.BAD))
                .satisfies(finding -> assertThat(finding.detail()).contains("east"));
    }

    @Test
    void versionsThatDifferAreNamedWithTheirMembers() {
        assertThat(about(findings(cluster(member("north"), member("south").put("version", "1.1.0"))), "versions")
                        .detail())
                .isEqualTo("1.0.0 (north), 1.1.0 (south)");
    }

    @Test
    void aServiceThatNobodyRunsIsBadAndOneThatRunsOnceIsNoted() {
        JsonObject cluster = cluster(member("north"));
        cluster.getJsonObject("services").put("recorder", 1).remove("vision");
        assertThat(findings(cluster))
                .filteredOn(finding -> finding.subject().equals("services") && finding.level() != Level.GOOD)
                .extracting(Finding::level)
                .containsExactly(Level.BAD, Level.NOTE);
    }

    @Test
    void aServiceThatIsNotReadySaysWhy() {
        JsonObject loading = member("north");
        loading.getJsonObject("health")
                .put("vision", new JsonObject().put("ready", false).put("detail", "the model is loading"));
        assertThat(about(findings(cluster(loading)), "services").detail())
                .isEqualTo("vision at north is not ready: the model is loading");
    }

    @Test
    void clocksAreJudgedByMoreThanIsInDoubt() {
        assertThat(about(findings(cluster(member("a"), member("b").put("clock_offset_ms", -400.0))), "clocks"))
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.NOTE))
                .satisfies(finding -> assertThat(finding.detail()).contains("400 ms apart", "b behind a"));
        assertThat(about(findings(cluster(member("a"), member("b").put("clock_offset_ms", 5000.0))), "clocks")
                        .level())
                .isEqualTo(Level.BAD);
        // Three seconds off, but the answer took six: nobody knows.
        JsonObject slow = member("b").put("clock_offset_ms", 3000.0).put("answered_in_ms", 6000.0);
        assertThat(findings(cluster(member("a"), slow)))
                .filteredOn(finding -> finding.subject().equals("clocks"))
                .extracting(Finding::level)
                .containsExactly(Level.GOOD);
    }

    @Test
    void anAddressThatEverybodyCanReachIsBad() {
        JsonObject open = member("north");
        // TEST-NET-3 of RFC 5737: outside of every private range.
        open.getJsonObject("address").put("membership", "203.0.113.7:5701");
        assertThat(about(findings(cluster(open)), "ports").level()).isEqualTo(Level.BAD);
    }

    @Test
    void portsThatCantBeReachedFromHereAreNoted() {
        List<Finding> findings = ClusterFindings.of(cluster(member("north")), address -> address.endsWith(":5701"));
        assertThat(about(findings, "ports").detail()).contains("10.0.0.1:42000", "not reachable");
    }

    @Test
    void splitsAndRefusedTasksAreNoted() {
        JsonObject busy = member("north");
        busy.getJsonObject("seen").put("rejoined", 2);
        busy.getJsonObject("load")
                .put(
                        "pools",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "vision-frames")
                                        .put("rejected", 5)));
        List<Finding> findings = findings(cluster(busy));
        assertThat(about(findings, "splits").detail()).contains("2 members");
        assertThat(about(findings, "load").detail()).contains("5 tasks of vision-frames");
    }

    @Test
    void aGatewayThatIsNotThereIsReportedWithItsAddress() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(new ClusterCheck(URI.create("http://127.0.0.1:" + port + "/")).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.BAD))
                .satisfies(finding -> assertThat(finding.detail()).contains(":" + port + "/api/v1/cluster"));
    }
}
