package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A laptop in an aeroplane: the loopback address is the only one there is. */
@Tag("slow")
final class LoopbackOnlyTest {
    private final String namespace = "mediamesh-" + ProcessHandle.current().pid();
    private final List<String> within = List.of("ip", "netns", "exec", namespace);

    @BeforeEach
    void enter() {
        Tool.need("ip");
        Tool.Result made = Tool.run(10, List.of("ip", "netns", "add", namespace));
        Assumptions.assumeTrue(made.status() == 0, "no network namespace can be made here: " + made.output());
        assertThat(Tool.run(10, List.of("ip", "-n", namespace, "link", "set", "lo", "up"))
                        .status())
                .isZero();
    }

    @AfterEach
    void leave() {
        Tool.run(10, List.of("ip", "netns", "delete", namespace));
    }

    @Test
    void aPeerOfTheSameMachineConnectsWithoutANetwork(@TempDir Path folder) {
        try (Product product = Product.launchWithin(within, folder, Map.of())) {
            Await.until("it is ready", Duration.ofSeconds(60), () -> product.output()
                    .contains("is ready"));
            try (AiortcPeer peer =
                    AiortcPeer.start(within, product, "--loopback", "--luma", "100", "--seconds", "3", "--quiet")) {
                JsonObject summary = peer.summaries().getFirst();
                assertThat(summary.getInteger("messages")).as(summary.encode()).isGreaterThan(60);
                assertThat(summary.getDouble("current_max")).isBetween(99.0, 101.0);
            }
        }
    }
}
