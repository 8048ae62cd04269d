package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class QuorumTest {
    private static final Duration TIE_WAIT = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong();
    private final Quorum quorum = new Quorum(nanos::get, TIE_WAIT);

    /** The names are the ages, too: {@code a} is the oldest. */
    private static List<Seat> seats(String... names) {
        return Arrays.stream(names)
                .map(name -> new Seat(name, name, "host-" + name + ":1", name.charAt(0)))
                .toList();
    }

    private void see(String... names) {
        quorum.see(seats(names), Set.of());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void aLoneMemberFromTheStartOwnsEverything() {
        see("a");
        assertThat(quorum.objection()).isEmpty();
    }

    @Test
    void theLargerPartGoesOnAndTheSmallerSaysWhomItMisses() {
        see("a", "b", "c");
        see("b", "c");
        assertThat(quorum.objection()).isEmpty();

        Quorum smaller = new Quorum(nanos::get, TIE_WAIT);
        smaller.see(seats("a", "b", "c"), Set.of());
        smaller.see(seats("a"), Set.of());
        assertThat(smaller.objection())
                .hasValueSatisfying(why -> assertThat(why).contains("1 of 3").contains("b, c"));
        pass(Duration.ofDays(1));
        assertThat(smaller.objection()).isPresent();
        smaller.see(seats("a", "c"), Set.of());
        assertThat(smaller.objection()).isEmpty();
    }

    @Test
    void aCutThatIsNoticedMemberByMemberIsOneCut() {
        see("a", "b", "c", "d", "e");
        for (int left = 4; left >= 3; left--) {
            see(Arrays.copyOf(new String[] {"a", "b", "c", "d", "e"}, left));
            assertThat(quorum.objection()).isEmpty();
            pass(Duration.ofSeconds(3));
        }
        see("a", "b");
        assertThat(quorum.objection()).isPresent();
    }

    @Test
    void lossesOneAfterTheOtherShrinkTheClusterToTheLast() {
        see("a", "b", "c", "d");
        see("b", "c", "d");
        assertThat(quorum.objection()).isEmpty();
        pass(Quorum.SETTLING.plusSeconds(1));
        assertThat(quorum.objection()).isEmpty();
        see("c", "d");
        assertThat(quorum.objection()).isEmpty();
        pass(Quorum.SETTLING.plusSeconds(1));
        assertThat(quorum.objection()).isEmpty();
        see("c");
        assertThat(quorum.objection()).isEmpty();
    }

    @Test
    void whoSaysGoodbyeIsNotMissed() {
        see("a", "b", "c");
        quorum.see(seats("c"), Set.of("a", "b"));
        assertThat(quorum.objection()).isEmpty();
        assertThat(quorum.missing()).isEmpty();
    }

    @Test
    void whoHasEndedForCertainIsNotMissed() {
        see("a", "b", "c");
        see("c");
        assertThat(quorum.objection()).isPresent();
        quorum.ended("a");
        quorum.ended("b");
        assertThat(quorum.objection()).isEmpty();
    }

    @Test
    void aProcessInThePlaceOfAnotherSaysThatThatOneHasEnded() {
        see("a", "b", "c");
        see("c");
        quorum.see(List.of(seats("c").getFirst(), new Seat("x", "x", "host-a:1", 'x')), Set.of());
        assertThat(quorum.missing()).extracting(Seat::name).containsExactly("b");
        assertThat(quorum.objection()).isEmpty();
    }

    @Test
    void ofTwoHalvesTheOldestGoesOnAtOnceAndTheOtherAfterTheWait() {
        see("a", "b");
        see("a");
        assertThat(quorum.objection()).isEmpty();

        Quorum younger = new Quorum(nanos::get, TIE_WAIT);
        younger.see(seats("a", "b"), Set.of());
        younger.see(seats("b"), Set.of());
        assertThat(younger.objection()).isPresent();
        pass(TIE_WAIT.plusMillis(1));
        assertThat(younger.objection()).isEmpty();
    }

    @Test
    void withoutAWaitTheYoungerHalfWaitsForEver() {
        Quorum younger = new Quorum(nanos::get, Duration.ZERO);
        younger.see(seats("a", "b"), Set.of());
        younger.see(seats("b"), Set.of());
        pass(Duration.ofDays(1));
        assertThat(younger.objection()).isPresent();
    }

    @Test
    void aNewcomerBelievesWhomTheOthersMiss() {
        see("c", "d");
        quorum.miss(seats("a", "b", "e"));
        assertThat(quorum.objection()).isPresent();
    }

    @Test
    void whoReachesFewerThanItSeesTakesNothingFromAnybody() {
        see("a", "b", "c");
        assertThat(quorum.objection(Set.of("a", "b"))).isEmpty();
        assertThat(quorum.objection(Set.of("c")))
                .hasValueSatisfying(why -> assertThat(why).contains("a, b"));
        pass(Duration.ofDays(1));
        assertThat(quorum.objection(Set.of("c"))).isPresent();
    }
}
