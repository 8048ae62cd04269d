package io.mediamesh.tracking.opencv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.tracking.Tracker;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session of the tracker without a model promises, on made-up videos. */
final class FeatureTrackerTest {
    private static final int STATE_BYTES = 60_000;

    private final FeatureTrackerKind kind = new FeatureTrackerKind();
    private final Clip moving = Clips.neverHidden(5).getFirst();
    private final Clip crossing = Clips.neverHidden(5).getLast();

    @Test
    void theFirstRegionsLieInTheirBoxesAndCarryTheirIndexes() {
        Clip.Shot first = crossing.shot(0);
        List<Box> boxes = crossing.boxes(first);
        try (Tracker tracker = kind.begin(first.picture(), boxes)) {
            assertThat(tracker.regions()).extracting(Region::maskIndex).containsExactly(0, 1);
            for (Region region : tracker.regions()) {
                Box box = boxes.get(region.maskIndex());
                assertThat((double) region.xMin()).isCloseTo(box.x1(), within(6.0));
                assertThat((double) region.yMin()).isCloseTo(box.y1(), within(6.0));
                assertThat((double) region.xMax()).isCloseTo(box.x2(), within(6.0));
                assertThat((double) region.yMax()).isCloseTo(box.y2(), within(6.0));
            }
        }
    }

    @Test
    void betweenTwoPicturesNoNativeMemoryIsHeld() {
        Clip.Shot first = crossing.shot(0);
        long before = 0;
        for (int round = 0; round < 4; round++) {
            // What is loaded once is there after the first rounds.
            before = round < 2 ? Pointer.totalCount() : before;
            Tracker tracker = kind.begin(first.picture(), crossing.boxes(first));
            tracker.track(crossing.shot(1).picture());
            tracker.state();
        }
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }

    @Test
    void anotherTrackerGoesOnWhereOneWas() {
        Clip.Shot first = moving.shot(0);
        Bytes state;
        try (Tracker one = kind.begin(first.picture(), moving.boxes(first))) {
            for (int frame = 1; frame < 20; frame++) {
                one.track(moving.shot(frame).picture());
            }
            state = one.state();
        }
        try (FeatureTracker two = FeatureTracker.resume(state)) {
            assertThat(two.regions()).extracting(Region::maskIndex).containsExactly(0);
            for (int frame = 20; frame < 30; frame++) {
                Clip.Shot shot = moving.shot(frame);
                two.track(shot.picture());
                assertThat(Quality.iou(shot.truth(0), Quality.mask(two, 0))).isGreaterThan(0.85);
            }
        }
    }

    @Test
    void theStateOfOneObjectIsSmall() {
        Clip.Shot first = moving.shot(0);
        try (Tracker tracker = kind.begin(first.picture(), moving.boxes(first))) {
            assertThat(tracker.state().length()).isLessThan(STATE_BYTES);
        }
    }

    @Test
    void aSessionOfManyObjectsStaysBelowTwoMegabytes() {
        Clip.Shot first = moving.shot(0);
        List<Box> many = Collections.nCopies(TrackingProtocol.MOST_BOXES, new Box(80, 160, 240, 320));
        try (Tracker tracker = kind.begin(first.picture(), many)) {
            assertThat(tracker.state().length()).isLessThan(1_000_000);
        }
    }

    @Test
    void framesOfAnotherSizeShowTheSameScene() {
        Clip.Shot first = moving.shot(0);
        try (Tracker tracker = kind.begin(first.picture(), moving.boxes(first))) {
            Region before = tracker.regions().getFirst();
            Region after = tracker.track(halved(moving.shot(0).picture())).getFirst();
            assertThat((double) after.centroidX()).isCloseTo(before.centroidX() / 2.0, within(2.0));
            assertThat((double) after.centroidY()).isCloseTo(before.centroidY() / 2.0, within(2.0));
            assertThat((double) after.areaPixels()).isCloseTo(before.areaPixels() / 4.0, within(200.0));
        }
    }

    @Test
    void theOutlineEnclosesWhatIsFollowed() {
        Clip turning = Clips.neverHidden(5).get(3);
        Clip.Shot shot = turning.shot(0);
        try (Tracker tracker = kind.begin(shot.picture(), turning.boxes(shot))) {
            for (int frame = 0; frame < 30; frame++) {
                if (frame > 0) {
                    shot = turning.shot(frame);
                    tracker.track(shot.picture());
                }
                Region region = tracker.regions().getFirst();
                assertThat(region.outline()).hasSizeBetween(4, 64).allSatisfy(corner -> {
                    assertThat(corner.x()).isBetween(region.xMin(), region.xMax() - 1);
                    assertThat(corner.y()).isBetween(region.yMin(), region.yMax() - 1);
                });
                boolean[] filled = Filled.of(region.outline(), Clip.WIDTH, Clip.HEIGHT);
                assertThat((double) Filled.count(filled)).isCloseTo(region.areaPixels(), withinPercentage(10));
                assertThat(Quality.iou(shot.truth(0), filled)).isGreaterThan(0.85);
            }
        }
    }

    @Test
    void whatIsGoneHasNoRegion() {
        Clip.Shot first = moving.shot(0);
        try (Tracker tracker = kind.begin(first.picture(), moving.boxes(first))) {
            byte[] grey = new byte[I420.sizeBytes(Clip.WIDTH, Clip.HEIGHT)];
            Arrays.fill(grey, (byte) 128);
            I420 nothing = new I420(Clip.WIDTH, Clip.HEIGHT, I420.Range.FULL, Bytes.takeOver(grey));
            assertThat(tracker.track(nothing)).isEmpty();
            assertThat(tracker.track(first.picture())).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 30, 1000})
    void aStateThatIsCutOffIsRefused(int bytes) {
        Clip.Shot first = moving.shot(0);
        try (Tracker tracker = kind.begin(first.picture(), moving.boxes(first))) {
            refused(Arrays.copyOf(tracker.state().toArray(), bytes));
        }
    }

    @Test
    void foreignBytesAreRefused() {
        refused("this is no state at all, but a text".getBytes(StandardCharsets.UTF_8));
        byte[] ones = new byte[100_000];
        Arrays.fill(ones, (byte) 0xff);
        refused(ones);
    }

    private void refused(byte[] state) {
        assertThatThrownBy(() -> kind.resume(Bytes.takeOver(state)))
                .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.code())
                        .isEqualTo(FailureCode.INVALID));
    }

    private static I420 halved(I420 picture) {
        int width = picture.widthPx() / 2;
        int height = picture.heightPx() / 2;
        byte[] planes = new byte[I420.sizeBytes(width, height)];
        Arrays.fill(planes, (byte) 128);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 2 * y * picture.widthPx() + 2 * x;
                int sum = picture.planes().unsignedAt(at)
                        + picture.planes().unsignedAt(at + 1)
                        + picture.planes().unsignedAt(at + picture.widthPx())
                        + picture.planes().unsignedAt(at + picture.widthPx() + 1);
                planes[y * width + x] = (byte) (sum / 4);
            }
        }
        return new I420(width, height, I420.Range.FULL, Bytes.takeOver(planes));
    }
}
