package io.mediamesh.ingest.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.I420;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LipSyncTest {
    private static final String OFFER = String.join(
            "\r\n",
            "v=0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "a=mid:0",
            "a=msid:ann voice",
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
            "a=mid:1",
            "a=msid:ann face",
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
            "a=mid:2",
            "a=msid:ann|screen desk",
            "");
    private static final long AGE_NANOS = 3_600_000_000_000L;

    private final PeerCounters counters = PeerCounters.of(new SimpleMeterRegistry());
    private final Map<String, MediaIntake> intakes = new HashMap<>();
    private final List<LipSync.Moment> moments = new ArrayList<>();
    private int looks;
    private final LipSync lipSync = new LipSync(this::tell, this::intake);

    private MediaIntake intake(String mid) {
        return intakes.computeIfAbsent(mid, name -> new MediaIntake(name, counters, 0, () -> true, () -> {}));
    }

    private void tell(Consumer<Collection<LipSync.Moment>> told) {
        looks++;
        told.accept(List.copyOf(moments));
    }

    private void apart(double seenMillis, double heardMillis) {
        moments.clear();
        moments.add(new LipSync.Moment("0", false, heardMillis));
        moments.add(new LipSync.Moment("1", true, seenMillis));
        moments.add(new LipSync.Moment("2", true, 0));
        if (lipSync.isWanted()) {
            lipSync.look();
        }
    }

    private double picturesHeldBackMillis() {
        return settled(intake("1").picturesHeldBack());
    }

    private double soundHeldBackMillis() {
        return settled(intake("0").soundHeldBack());
    }

    private static double settled(HeldBack heldBack) {
        heldBack.atNanos(0);
        return heldBack.atNanos(AGE_NANOS) / 1e6;
    }

    private void takeBoth() {
        lipSync.offered(OFFER);
        intake("0").passTo(new Taker());
        intake("1").passTo(new Taker());
    }

    @Test
    void picturesThatWaitForASoundCardWhichIsNotThereGetEarlierTimes() {
        takeBoth();
        apart(1_000, 1_000);
        // 50 ms for the sound card, less the 10 ms by which pictures are handed out before they are seen.
        assertThat(picturesHeldBackMillis()).isEqualTo(40);
        assertThat(soundHeldBackMillis()).isZero();
    }

    @Test
    void soundThatComesLaterThanItsPictureGetsAnEarlierTime() {
        takeBoth();
        apart(1_100, 1_000);
        assertThat(soundHeldBackMillis()).isEqualTo(60);
        assertThat(picturesHeldBackMillis()).isZero();
    }

    @Test
    void aSingleOddMomentChangesNothing() {
        takeBoth();
        apart(1_000, 1_000);
        apart(2_002, 2_000);
        apart(3_300, 3_000);
        assertThat(picturesHeldBackMillis()).isEqualTo(38);
        assertThat(soundHeldBackMillis()).isZero();
    }

    @Test
    void clocksThatHaveNothingToDoWithEachOtherAreNotCompared() {
        takeBoth();
        apart(1_000, 5_000);
        assertThat(picturesHeldBackMillis()).isZero();
        assertThat(soundHeldBackMillis()).isZero();
    }

    @Test
    void nobodyIsAskedWhileOnlyPicturesAreTakenAndTheirTimesAreTheirOwnAgain() {
        takeBoth();
        apart(1_000, 1_000);
        assertThat(looks).isEqualTo(1);
        intake("0").passTo(null);
        apart(2_000, 2_000);
        assertThat(looks).isEqualTo(1);
        assertThat(picturesHeldBackMillis()).isZero();
    }

    @Test
    void whoIsThereStaysInTimeWhenOthersCome() {
        takeBoth();
        apart(1_000, 1_000);
        lipSync.offered(OFFER + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:3\r\na=msid:bob voice\r\n");
        assertThat(picturesHeldBackMillis()).isEqualTo(40);
        lipSync.offered("v=0\r\n");
        assertThat(picturesHeldBackMillis()).isZero();
    }

    @Test
    void aScreenIsNotComparedWithTheVoiceOfWhoShowsIt() {
        lipSync.offered(OFFER);
        intake("0").passTo(new Taker());
        intake("2").passTo(new Taker());
        assertThat(lipSync.isWanted()).isFalse();
    }

    @Test
    void timesThatArePutRightStillGoForward() {
        HeldBack heldBack = new HeldBack();
        heldBack.atNanos(0);
        heldBack.tell(40_000_000);
        long last = Long.MIN_VALUE;
        for (long now = 0; now <= 2_000_000_000; now += 10_000_000) {
            long time = now - heldBack.atNanos(now);
            assertThat(time).isGreaterThan(last);
            last = time;
        }
        assertThat(last).isEqualTo(2_000_000_000 - 40_000_000);
    }

    /** Wants everything and drops it. */
    private static final class Taker implements MediaSink {
        @Override
        public boolean wantsPictures() {
            return true;
        }

        @Override
        public boolean wantsLight() {
            return true;
        }

        @Override
        public boolean wantsAudio() {
            return true;
        }

        @Override
        public void formatChanged() {}

        @Override
        public void picture(I420 picture, long ptsNanos, long arrivedNanos) {}

        @Override
        public void light(int widthPx, int heightPx, double meanLuma, long ptsNanos, long arrivedNanos) {}

        @Override
        public void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) {}

        @Override
        public void ended(String reason) {}
    }
}
