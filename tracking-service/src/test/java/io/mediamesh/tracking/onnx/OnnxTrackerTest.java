package io.mediamesh.tracking.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.tracking.TrackerKind;
import io.mediamesh.tracking.onnx.Painted.Thing;
import io.mediamesh.tracking.onnx.TinySam.Export;
import io.mediamesh.tracking.opencv.FeatureTrackerKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session of the tracker with a model promises; the truth of each picture is its geometry. */
final class OnnxTrackerTest {
    private static final double GOOD = 0.9;

    private final Path directory;

    OnnxTrackerTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private OnnxTrackerKind kind(Export export) {
        TinySam.write(export, directory);
        return new OnnxTrackerKind(
                new FeatureTrackerKind(), directory.resolve("encoder.onnx"), directory.resolve("decoder.onnx"), 1);
    }

    private static OnnxTracker begin(TrackerKind kind, Painted pictures, Thing... things) {
        return (OnnxTracker) kind.begin(
                pictures.with(things), Arrays.stream(things).map(Thing::box).toList());
    }

    /** Neither in the middle nor as wide as high, so that a wrong scale shows in each direction. */
    @ParameterizedTest
    @EnumSource
    void aModelOfEachExportTellsThePixelsInABox(Export export) {
        Thing red = Thing.red(470, 390);
        try (OnnxTrackerKind kind = kind(export);
                OnnxTracker tracker = begin(kind, Painted.USUAL, red)) {
            assertThat(Painted.USUAL.iou(tracker.mask(0), red)).isGreaterThan(GOOD);
            Region region = tracker.regions().getFirst();
            assertThat((double) region.centroidX()).isCloseTo(470, within(2.0));
            assertThat((double) region.centroidY()).isCloseTo(390, within(2.0));
            // π · 60 · 45
            assertThat((double) region.areaPixels()).isCloseTo(8482, within(850.0));
            assertThat(region.outline()).hasSizeGreaterThan(5).allSatisfy(point -> assertThat(
                            Math.hypot((point.x() - 470) / 60.0, (point.y() - 390) / 45.0))
                    .isCloseTo(1, within(0.15)));
        }
    }

