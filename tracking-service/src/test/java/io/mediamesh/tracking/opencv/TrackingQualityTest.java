package io.mediamesh.tracking.opencv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How well objects are followed through made-up videos, of which the truth is known for each pixel. */
@Tag("slow")
final class TrackingQualityTest {
    private static final int SEEDS = 3;
    private static final double LEAST_IOU = 0.85;
    private static final double LEAST_REGAINED = 0.8;

    private record Row(Clip clip, List<Quality> qualities) {
        double meanIou() {
            return qualities.stream().mapToDouble(Quality::meanIou).average().orElse(0);
        }

        double keptShare() {
            return (double) qualities.stream().filter(Quality::kept).count() / qualities.size();
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%-22s IoU %.3f, lowest %.3f; kept %.2f; found after absence %.2f; false frames %d; %.1f ms a frame",
                    clip.name(),
                    meanIou(),
                    qualities.stream().mapToDouble(Quality::meanIou).min().orElse(0),
                    keptShare(),
                    qualities.stream().mapToDouble(Quality::regained).average().orElse(0),
                    qualities.stream().mapToInt(Quality::falseFrames).sum(),
                    qualities.stream().mapToDouble(Quality::millis).average().orElse(0));
        }
    }

    @Test
    void objectsOfWhichSomethingIsSeenAreFollowedAndNeverMixedUp() {
        List<Row> rows = rows(Clips::neverHidden);
        SoftAssertions.assertSoftly(softly -> rows.forEach(row -> {
            softly.assertThat(row.meanIou()).as(row.text()).isGreaterThanOrEqualTo(LEAST_IOU);
            softly.assertThat(row.keptShare()).as(row.text()).isEqualTo(1);
        }));
    }

    @Test
    void objectsThatWereAwayComeBackUnderTheirOldIndex() {
        List<Row> rows = rows(Clips::hiddenForAWhile);
        assertThat(rows.stream().mapToDouble(Row::keptShare).average().orElse(0))
                .as("clips at the end of which the object is found")
                .isGreaterThanOrEqualTo(LEAST_REGAINED);
        assertThat(rows.stream().flatMap(row -> row.qualities().stream()))
                .as("frames with a region of something that was not there")
                .allSatisfy(quality -> assertThat(quality.falseFrames()).isZero());
    }

    private static List<Row> rows(LongFunction<List<Clip>> clips) {
        new FeatureTrackerKind().load();
        List<Row> rows = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            List<Clip> looks = clips.apply(seed);
            for (int index = 0; index < looks.size(); index++) {
                if (rows.size() <= index) {
                    rows.add(new Row(looks.get(index), new ArrayList<>()));
                }
                rows.get(index).qualities().add(Quality.of(looks.get(index)));
            }
        }
        rows.forEach(row -> System.out.println(row.text()));
        return rows;
    }
}
