package io.mediamesh.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Region;
import io.mediamesh.contracts.Track;
import io.mediamesh.contracts.Tracks;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoxPainterTest {
    private final BoxPainter painter = new BoxPainter();

    @Test
    void aBoxIsDrawnOnItsEdgesInTheColourOfItsLabel() {
        I420 drawn = painter.paint(grey(640, 480), found(640, 480, new Detection("face", 0.9, 100, 200, 300, 400)));

        PlaneColour colour = PlaneColour.ofLabel("face", I420.Range.LIMITED);
        for (int x = 100; x < 300; x += 7) {
            assertThat(Pictures.luma(drawn, x, 399)).isEqualTo(colour.y() & 0xff);
            assertThat(Pictures.blue(drawn, x, 399)).isEqualTo(colour.u() & 0xff);
            assertThat(Pictures.red(drawn, x, 399)).isEqualTo(colour.v() & 0xff);
        }
        for (int y = 200; y < 400; y += 7) {
            assertThat(Pictures.luma(drawn, 100, y)).isEqualTo(colour.y() & 0xff);
            assertThat(Pictures.luma(drawn, 299, y)).isEqualTo(colour.y() & 0xff);
        }
        assertThat(Pictures.luma(drawn, 200, 300)).as("the inside stays").isEqualTo(100);
    }

    @Test
    void nothingOutsideOfTheBoxAndItsLabelChanges() {
        I420 picture = Pictures.gradient(640, 480);

        I420 drawn = painter.paint(picture, found(640, 480, new Detection("face", 0.9, 101, 201, 299, 399)));

        for (int y = 0; y < 480; y++) {
            for (int x = 0; x < 640; x++) {
                boolean onTheBox =
                        x >= 100 && x < 300 && y >= 200 && y < 400 && !(x >= 102 && x < 298 && y >= 202 && y < 398);
                boolean onTheLabel = x >= 100 && x < 300 && y >= 160 && y < 200;
                if (!onTheBox && !onTheLabel) {
                    assertThat(Pictures.luma(drawn, x, y)).isEqualTo(Pictures.luma(picture, x, y));
                    assertThat(Pictures.blue(drawn, x, y)).isEqualTo(Pictures.blue(picture, x, y));
                    assertThat(Pictures.red(drawn, x, y)).isEqualTo(Pictures.red(picture, x, y));
                }
            }
        }
    }

    @Test
    void theLabelIsDarkTextOnItsOwnBackground() {
        I420 drawn = painter.paint(grey(640, 480), found(640, 480, new Detection("face", 0.87, 100, 200, 300, 400)));

        int paper = PlaneColour.ofLabel("face", I420.Range.LIMITED).y() & 0xff;
        TextMask text = TextMask.of("face 87%", 0.48);
        int dark = 0;
        int bright = 0;
        for (int y = 200 - text.heightPx(); y < 200; y++) {
            for (int x = 100; x < 100 + text.widthPx(); x++) {
                dark += Pictures.luma(drawn, x, y) < 80 ? 1 : 0;
                bright += Pictures.luma(drawn, x, y) == paper ? 1 : 0;
            }
        }
        assertThat(dark).isGreaterThan(80);
        assertThat(bright).isGreaterThan(text.widthPx() * text.heightPx() / 2);
        assertThat(paper).isGreaterThan(120);
    }

    @Test
    void aLabelWithoutRoomAboveStandsInsideTheBox() {
        I420 drawn = painter.paint(grey(640, 480), found(640, 480, new Detection("face", 0.9, 100, 0, 300, 200)));

        int paper = PlaneColour.ofLabel("face", I420.Range.LIMITED).y() & 0xff;
        assertThat(Pictures.luma(drawn, 104, 4)).isEqualTo(paper);
    }

    @Test
    void withoutObjectsTheSamePictureComesBack() {
        I420 picture = grey(64, 48);

        assertThat(painter.paint(picture, found(64, 48))).isSameAs(picture);
    }

    @Test
    void boxesFollowAPictureOfAnotherSize() {
        I420 drawn = painter.paint(grey(1280, 960), found(640, 480, new Detection("face", 0.9, 100, 200, 300, 400)));

        int colour = PlaneColour.ofLabel("face", I420.Range.LIMITED).y() & 0xff;
        assertThat(Pictures.luma(drawn, 200, 600)).isEqualTo(colour);
        assertThat(Pictures.luma(drawn, 599, 600)).isEqualTo(colour);
        assertThat(Pictures.luma(drawn, 604, 600)).isEqualTo(100);
    }

    @Test
    void tracksAreDrawnWithTheirOutlineAndLostOnesAreNot() {
        Track seen = Track.of(
                7,
                new Region(
                        0,
                        100,
                        200,
                        300,
                        400,
                        200,
                        300,
                        20_000,
                        List.of(new Track.Point(200, 210), new Track.Point(290, 390), new Track.Point(110, 390))));
        I420 drawn =
                painter.paint(grey(640, 480), Optional.empty(), Optional.of(new Tracks(0, 640, 480, List.of(seen))));

        int colour = PlaneColour.ofLabel("track 7", I420.Range.LIMITED).y() & 0xff;
        assertThat(Pictures.luma(drawn, 100, 300)).as("the box").isEqualTo(colour);
        assertThat(Pictures.luma(drawn, 200, 390)).as("the lower side").isEqualTo(colour);
        assertThat(Pictures.luma(drawn, 245, 300)).as("the right side").isEqualTo(colour);
        assertThat(Pictures.luma(drawn, 200, 300)).as("the inside stays").isEqualTo(100);
        I420 picture = grey(640, 480);
        assertThat(painter.paint(picture, Optional.empty(), Optional.of(new Tracks(0, 640, 480, List.of(seen.lost())))))
                .isSameAs(picture);
    }

    @ParameterizedTest
    @CsvSource({
        "-50, -50, 1000, 1000",
        "600, 440, 900, 900",
        "700, 500, 900, 900",
        "10, 10, 10, 10",
        "50, 50, 20, 20",
        "NaN, 0, 10, 10",
        "-1e300, -Infinity, 1e300, Infinity",
        "638.9, 478.9, 639.5, 479.5",
        "-20, 10, -5, 30"
    })
    void boxesBeyondThePictureOrUpsideDownDoNoHarm(double x1, double y1, double x2, double y2) {
        I420 drawn = painter.paint(grey(639, 479), found(639, 479, new Detection("x", 0.5, x1, y1, x2, y2)));

        assertThat(drawn.widthPx()).isEqualTo(639);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 5", "16, 16", "33, 17", "500, 8"})
    void tinyPicturesTakeBoxesToo(int widthPx, int heightPx) {
        I420 drawn = painter.paint(
                grey(widthPx, heightPx),
                found(widthPx, heightPx, new Detection("a rather long label", 0.5, 0, 0, widthPx, heightPx)));

        assertThat(Pictures.luma(drawn, 0, 0))
                .isEqualTo(PlaneColour.ofLabel("a rather long label", I420.Range.LIMITED)
                                .y()
                        & 0xff);
    }

    @Test
    void theMostConfidentBoxLiesOnTop() {
        I420 drawn = painter.paint(
                grey(640, 480),
                found(
                        640,
                        480,
                        new Detection("face", 0.9, 100, 200, 300, 400),
                        new Detection("motion", 0.2, 100, 200, 300, 400)));

        assertThat(Pictures.luma(drawn, 200, 399))
                .isEqualTo(PlaneColour.ofLabel("face", I420.Range.LIMITED).y() & 0xff);
    }

    @Test
    void theUsualLabelsHaveColoursOfTheirOwn() {
        assertThat(Stream.of("face", "motion", "person").map(label -> PlaneColour.ofLabel(label, I420.Range.FULL)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aLabelInAnotherScriptIsDrawnAsQuestionMarks() {
        assertThat(TextMask.of("汽车", 0.5).coverage())
                .isEqualTo(TextMask.of("??", 0.5).coverage());
    }

    /** Red of JFIF 1.02 and of the ITU-R BT.601-7 colour bars. */
    @Test
    void coloursStandInThePlanesAsTheRangeSays() {
        assertThat(PlaneColour.ofRgb(0xFF0000, I420.Range.FULL))
                .isEqualTo(new PlaneColour((byte) 76, (byte) 85, (byte) 255));
        assertThat(PlaneColour.ofRgb(0xFF0000, I420.Range.LIMITED))
                .isEqualTo(new PlaneColour((byte) 81, (byte) 90, (byte) 240));
    }

    private static I420 grey(int widthPx, int heightPx) {
        return Pictures.uniform(widthPx, heightPx, I420.Range.LIMITED, 100, 128, 128);
    }

    private static Detections found(int widthPx, int heightPx, Detection... objects) {
        return new Detections("test", widthPx, heightPx, 1, List.of(objects));
    }
}
