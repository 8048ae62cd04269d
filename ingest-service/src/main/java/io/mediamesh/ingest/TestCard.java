package io.mediamesh.ingest;

import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * Draws the picture of the test source: three shapes that move over a textured ground, a clock with milliseconds, the
 * number of the frame, a lamp that lights up with the tick of the sound, and colour bars to judge colours by. What does not
 * move is drawn once. Belongs to one thread.
 */
final class TestCard {
    private static final int[] BARS = {0xE6E6E6, 0xE6D84A, 0x4AD0D8, 0x4FCB6B, 0xC864C8, 0xD9544D, 0x4D6CE0, 0x1A1F2B};
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long LAMP_NANOS = 100_000_000;

    private final int widthPx;
    private final int heightPx;
    private final int marginPx;
    private final Canvas ground;
    private final StrokeFont large;
    private final StrokeFont small;
    private final Shape ball;
    private final Shape shadow;
    private final Shape ring;
    private final Shape box;
    private final Shape lamp;
    private final Canvas.Ink white = Canvas.Ink.ofRgb(0xF2F5FA);
    private final Canvas.Ink pale = Canvas.Ink.ofRgb(0x9FB3CC);
    private final Canvas.Ink orange = Canvas.Ink.ofRgb(0xFF9A3C);
    private final Canvas.Ink teal = Canvas.Ink.ofRgb(0x2FD6C3);
    private final Canvas.Ink violet = Canvas.Ink.ofRgb(0xA78BFA);
    private final Canvas.Ink dark = Canvas.Ink.ofRgb(0x070B14).withOpacity(0.45);
    private final Canvas.Ink lampOn = Canvas.Ink.ofRgb(0x7CFF9B);
    private final Canvas.Ink lampOff = Canvas.Ink.ofRgb(0x33435C);

    TestCard(TestParameters parameters) {
        this.widthPx = parameters.widthPx();
        this.heightPx = parameters.heightPx();
        int unit = Math.min(widthPx * 3 / 4, heightPx);
        this.marginPx = Math.max(2, unit / 24);
        this.large = new StrokeFont(unit / 14.0);
        this.small = new StrokeFont(unit / 38.0);
        this.ball = Shape.ball(even(unit / 5));
        this.shadow = Shape.ofDistance(
                even(unit / 5),
                even(unit / 20),
                (x, y) -> (Math.hypot((x - unit / 10.0) / (unit / 10.0), (y - unit / 40.0) / (unit / 40.0)) - 0.7)
                        * unit
                        / 24.0);
        this.ring = Shape.ring(even(unit / 5), unit / 30.0);
        this.box = Shape.roundedBox(even(unit / 7), even(unit / 7), unit / 40.0);
        this.lamp = Shape.ball(even(unit / 16));
        this.ground = paintGround(parameters);
    }

    private static int even(int px) {
        return Math.max(4, px & ~1);
    }

