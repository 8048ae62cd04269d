package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimingTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    @Test
    void jitterOfTheNetworkIsTakenOutOfCaptureTimes() {
        LiveClock clock = new LiveClock();
        Random random = new Random(1);
        long worst = 0;
        for (long frame = 0; frame < 1000; frame++) {
            long pts = frame * 40 * MILLI;
            long capture = clock.captureNanos(0, pts, 7 * SECOND + pts + random.nextInt(30) * MILLI);
            if (frame > 100) {
                worst = Math.max(worst, Math.abs(capture - pts - 7 * SECOND));
            }
        }
        assertThat(worst / 1e6).isLessThan(3.0);
    }

    @Test
    void pictureAndSoundOfOneMomentGetOneTime() {
        LiveClock clock = new LiveClock();
        clock.captureNanos(0, 0, SECOND);
        assertThat(clock.captureNanos(1, 20 * MILLI, SECOND + 90 * MILLI)).isEqualTo(SECOND + 20 * MILLI);
    }

    @Test
    void aSlowSourceClockIsFollowed() {
        LiveClock clock = new LiveClock();
        long capture = 0;
        long arrival = 0;
        for (long frame = 0; frame < 25 * 120; frame++) {
            long pts = frame * 40 * MILLI;
            arrival = Math.round(pts * 1.0001);
            capture = clock.captureNanos(0, pts, arrival);
            assertThat(capture).isLessThanOrEqualTo(arrival);
        }
        // 100 ppm over two minutes are 12 ms; the clock lags by no more than its two windows of 5 s, 1 ms.
        assertThat((arrival - capture) / 1e6).isLessThan(1.5);
    }

    @Test
    void aCountThatFallsBehindIsFollowedByAnUnevenClock() {
        LiveClock clock = LiveClock.uneven();
        Random random = new Random(1);
        long worst = 0;
        long missed = 0;
        for (long portion = 0; portion < 100 * 60; portion++) {
            // Every second is 5 ms longer than what is counted in it, in steps of a portion.
            missed += portion % 200 == 199 ? 10 * MILLI : 0;
            long pts = portion * 10 * MILLI;
            long handedOut = pts + missed;
            long capture = clock.captureNanos(0, pts, handedOut + random.nextInt(5) * MILLI);
            worst = Math.max(worst, Math.abs(capture - handedOut));
        }
        // Two windows of a second lag by two steps at most.
        assertThat(worst / 1e6).isLessThanOrEqualTo(25.0);
    }

    @Test
    void aJumpOfTheTimestampsBeginsAnew() {
        LiveClock clock = new LiveClock();
        long before = clock.captureNanos(0, 3600 * SECOND, SECOND);
        long after = clock.captureNanos(0, 0, SECOND + 40 * MILLI);
        assertThat(after - before).isEqualTo(40 * MILLI);
    }

    @Test
    void aBurstAfterAStallKeepsItsTimes() {
        LiveClock clock = new LiveClock();
        for (long frame = 0; frame < 10; frame++) {
            clock.captureNanos(0, frame * 40 * MILLI, frame * 40 * MILLI);
        }
        for (long frame = 10; frame < 60; frame++) {
            assertThat(clock.captureNanos(0, frame * 40 * MILLI, 2400 * MILLI) / 1e6)
                    .isCloseTo(frame * 40.0, within(1.1));
        }
    }

    @Test
    void aPlayClockThatFellFarBehindDoesNotRace() {
        PlayClock clock = new PlayClock(0);
        assertThat(clock.dueNanos(SECOND, SECOND + MILLI)).isEqualTo(SECOND);
        assertThat(clock.dueNanos(SECOND, 10 * SECOND)).isEqualTo(10 * SECOND);
        assertThat(clock.dueNanos(SECOND + 40 * MILLI, 10 * SECOND)).isEqualTo(10 * SECOND + 40 * MILLI);
    }

    @Test
    void pausesDoubleUpToTheLimitAndBeginAnewAfterSuccess() {
        Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(3), new Random(3));
        List<Double> pauses = new ArrayList<>();
        for (int attempt = 0; attempt < 6; attempt++) {
            pauses.add(backoff.nextPauseNanos() / 1e6);
        }
        assertThat(pauses.get(0)).isBetween(375.0, 625.0);
        assertThat(pauses.get(1)).isBetween(750.0, 1250.0);
        assertThat(pauses.get(2)).isBetween(1500.0, 2500.0);
        assertThat(pauses.subList(3, 6)).allSatisfy(pause -> assertThat(pause).isBetween(2250.0, 3000.0));
        backoff.reset();
        assertThat(backoff.nextPauseNanos() / 1e6).isBetween(375.0, 625.0);
    }
}
