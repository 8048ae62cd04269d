package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the benchmarks with WebRTC peers make of their rounds. */
class WebRtcOutcomesTest {
    private static final List<Double> FAST = List.of(80.0, 90.0, 100.0);

    /** Ten seconds of four peers, of which one gets fewer messages. */
    private static PeerLoad load(long cpuMillis, double slowest) {
        return new PeerLoad(
                Duration.ofSeconds(10),
                Duration.ofMillis(cpuMillis),
                Map.of("decode", Duration.ofMillis(cpuMillis / 2), "loop", Duration.ofMillis(cpuMillis / 4)),
                List.of(30.0, slowest, 30.0, 30.0));
    }

    private static WebRtcBenchmark.Round round(long ours, long usual, long cheapest) {
        return new WebRtcBenchmark.Round(load(ours, 30), load(usual, 30), load(cheapest, 30));
    }

    private static GlassPage.Seen seen(int unreadable, double... millis) {
        JsonArray values = new JsonArray();
        for (double value : millis) {
            values.add(value);
        }
        return GlassPage.Seen.ofJson(new JsonObject()
                .put("millis", values)
                .put("unreadable", unreadable)
                .put("widthPx", 640)
                .put("heightPx", 480));
    }

    @Test
    void cpuIsToldForEachPeer() {
        PeerLoad load = load(2000, 29.9);
        assertThat(load.cpuPercentPerPeer()).isEqualTo(5);
        assertThat(load.slowestPerSecond()).isEqualTo(29.9);
        assertThat(load.busiestThreads(1)).isEqualTo("decode 2.50");
        assertThat(load.busiestThreads(9)).isEqualTo("decode 2.50, loop 1.25");
    }

    @Test
    void threadsThatDidNothingAreLeftOut() {
        assertThat(PeerLoad.difference(
                        Map.of("idle", Duration.ofMillis(50), "busy", Duration.ofMillis(10)),
                        Map.of(
                                "idle", Duration.ofMillis(50),
                                "busy", Duration.ofMillis(30),
                                "new", Duration.ofMillis(5))))
                .isEqualTo(Map.of("busy", Duration.ofMillis(20), "new", Duration.ofMillis(5)));
    }

    @Test
    void bothServersOnAiortcHaveToBeBeatenByTheirMargins() {
        assertThat(WebRtcBenchmark.outcome(List.of(round(650, 1000, 725)), FAST, FAST)
                        .isMet())
                .isTrue();
        assertThat(WebRtcBenchmark.outcome(List.of(round(660, 1000, 800)), FAST, FAST)
                        .isMet())
                .isFalse();
        assertThat(WebRtcBenchmark.outcome(List.of(round(650, 1001, 700)), FAST, FAST)
                        .isMet())
                .isFalse();
    }

    @Test
    void cpuIsNotComparedWhenAServerDidLessOfTheWork() {
        var lazy = new WebRtcBenchmark.Round(load(100, 29.4), load(1000, 30), load(1000, 30));
        var starved = new WebRtcBenchmark.Round(load(100, 30), load(1000, 30), load(1000, 20));
        for (WebRtcBenchmark.Round unfair : List.of(lazy, starved)) {
            Outcome outcome = WebRtcBenchmark.outcome(List.of(unfair, round(100, 1000, 1000)), FAST, FAST);
            assertThat(outcome.figures().getFirst().value()).isNaN();
            assertThat(outcome.isMet()).isFalse();
            assertThat(outcome.notes()).anySatisfy(note -> assertThat(note).contains("not comparable"));
        }
    }

    @Test
    void oneDisturbedRoundOfThreeIsLeftOutAndTold() {
        var disturbed = new WebRtcBenchmark.Round(load(1, 30), load(1000, 12), load(1000, 30));
        Outcome outcome =
                WebRtcBenchmark.outcome(List.of(round(400, 1000, 1000), disturbed, round(600, 1000, 1000)), FAST, FAST);
        assertThat(outcome.figures().getFirst().value()).isEqualTo(1.25);
        assertThat(outcome.isMet()).isTrue();
        assertThat(outcome.notes()).anySatisfy(note -> assertThat(note).startsWith("1 of 3 rounds not counted"));
    }

    @Test
    void theFirstMessageOfNineteenOffersInTwentyIsInTime() {
        List<Double> good = Collections.nCopies(38, 249.0);
        List<Double> oneInTwentyLate = new ArrayList<>(good);
        oneInTwentyLate.addAll(List.of(900.0, 900.0));
        List<Double> moreLate = new ArrayList<>(oneInTwentyLate);
        moreLate.add(900.0);
        List<WebRtcBenchmark.Round> rounds = List.of(round(100, 1000, 1000));
        assertThat(WebRtcBenchmark.outcome(rounds, oneInTwentyLate, FAST).isMet())
                .isTrue();
        assertThat(WebRtcBenchmark.outcome(rounds, moreLate, FAST).isMet()).isFalse();
    }

    @Test
    void everyPeerOfEveryRoundHasToGetItsMessages() {
        List<PeerLoad> theirs = List.of(load(1000, 3), load(1000, 3));
        assertThat(PeersBenchmark.outcome(List.of(load(900, 14.5), load(900, 15)), theirs, 2)
                        .isMet())
                .isTrue();
        assertThat(PeersBenchmark.outcome(List.of(load(900, 14.4), load(900, 15)), theirs, 2)
                        .isMet())
                .isFalse();
    }

    @Test
    void whatIsShownIsMeasuredByTheMedianRound() {
        List<GlassPage.Seen> direct = List.of(seen(0, 40, 50));
        assertThat(WhepBenchmark.outcome(List.of(seen(0, 10, 200), seen(0, 10, 900), seen(0, 10, 150)), direct)
                        .isMet())
                .isTrue();
        assertThat(WhepBenchmark.outcome(List.of(seen(0, 10, 201)), direct).isMet())
                .isFalse();
    }

    @Test
    void clocksThatCannotBeReadSpoilTheFigure() {
        double[] nineteen = Collections.nCopies(19, 50.0).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        List<GlassPage.Seen> direct = List.of(seen(0, 40));
        assertThat(WhepBenchmark.outcome(List.of(seen(1, nineteen)), direct).isMet())
                .isTrue();
        assertThat(WhepBenchmark.outcome(List.of(seen(2, nineteen)), direct).isMet())
                .isFalse();
    }

    @Test
    void aPageThatFailedIsToldWithItsReason() {
        assertThatThrownBy(() -> GlassPage.Seen.ofJson(new JsonObject().put("error", "TypeError: no track")))
                .hasMessageContaining("TypeError: no track");
    }
}