    private Canvas paintGround(TestParameters parameters) {
        Canvas canvas = new Canvas(widthPx, heightPx);
        int cell = Math.max(8, heightPx / 12);
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                canvas.pixel(x, y, groundAt(x, y, cell));
            }
        }
        int barTop = heightPx - Math.max(4, heightPx / 14) & ~1;
        for (int bar = 0; bar < BARS.length; bar++) {
            int left = bar * widthPx / BARS.length;
            int right = (bar + 1) * widthPx / BARS.length;
            canvas.fill(left, barTop, right - left, heightPx - barTop, Canvas.Ink.ofRgb(BARS[bar]));
        }
        String sound = parameters.toneHz() == 0 ? "SILENT" : parameters.toneHz() + " HZ";
        int panelWidth = large.widthPx("00:00:00.000") + 3 * marginPx + lamp.widthPx();
        int panelHeight = large.heightPx() + small.heightPx() + marginPx * 4 / 3;
        Shape panel = Shape.roundedBox(panelWidth & ~1, panelHeight & ~1, marginPx * 0.7);
        canvas.tint(panel, marginPx, marginPx, dark.withOpacity(0.6));
        small.draw(canvas, "MEDIAMESH TEST SOURCE", marginPx, barTop - small.heightPx() - marginPx / 2, pale);
        String facts = widthPx + "X" + heightPx + " " + parameters.fps() + " FPS " + sound;
        small.draw(canvas, facts, textLeft() + small.widthPx("FRAME 00000000 "), secondLine(), pale);
        return canvas;
    }

    /** Night blue, lighter towards the middle, with a fine grid and a grain that gives codecs something to keep. */
    private Canvas.Ink groundAt(int x, int y, int cell) {
        double fromMiddle = Math.hypot((x - widthPx * 0.5) / widthPx, (y - heightPx * 0.42) / heightPx);
        double light = 74 - 62 * Math.min(1, fromMiddle * 1.25);
        boolean line = x % cell == 0 || y % cell == 0;
        double grain = (grain(x, y) - 0.5) * 9 + (grain(x / 6, y / 6) - 0.5) * 7;
        double luma = Math.clamp(light + grain + (line ? 16 : 0), 0, 255);
        return new Canvas.Ink((int) Math.round(luma), 146, 119, 255);
    }

    /** A number from 0 to 1 that looks random but is always the same for a place. */
    private static double grain(int x, int y) {
        int hash = x * 374_761_393 + y * 668_265_263;
        hash = (hash ^ hash >>> 13) * 1_274_126_177;
        return (hash >>> 8 & 0xffff) / 65_535.0;
    }

    /**
     * Draws a frame.
     *
     * @param capture the time that it shows
     * @param elapsedNanos since the source began: where the shapes are
     * @param number of the frame
     */
    I420 draw(CaptureTime capture, long elapsedNanos, long number) {
        Canvas canvas = ground.copy();
        drawShapes(canvas, elapsedNanos / NANOS_PER_SECOND);
        drawPanel(canvas, capture, elapsedNanos, number);
        return canvas.finish();
    }

    private void drawShapes(Canvas canvas, double seconds) {
        double floor = heightPx * 0.84;
        double hop = Math.abs(Math.sin(seconds * Math.PI / 1.3));
        double across = 0.5 - 0.5 * Math.cos(seconds * 2 * Math.PI / 9);
        int ballX = place(widthPx * 0.06 + across * (widthPx * 0.88 - ball.widthPx()));
        int ballY = place(floor - ball.heightPx() - hop * heightPx * 0.34);
        canvas.tint(shadow, ballX, place(floor - shadow.heightPx() / 2.0), dark.withOpacity(0.6 - 0.4 * hop));

        double turn = seconds * 2 * Math.PI / 11;
        canvas.tint(
                ring,
                place(widthPx * (0.62 + 0.24 * Math.sin(turn)) - ring.widthPx() / 2.0),
                place(heightPx * (0.42 + 0.14 * Math.sin(2 * turn)) - ring.heightPx() / 2.0),
                teal);

        double slide = 0.5 - 0.5 * Math.cos(seconds * 2 * Math.PI / 6);
        canvas.tint(
                box,
                place(widthPx * 0.08 + slide * widthPx * 0.3),
                place(heightPx * 0.44 - slide * heightPx * 0.08),
                violet.withOpacity(0.92));
        canvas.tint(ball, ballX, ballY, orange);
    }

    /** Chroma has half the resolution, so shapes move in steps of two pixels without coloured seams. */
    private static int place(double px) {
        return (int) Math.round(px / 2) * 2;
    }

    private void drawPanel(Canvas canvas, CaptureTime capture, long elapsedNanos, long number) {
        ZonedDateTime time = Instant.ofEpochSecond(
                        Math.floorDiv(capture.unixNanos(), 1_000_000_000L),
                        Math.floorMod(capture.unixNanos(), 1_000_000_000L))
                .atZone(ZoneId.systemDefault());
        int left = textLeft();
        int top = marginPx * 3 / 2;
        large.draw(canvas, clock(time), left, top, white);
        small.draw(canvas, "FRAME " + number, left, secondLine(), pale);
        boolean ticking = elapsedNanos % (long) NANOS_PER_SECOND < LAMP_NANOS;
        canvas.tint(
                lamp,
                left + large.widthPx("00:00:00.000") + marginPx / 4 & ~1,
                top + (large.heightPx() - lamp.heightPx()) / 2 & ~1,
                ticking ? lampOn : lampOff);
    }

    private int textLeft() {
        return marginPx * 7 / 4;
    }

    private int secondLine() {
        return marginPx * 11 / 6 + large.heightPx();
    }

    private static String clock(ZonedDateTime time) {
        StringBuilder text = new StringBuilder(12);
        append(text, time.getHour(), 10).append(':');
        append(text, time.getMinute(), 10).append(':');
        append(text, time.getSecond(), 10).append('.');
        return append(text, time.getNano() / 1_000_000, 100).toString();
    }

    private static StringBuilder append(StringBuilder text, int number, int firstDigit) {
        for (int digit = firstDigit; digit > 0; digit /= 10) {
            text.append((char) ('0' + number / digit % 10));
        }
        return text;
    }
}