    @Test
    void picturesOfOddSidesStandingUprightAndAtLimitedRangeAreSeenAsWell() {
        Painted upright = new Painted(451, 801, I420.Range.LIMITED);
        Thing red = Thing.red(120, 700);
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = begin(kind, upright, red)) {
            assertThat(upright.iou(tracker.mask(0), red)).isGreaterThan(GOOD);
        }
    }

    @Test
    void movingObjectsAreAskedForWhereTheyWentAndKeepTheirIndexes() {
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = begin(kind, Painted.USUAL, Thing.red(100, 150), Thing.blue(500, 330))) {
            for (int frame = 1; frame <= 15; frame++) {
                Thing red = Thing.red(100 + 12 * frame, 150 + 4 * frame);
                Thing blue = Thing.blue(500 - 10 * frame, 330);
                assertThat(tracker.track(Painted.USUAL.with(red, blue)))
                        .extracting(Region::maskIndex)
                        .containsExactly(0, 1);
                assertThat(Painted.USUAL.iou(tracker.mask(0), red))
                        .as("red, frame %d", frame)
                        .isGreaterThan(GOOD);
                assertThat(Painted.USUAL.iou(tracker.mask(1), blue))
                        .as("blue, frame %d", frame)
                        .isGreaterThan(GOOD);
            }
        }
    }

    @Test
    void anObjectThatIsGoneHasNoRegionAndIsKnownAgain() {
        Thing red = Thing.red(300, 200);
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = begin(kind, Painted.USUAL, red)) {
            assertThat(tracker.track(Painted.USUAL.with())).isEmpty();
            assertThat(tracker.objects()).containsExactly(0);
            assertThat(tracker.track(Painted.USUAL.with(red)))
                    .extracting(Region::maskIndex)
                    .containsExactly(0);
            assertThat(Painted.USUAL.iou(tracker.mask(0), red)).isGreaterThan(GOOD);
        }
    }

    @Test
    void whereTheModelIsNotSureTheFeaturesTellThePixels() {
        Thing grey = Thing.grey(300, 200);
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = begin(kind, Painted.USUAL, grey)) {
            List<Region> regions = tracker.track(Painted.USUAL.with(Thing.grey(304, 200)));
            assertThat(tracker.mask(0)).isEmpty();
            assertThat(regions).hasSize(1);
            assertThat((double) regions.getFirst().centroidX()).isCloseTo(304, within(20.0));
            assertThat(regions.getFirst().outline()).isNotEmpty();
        }
    }

    @Test
    void whereTheModelShowsOneObjectForTwoItIsTheOneThatWasAskedFor() {
        Thing red = Thing.red(300, 200);
        Box wider = new Box(
                red.box().x1() - 12,
                red.box().y1(),
                red.box().x2() + 12,
                red.box().y2());
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = (OnnxTracker) kind.begin(Painted.USUAL.with(red), List.of(wider, red.box()))) {
            assertThat(tracker.mask(0)).isEmpty();
            assertThat(Painted.USUAL.iou(tracker.mask(1), red)).isGreaterThan(GOOD);
        }
    }

    @Test
    void objectsComeAndGoWhileOthersStay() {
        Thing red = Thing.red(150, 150);
        Thing blue = Thing.blue(450, 300);
        I420 both = Painted.USUAL.with(red, blue);
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = begin(kind, Painted.USUAL, red)) {
            assertThat(tracker.add(both, List.of(blue.box()))).containsExactly(1);
            assertThat(Painted.USUAL.iou(tracker.mask(0), red)).isGreaterThan(GOOD);
            assertThat(Painted.USUAL.iou(tracker.mask(1), blue)).isGreaterThan(GOOD);
            tracker.remove(0);
            assertThat(tracker.track(both)).extracting(Region::maskIndex).containsExactly(1);
            assertThat(tracker.mask(0)).isEmpty();
        }
    }

    @Test
    void anotherMemberGoesOnWithTheSameIdentities() {
        Bytes state;
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = begin(kind, Painted.USUAL, Thing.red(150, 150), Thing.blue(450, 300))) {
            tracker.remove(0);
            state = tracker.state();
        }
        Thing blue = Thing.blue(460, 305);
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = (OnnxTracker) kind.resume(state)) {
            assertThat(tracker.objects()).containsExactly(1);
            assertThat(tracker.regions()).extracting(Region::maskIndex).containsExactly(1);
            tracker.track(Painted.USUAL.with(Thing.red(150, 150), blue));
            assertThat(Painted.USUAL.iou(tracker.mask(1), blue)).isGreaterThan(GOOD);
            assertThat(tracker.state().length()).isLessThan(150_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 20, 100, 1000})
    void aStateThatIsCutOffIsRefused(int bytes) {
        try (OnnxTrackerKind kind = kind(Export.SAM);
                OnnxTracker tracker = begin(kind, Painted.USUAL, Thing.red(150, 150))) {
            refused(kind, Arrays.copyOf(tracker.state().toArray(), bytes));
        }
    }

    @Test
    void theStateOfAnotherTrackerIsRefused() {
        Thing red = Thing.red(150, 150);
        try (OnnxTrackerKind kind = kind(Export.SAM);
                var features = new FeatureTrackerKind().begin(Painted.USUAL.with(red), List.of(red.box()))) {
            refused(kind, features.state().toArray());
        }
    }

    private static void refused(TrackerKind kind, byte[] state) {
        assertThatThrownBy(() -> kind.resume(Bytes.takeOver(state)))
                .isInstanceOfSatisfying(MeshException.class, refused -> assertThat(refused.code())
                        .isEqualTo(FailureCode.INVALID));
    }
}
