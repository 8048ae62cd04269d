package io.mediamesh.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.AudioBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

final class SoundClockTest {
    private static final int RATE = 48_000;
    private static final int BLOCK = 960;
    private static final int MILLI = RATE / 1000;

    private final SoundClock clock = new SoundClock(RATE, 0);
    private final List<SoundClock.Place> places = new ArrayList<>();
    private long worstOff;

    /** Places so many blocks, each captured so many frames after what its count says. */
    private void place(int blocks, LongUnaryOperator late) {
        for (int block = 0; block < blocks; block++) {
            long captured = places.size() * (long) BLOCK + late.applyAsLong(places.size());
            worstOff = captured - clock.position();
            places.add(clock.place(captured, BLOCK, false));
        }
    }

    @Test
    void soundWhoseTimesOnlyTrembleStaysAsItIs() {
        place(1, block -> 0);
        place(2_000, block -> block % 7 * MILLI);
        assertThat(places).allMatch(place -> place.equals(new SoundClock.Place(0, 0, BLOCK)));
    }

    @Test
    void whatStaysALittleOffIsBroughtBackUnheard() {
        for (int direction : new int[] {1, -1}) {
            place(50, block -> 0);
            place(1_500, block -> direction * 8L * MILLI);
            assertThat(Math.abs(worstOff)).isLessThanOrEqualTo(MILLI);
            place(1_500, block -> 0);
            assertThat(Math.abs(worstOff)).isLessThanOrEqualTo(MILLI);
        }
        assertThat(places)
                .allMatch(place -> place.silenceFrames() == 0 && place.skippedFrames() == 0)
                .allMatch(place -> Math.abs(place.frames() - BLOCK) <= BLOCK / 900);
    }

    @Test
    void aCountThatFallsBehindByThreeMillisecondsASecondIsFollowedBeforeAnybodySeesIt() {
        place(1, block -> 0);
        for (int block = 0; block < 1_000; block++) {
            place(1, count -> count * 3);
            assertThat(Math.abs(worstOff)).isLessThan(29L * MILLI);
        }
        assertThat(places).allMatch(place -> place.silenceFrames() == 0);
    }

    @Test
    void soundFromBeforeTheBeginningIsLeftOutAndTheRestIsWhereItBelongs() {
        SoundClock late = new SoundClock(RATE, 5 * BLOCK / 2);
        assertThat(late.place(0, BLOCK, false)).isEqualTo(new SoundClock.Place(0, BLOCK, 0));
        assertThat(late.place(BLOCK, BLOCK, false)).isEqualTo(new SoundClock.Place(0, BLOCK, 0));
        assertThat(late.place(2 * BLOCK, BLOCK, false)).isEqualTo(new SoundClock.Place(0, BLOCK / 2, BLOCK / 2));
        assertThat(late.position()).isEqualTo(3 * BLOCK);
        assertThat(late.place(3 * BLOCK, BLOCK, false)).isEqualTo(new SoundClock.Place(0, 0, BLOCK));
    }

    @Test
    void aCountThatFallsBehindByTwentyMillisecondsASecondIsFollowedWithoutAHole() {
        place(1, block -> 0);
        for (int block = 0; block < 1_000; block++) {
            place(1, count -> count * 19);
            assertThat(Math.abs(worstOff)).isLessThan(36L * MILLI);
            assertThat(places.getLast().silenceFrames()).isZero();
        }
    }

    @Test
    void aHoleIsSilentAndWhatIsMuchTooMuchIsLeftOut() {
        place(20, block -> 0);
        place(1, block -> 41L * MILLI);
        assertThat(places.getLast()).isEqualTo(new SoundClock.Place(41 * MILLI, 0, BLOCK));
        place(1, block -> 0);
        assertThat(places.getLast()).isEqualTo(new SoundClock.Place(0, BLOCK, 0));
    }

    @Test
    void bentSoundIsTheSameSoundALittleSlowerOrQuicker() {
        AudioBlock tone = Synthetic.tone(RATE, 1000, 0, BLOCK);
        short[] samples = new short[2 * BLOCK];
        for (int frame = 0; frame < BLOCK; frame++) {
            samples[2 * frame] = tone.sample(frame, 0);
            samples[2 * frame + 1] = (short) -tone.sample(frame, 0);
        }
        for (int frames : new int[] {941, 979}) {
            short[] bent = BentSound.of(samples, 2, frames);
            assertThat(bent).hasSize(2 * frames);
            for (int frame = 0; frame < frames; frame++) {
                double at = frame * (BLOCK - 1.0) / (frames - 1);
                double expected = 16_384 * Math.sin(2 * Math.PI * 1000 * at / RATE);
                // Half a per mille of the amplitude, except where a neighbour is lacking.
                boolean isEdge = at < 1 || at > BLOCK - 2;
                assertThat((double) bent[2 * frame]).isCloseTo(expected, within(isEdge ? 140.0 : 8.0));
                assertThat((double) bent[2 * frame + 1]).isCloseTo(-expected, within(isEdge ? 140.0 : 8.0));
            }
        }
    }
}
