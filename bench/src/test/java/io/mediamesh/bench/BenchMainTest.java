package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BenchMainTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void theListNamesEveryBenchmark() {
        assertThat(BenchMain.run(out, out, "--list")).isZero();
        assertThat(printed().lines().map(line -> line.split(" ", -1)[0]))
                .containsExactly(
                        "fanout",
                        "idle",
                        "bus",
                        "stalled",
                        "latency",
                        "startup",
                        "webrtc",
                        "peers",
                        "whep",
                        "record",
                        "recorded",
                        "room",
                        "sync",
                        "audio",
                        "hub",
                        "detect",
                        "scale",
                        "clustered",
                        "failover",
                        "rolling",
                        "containers");
    }

    @Test
    void anUnknownNameIsWrongUsageAndSaysWhatThereIs() {
        assertThat(BenchMain.run(out, out, "fan-out")).isEqualTo(2);
        assertThat(printed())
                .contains("'fan-out'")
                .contains(
                        "fanout, idle, bus, stalled, latency, startup, webrtc, peers, whep, record, recorded, room, sync, audio");
    }

    @Test
    void noRoundsAreWrongUsage() {
        assertThat(BenchMain.run(out, out, "--rounds", "0", "idle")).isEqualTo(2);
        assertThat(printed()).contains("--rounds");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
