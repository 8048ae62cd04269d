package io.mediamesh.vision.opencv;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.I420;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeopleDetectorTest {
    private final PeopleDetector people = new PeopleDetector(0.5);

    @AfterEach
    void close() {
        people.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 240, 300})
    void aStandingFigureIsFoundWhereItIs(int figureHeightPx) {
        List<Detection> found = people.detect(figure(640, 480, 320, 100, figureHeightPx));

        assertThat(found).singleElement().satisfies(person -> {
            assertThat(person.label()).isEqualTo("person");
            assertThat(person.confidence()).isBetween(0.8, 1.0);
            assertThat((person.x1() + person.x2()) / 2).isBetween(300.0, 340.0);
            double halfWidth = figureHeightPx * 0.16;
            assertThat(Overlapping.iou(person, 320 - halfWidth, 100, 320 + halfWidth, 100 + figureHeightPx))
                    .isGreaterThan(0.5);
        });
    }

    @Test
    void nobodyIsFoundInAnEmptyRoomOrInTheDogsGarden() {
        assertThat(people.detect(blank(640, 480))).isEmpty();
        assertThat(people.detect(Photos.read("dog.jpg"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "63, 127", "64, 128", "3000, 10"})
    void picturesOfAnySizeAreLookedAt(int widthPx, int heightPx) {
        assertThat(people.detect(blank(widthPx, heightPx))).isEmpty();
    }

    private static I420 blank(int widthPx, int heightPx) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        Arrays.fill(planes, (byte) 128);
        return new I420(widthPx, heightPx, I420.Range.FULL, Bytes.takeOver(planes));
    }

    /** A dark figure of head, trunk and two legs before a bright wall, in the proportions that draughtsmen use. */
    private static I420 figure(int widthPx, int heightPx, double centreX, double top, double figureHeightPx) {
        BufferedImage image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setColor(new Color(190, 190, 190));
        pen.fillRect(0, 0, widthPx, heightPx);
        pen.setColor(new Color(60, 60, 60));
        double head = figureHeightPx / 8;
        pen.fill(new Ellipse2D.Double(centreX - head * 0.45, top, head * 0.9, head * 1.1));
        pen.fill(new RoundRectangle2D.Double(
                centreX - head * 0.95, top + head * 1.25, head * 1.9, head * 3, head * 0.8, head * 0.8));
        Path2D legs = new Path2D.Double();
        legs.moveTo(centreX - head * 0.8, top + head * 3.9);
        legs.lineTo(centreX - head * 0.75, top + head * 8);
        legs.lineTo(centreX - head * 0.2, top + head * 8);
        legs.lineTo(centreX, top + head * 4.6);
        legs.lineTo(centreX + head * 0.2, top + head * 8);
        legs.lineTo(centreX + head * 0.75, top + head * 8);
        legs.lineTo(centreX + head * 0.8, top + head * 3.9);
        legs.closePath();
        pen.fill(legs);
        pen.dispose();
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        Arrays.fill(planes, (byte) 128);
        byte[] grey = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(grey, 0, planes, 0, grey.length);
        return new I420(widthPx, heightPx, I420.Range.FULL, Bytes.takeOver(planes));
    }
}
