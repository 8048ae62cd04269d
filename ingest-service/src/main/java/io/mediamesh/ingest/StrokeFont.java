package io.mediamesh.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Letters and digits drawn as round strokes on a grid 4 wide and 6 high, so that text needs no font files. A letter is
 * a list of lines; a line is a list of points, column then row.
 */
final class StrokeFont {
    private static final Map<Character, String> STROKES = Map.ofEntries(
            Map.entry('A', "06 02 20 42 46|04 44"),
            Map.entry('B', "00 30 41 42 33 03|33 44 45 36 06 00"),
            Map.entry('C', "41 30 10 01 05 16 36 45"),
            Map.entry('D', "00 30 41 45 36 06 00"),
            Map.entry('E', "40 00 06 46|03 33"),
            Map.entry('F', "40 00 06|03 33"),
            Map.entry('G', "41 30 10 01 05 16 36 45 43 23"),
            Map.entry('H', "00 06|40 46|03 43"),
            Map.entry('I', "10 30|20 26|16 36"),
            Map.entry('J', "40 45 36 16 05"),
            Map.entry('K', "00 06|40 03 46"),
            Map.entry('L', "00 06 46"),
            Map.entry('M', "06 00 23 40 46"),
            Map.entry('N', "06 00 46 40"),
            Map.entry('O', "10 30 41 45 36 16 05 01 10"),
            Map.entry('P', "06 00 30 41 42 33 03"),
            Map.entry('Q', "10 30 41 45 36 16 05 01 10|34 46"),
            Map.entry('R', "06 00 30 41 42 33 03|23 46"),
            Map.entry('S', "41 30 10 01 02 13 33 44 45 36 16 05"),
            Map.entry('T', "00 40|20 26"),
            Map.entry('U', "00 05 16 36 45 40"),
            Map.entry('V', "00 26 40"),
            Map.entry('W', "00 16 23 36 40"),
            Map.entry('X', "00 46|40 06"),
            Map.entry('Y', "00 23 40|23 26"),
            Map.entry('Z', "00 40 06 46"),
            Map.entry('0', "10 30 41 45 36 16 05 01 10"),
            Map.entry('1', "11 20 26|16 36"),
            Map.entry('2', "01 10 30 41 42 06 46"),
            Map.entry('3', "01 10 30 41 42 33 13|33 44 45 36 16 05"),
            Map.entry('4', "36 30 04 44"),
            Map.entry('5', "40 00 03 33 44 45 36 16 05"),
            Map.entry('6', "41 30 10 01 05 16 36 45 44 33 03"),
            Map.entry('7', "00 40 16"),
            Map.entry('8', "10 30 41 42 33 13 02 01 10|13 04 05 16 36 45 44 33"),
            Map.entry('9', "43 13 02 01 10 30 41 45 36 16 05"),
            Map.entry(':', "22 22|25 25"),
            Map.entry('.', "26 26"),
            Map.entry('-', "13 33"),
            Map.entry('/', "40 06"));
    private static final double STROKE_RADIUS = 0.42;
    private static final double ADVANCE = 5.6;

    private final double unitPx;
    private final int cellWidthPx;
    private final int cellHeightPx;
    private final Map<Character, Shape> letters = new HashMap<>();

    /** {@code heightPx} is that of a capital letter. */
    StrokeFont(double heightPx) {
        this.unitPx = heightPx / 6;
        this.cellWidthPx = (int) Math.ceil(ADVANCE * unitPx);
        this.cellHeightPx = (int) Math.ceil(7.2 * unitPx);
        STROKES.forEach((letter, strokes) -> letters.put(letter, render(strokes)));
    }

    int widthPx(String text) {
        return text.length() * cellWidthPx;
    }

    int heightPx() {
        return cellHeightPx;
    }

    /** Draws capital letters, digits and {@code :.-/}; everything else is a space. */
    void draw(Canvas canvas, String text, int left, int top, Canvas.Ink ink) {
        int x = left;
        for (int index = 0; index < text.length(); index++) {
            Shape letter = letters.get(text.charAt(index));
            if (letter != null) {
                canvas.tint(letter, x, top, ink);
            }
            x += cellWidthPx;
        }
    }

    private Shape render(String strokes) {
        double margin = 0.6;
        List<Segment> segments = segments(strokes);
        return Shape.ofDistance(cellWidthPx, cellHeightPx, (x, y) -> {
            double column = x / unitPx - margin;
            double row = y / unitPx - margin;
            double nearest = Double.MAX_VALUE;
            for (Segment segment : segments) {
                nearest = Math.min(nearest, segment.distance(column, row));
            }
            return (nearest - STROKE_RADIUS) * unitPx;
        });
    }

    private static List<Segment> segments(String strokes) {
        List<Segment> segments = new ArrayList<>();
        for (String line : strokes.split("\\|", -1)) {
            String[] points = line.split(" ", -1);
            for (int index = 1; index < points.length; index++) {
                segments.add(Segment.between(points[index - 1], points[index]));
            }
        }
        return segments;
    }

    private record Segment(double x, double y, double dx, double dy) {
        static Segment between(String from, String to) {
            double x = from.charAt(0) - '0';
            double y = from.charAt(1) - '0';
            return new Segment(x, y, to.charAt(0) - '0' - x, to.charAt(1) - '0' - y);
        }

        double distance(double column, double row) {
            double length = dx * dx + dy * dy;
            double along = length == 0 ? 0 : Math.clamp(((column - x) * dx + (row - y) * dy) / length, 0, 1);
            return Math.hypot(column - x - along * dx, row - y - along * dy);
        }
    }
}
