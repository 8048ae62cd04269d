package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the benchmarks make of their rounds. */
class OutcomesTest {
    private static Load load(long cpuMillis, long frames, long altered) {
        return new Load(
                Duration.ofMillis(cpuMillis),
                new JsonObject()
                        .put("frames", frames)
                        .put("altered", altered)
                        .put("viewers", 100L)
                        .put("source_frames", 300L)
                        .put("p99_millis", 9.5));
    }

    private static JsonObject bus(double rate, double p99Millis) {
        return new JsonObject()
                .put("megabytes_per_second", rate)
                .put("control_p50_millis", 0.4)
                .put("control_p99_millis", p99Millis);
    }

    @Test
    void cpuTimeIsDividedByTheFramesThatArrivedUnchanged() {
        Load load = load(600, 30_000, 10_000);
        assertThat(load.cpuMicrosPerFrame()).isEqualTo(30);
        assertThat(load.deliveredShare()).isEqualTo(20_000 / 30_000.0);
        assertThat(load(600, 0, 0).cpuMicrosPerFrame()).isNaN();
    }

    @Test
    void fanOutIsMetByAsLittleCpuTimeAsThePeers() {
        assertThat(FanoutBenchmark.outcome(List.of(load(600, 30_000, 0)), List.of(load(600, 30_000, 0)))
                        .isMet())
                .isTrue();
        assertThat(FanoutBenchmark.outcome(List.of(load(610, 30_000, 0)), List.of(load(600, 30_000, 0)))
                        .isMet())
                .isFalse();
    }

    @Test
    void broadcastsAreMetByAsManyFramesForASecondOfCpuAsThePeers() {
        assertThat(HubBenchmark.fanoutFigures(List.of(load(600, 30_000, 0)), List.of(load(600, 30_000, 0))))
                .allMatch(Figure::isMet);
        assertThat(HubBenchmark.fanoutFigures(List.of(load(610, 30_000, 0)), List.of(load(600, 30_000, 0)))
                        .getFirst()
                        .isMet())
                .isFalse();
        assertThat(HubBenchmark.fanoutFigures(List.of(load(60, 20_000, 1)), List.of(load(600, 30_000, 0))))
                .extracting(Figure::isMet)
                .containsExactly(true, false, false);
    }

    @Test
    void aHubThatChangesFramesMissesTheGoalHoweverCheapItIs() {
        assertThat(FanoutBenchmark.outcome(List.of(load(60, 30_000, 1)), List.of(load(600, 30_000, 0)))
                        .isMet())
                .isFalse();
    }

    @Test
    void aHubThatSavesWorkByDroppingFramesMissesTheGoal() {
        assertThat(FanoutBenchmark.outcome(List.of(load(60, 20_000, 0)), List.of(load(600, 30_000, 0)))
                        .isMet())
                .isFalse();
    }

    @Test
    void theBusIsMeasuredByItsMedianRound() {
        List<JsonObject> raw = List.of(bus(1000, 1), bus(900, 1), bus(1100, 1));
        assertThat(BusBenchmark.outcome(List.of(bus(700, 9), bus(20, 90), bus(710, 8)), raw)
                        .isMet())
                .isTrue();
        assertThat(BusBenchmark.outcome(List.of(bus(690, 9), bus(20, 9), bus(710, 8)), raw)
                        .isMet())
                .isFalse();
        assertThat(BusBenchmark.outcome(List.of(bus(700, 11), bus(800, 9), bus(710, 12)), raw)
                        .isMet())
                .isFalse();
    }

    @Test
    void oneRoundThatKeptTooMuchForAStalledViewerIsOneTooMany() {
        var good = new StalledBenchmark.Round(0, 2, 300_000, 90, false);
        assertThat(StalledBenchmark.outcome(List.of(good, good)).isMet()).isTrue();
        assertThat(StalledBenchmark.outcome(List.of(good, new StalledBenchmark.Round(1, 2, 300_000, 90, false)))
                        .isMet())
                .isFalse();
        assertThat(StalledBenchmark.outcome(List.of(good, new StalledBenchmark.Round(0, 4, 300_000, 90, false)))
                        .isMet())
                .isFalse();
    }

    @Test
    void aStreamThatStoodStillProvesNothingAboutStalledViewers() {
        assertThat(StalledBenchmark.outcome(List.of(new StalledBenchmark.Round(0, 0, 300_000, 0, false)))
                        .isMet())
                .isFalse();
    }
}
