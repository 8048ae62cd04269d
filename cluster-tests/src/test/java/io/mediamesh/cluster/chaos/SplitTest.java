package io.mediamesh.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three machines, of which one is cut off from the others and later is not any more. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SplitTest {
    /** So many that the machine which is to be cut off has one of them, whatever the hashing. */
    private static final int STREAMS = 30;

    private Network network;
    private Services services;
    private final Gateway[] gateways = new Gateway[3];

    @BeforeAll
    void start(@TempDir Path folder) {
        network = Network.of(3);
        services = Services.in(network, folder, "split");
        for (int index = 0; index < 3; index++) {
            gateways[index] = services.launch("all", "machine-" + index, Optional.of(network.place(index)), Map.of())
                    .gateway();
        }
        services.awaitReady();
        services.awaitMembers(gateways[2], 3);
    }

    @AfterAll
    void stop() {
        if (services != null) {
            services.close();
        }
        if (network != null) {
            network.close();
        }
    }

    /** A stream whose source the machine that is to be cut off has open, although the viewer is elsewhere. */
    private String streamOf(String machine) {
        return IntStream.range(0, STREAMS)
                .mapToObj(index -> "cam" + index)
                .filter(stream -> {
                    gateways[0].putStream(stream, "test:?size=160x120&fps=10");
                    try (TopicViewer viewer = TopicViewer.of(stream, "video", gateways[0])) {
                        return gateways[0].awaitProducer(stream, "video").equals(machine) && viewer.items.get() > 0;
                    }
                })
                .findFirst()
                .orElseThrow(() -> new AssertionError("no stream is at " + machine));
    }

    @Test
    void theSmallerSideGivesUpWhatTheLargerSideTakesOverAndAllIsWellAfterwards() {
        String stream = streamOf("machine-2");
        int known = gateways[0].get("/api/v1/streams").expect(200).getInteger("count");
        try (TopicViewer larger = TopicViewer.of(stream, "video", gateways[0]);
                TopicViewer smaller = TopicViewer.of(stream, "video", gateways[2])) {
            network.cut(network.place(2));

            Await.until("the larger side has lost it", () -> larger.states.contains("lost"));
            larger.await(10);
            Await.until("the smaller side has given it up", () -> smaller.states.contains("lost"));
            Await.until("the smaller side sees who is left", gateways[2]::members, names -> names.size() == 1);

            JsonObject fresh = new JsonObject().put("source", new JsonObject().put("url", "test:"));
            Gateway.Answer refused = gateways[2].put("/api/v1/streams/fresh", fresh);
            assertThat(refused.status()).as(refused.body()).isEqualTo(503);
            assertThat(refused.body())
                    .contains("smaller side")
                    .contains("machine-0")
                    .contains("machine-1");
            assertThat(gateways[2].delete("/api/v1/streams/cam0").status()).isEqualTo(503);
            assertThat(gateways[2].get("/api/v1/streams").expect(200).getInteger("count"))
                    .isEqualTo(known);
            assertThat(gateways[1].put("/api/v1/streams/fresh", fresh).status()).isEqualTo(201);
            long whileCut = smaller.items.get();
            larger.await(10);
            assertThat(smaller.items.get()).isEqualTo(whileCut);

            network.heal(network.place(2));
            for (Gateway gateway : gateways) {
                Await.until("all members at " + gateway, gateway::members, names -> names.size() == 3);
                Await.until(
                        "the new stream at " + gateway,
                        () -> gateway.get("/api/v1/streams/fresh").status(),
                        status -> status == 200);
            }
            smaller.await(5);
            larger.await(5);
            String owner = gateways[0].awaitProducer(stream, "video");
            assertThat(owner).isNotEqualTo("machine-2");
            for (Gateway gateway : gateways) {
                assertThat(gateway.producers(stream, "video")).containsExactly(owner);
            }
            for (Gateway gateway : gateways) {
                gateway.put("/api/v1/streams/after-" + gateway, fresh).expect(201);
                try (TopicViewer viewer = TopicViewer.of("after-" + gateway, "intensity", gateways[2])) {
                    viewer.await(3);
                }
            }
        }
    }
}
