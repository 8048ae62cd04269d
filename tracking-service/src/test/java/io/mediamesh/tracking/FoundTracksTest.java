package io.mediamesh.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Track.State;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities of objects that move as told, ten detections a second, and the noise of a detector. */
final class FoundTracksTest {
    private static final double RATE_HZ = 10;

    private final AtomicLong ids = new AtomicLong();
    private final SplittableRandom noise = new SplittableRandom(3);
    private FoundTracks tracks = fresh();

    private FoundTracks fresh() {
        return new FoundTracks(Duration.ofSeconds(1), 0.5, ids::incrementAndGet);
    }

    private List<Track> at(int frame, Detection... found) {
        return at(1, frame, found);
    }

    private List<Track> at(long epoch, int frame, Detection... found) {
        long nanos = Math.round(frame * 1e9 / RATE_HZ);
        Stamp stamp = Stamp.ofSource(epoch, frame, new CaptureTime(nanos, 1_700_000_000_000_000_000L + nanos));
        return tracks.update(stamp, new Detections("test", 640, 480, 1, List.of(found)));
    }

    /** A box of 60×80 around a place, a pixel or two off. */
    private Detection box(String label, double confidence, double x, double y) {
        double dx = noise.nextDouble(-1.5, 1.5);
        double dy = noise.nextDouble(-1.5, 1.5);
        return new Detection(label, confidence, x - 30 + dx, y - 40 + dy, x + 30 + dx, y + 40 + dy);
    }

    private Detection person(double x, double y) {
        return box("person", 0.9, x, y);
    }

    @Test
    void anObjectHasAnIdWhenItWasFoundTwice() {
        assertThat(at(0, person(100, 200))).isEmpty();
        List<Track> second = at(1, person(105, 200));
        assertThat(second).extracting(Track::id).containsExactly(1L);
        assertThat(second.getFirst().state()).isEqualTo(State.TRACKED);
        assertThat(second.getFirst().found()).contains(new Track.Found("person", 0.9));
        assertThat(second.getFirst().centroidX()).isCloseTo(105, within(4.0));
    }

    @Test
    void whatIsFoundOnceIsForgottenAndTakesNoId() {
        at(0, person(100, 200));
        at(1);
        at(2, person(300, 200));
        assertThat(at(3, person(303, 200))).extracting(Track::id).containsExactly(1L);
    }

    @Test
    void identitiesAreKeptWhileTheDetectorFindsNothingForHalfASecond() {
        for (int frame = 0; frame < 10; frame++) {
            at(frame, person(100 + 12 * frame, 200));
        }
        for (int frame = 10; frame < 15; frame++) {
            Track lost = at(frame).getFirst();
            assertThat(lost.state()).isEqualTo(State.LOST);
            assertThat(lost.centroidX()).as("goes on as it went").isCloseTo(100 + 12 * frame, within(15.0));
        }
        Track again = at(15, person(100 + 12 * 15, 200)).getFirst();
        assertThat(again.id()).isEqualTo(1);
        assertThat(again.state()).isEqualTo(State.TRACKED);
    }

    @Test
    void identitiesAreKeptWhileNoDetectionsComeForHalfASecond() {
        for (int frame = 0; frame < 10; frame++) {
            at(frame, person(100 + 12 * frame, 200));
        }
        assertThat(at(15, person(100 + 12 * 15, 200)))
                .extracting(Track::id, Track::state)
                .containsExactly(tuple(1L, State.TRACKED));
    }

    @Test
    void anObjectThatIsAwayForLongerIsAnotherOne() {
        for (int frame = 0; frame < 5; frame++) {
            at(frame, person(100, 200));
        }
        for (int frame = 5; frame < 14; frame++) {
            assertThat(at(frame)).extracting(Track::id).containsExactly(1L);
        }
        assertThat(at(15)).isEmpty();
        at(16, person(100, 200));
        assertThat(at(17, person(100, 200))).extracting(Track::id).containsExactly(2L);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 10, 25})
    void twoThatCrossKeepTheirIdentities(double apart) {
        for (int frame = 0; frame < 30; frame++) {
            Detection right = person(100 + 14 * frame, 200);
            Detection left = person(520 - 14 * frame, 200 + apart);
            // Where they cover each other the detector sees one of them only.
            boolean covered = Math.abs(right.x1() - left.x1()) < 20;
            List<Track> now = covered ? at(frame, right) : at(frame, left, right);
            if (frame > 0) {
                assertThat(now).extracting(Track::id).containsExactlyInAnyOrder(1L, 2L);
            }
        }
        List<Track> last = at(30, person(520 - 14 * 30, 200 + apart), person(100 + 14 * 30, 200));
        Track toTheRight = last.stream()
                .filter(track -> track.centroidX() > 400)
                .findFirst()
                .orElseThrow();
        // The first detection of the first frame went to the left.
        assertThat(toTheRight.id()).isEqualTo(2);
        assertThat(last).hasSize(2);
    }

    @Test
    void anUncertainDetectionKeepsATrackGoingButBeginsNone() {
        at(0, person(100, 200));
        at(1, person(102, 200));
        Track dim = at(2, box("person", 0.3, 104, 200)).getFirst();
        assertThat(dim.state()).isEqualTo(State.TRACKED);
        assertThat(dim.found().orElseThrow().confidence()).isEqualTo(0.3);
        at(3, box("person", 0.3, 104, 200), box("person", 0.3, 400, 200));
        assertThat(at(4, box("person", 0.3, 104, 200), box("person", 0.3, 400, 200)))
                .hasSize(1);
    }

    @Test
    void anObjectDoesNotBecomeSomethingElse() {
        at(0, person(100, 200));
        at(1, person(100, 200));
        Track person = at(2, box("face", 0.9, 100, 200)).getFirst();
        assertThat(person.state()).isEqualTo(State.LOST);
        assertThat(at(3, box("face", 0.9, 100, 200))).extracting(Track::id).containsExactly(1L, 2L);
    }

    @Test
    void anotherMemberGoesOnWithTheSameIdentities() {
        for (int frame = 0; frame < 10; frame++) {
            at(frame, person(100 + 12 * frame, 200), person(100, 400));
        }
        JsonObject state = new JsonObject(tracks.state().encode());
        tracks = fresh();
        tracks.resume(state);
        // The source was opened anew, and its clock is another one.
        assertThat(at(2, 13, person(100 + 12 * 13, 200), person(100, 400)))
                .extracting(Track::id)
                .containsExactly(1L, 2L);
    }

    @Test
    void framesOfAnotherSizeShowTheSameScene() {
        at(0, person(100, 200));
        at(1, person(100, 200));
        Detection halved = new Detection("person", 0.9, 35, 80, 65, 120);
        Stamp stamp = Stamp.ofSource(1, 2, new CaptureTime(200_000_000, 1_700_000_000_200_000_000L));
        assertThat(tracks.update(stamp, new Detections("test", 320, 240, 1, List.of(halved))))
                .extracting(Track::id, Track::state)
                .containsExactly(tuple(1L, State.TRACKED));
    }

    @Test
    void oddBoxesAreLeftOut() {
        for (int frame = 0; frame < 3; frame++) {
            assertThat(at(
                            frame,
                            new Detection("x", 0.9, Double.NaN, 0, 10, 10),
                            new Detection("x", 0.9, 50, 50, 20, 20),
                            new Detection("x", 0.9, 0, 0, Double.POSITIVE_INFINITY, 10)))
                    .isEmpty();
        }
    }
}
