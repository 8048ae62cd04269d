package io.mediamesh.media;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import java.util.Arrays;

/** The planes of the copy that is drawn on. */
final class Sheet {
    private static final int BLACK = 0x000000;

    private final I420.Range range;
    private final int widthPx;
    private final int heightPx;
    private final int chromaWidthPx;
    private final int chromaHeightPx;
    private final int uOffset;
    private final int vOffset;
    private final byte[] planes;
    private final int black;

    Sheet(I420 picture) {
        range = picture.range();
        widthPx = picture.widthPx();
        heightPx = picture.heightPx();
        chromaWidthPx = picture.chromaWidthPx();
        chromaHeightPx = picture.chromaHeightPx();
        uOffset = widthPx * heightPx;
        vOffset = uOffset + chromaWidthPx * chromaHeightPx;
        planes = picture.planes().toArray();
        black = PlaneColour.ofRgb(BLACK, range).y() & 0xff;
    }

    I420.Range range() {
        return range;
    }

    int widthPx() {
        return widthPx;
    }

    int heightPx() {
        return heightPx;
    }

    I420 picture() {
        return new I420(widthPx, heightPx, range, Bytes.takeOver(planes));
    }

    /** 2 pixels up to 810 lines, 4 for 1080, 8 for 2160. */
    int lineWidthPx() {
        return 2 * Math.max(1, Math.toIntExact(Math.round(Math.min(widthPx, heightPx) / 540.0)));
    }

    /** Capitals about a fortieth of the picture high, but never too small to read. */
    double textScale() {
        return Math.clamp(Math.min(widthPx, heightPx) / 1000.0, 0.42, 4.0);
    }

    int evenDown(double position, int limit) {
        return (int) Math.clamp(Math.floor(position), 0, limit) & ~1;
    }

    int evenUp(double position, int limit) {
        int up = (int) Math.clamp(Math.ceil(position), 0, limit);
        return Math.min(limit, up + (up & 1));
    }

    /** Fills a rectangle whose left and top are even; its parts outside of the picture are left out. */
    void fill(int left, int top, int right, int bottom, PlaneColour colour) {
        int fromX = Math.max(0, left);
        int toX = Math.min(widthPx, right);
        int fromY = Math.max(0, top);
        int toY = Math.min(heightPx, bottom);
        if (fromX >= toX) {
            return;
        }
        for (int y = fromY; y < toY; y++) {
            Arrays.fill(planes, y * widthPx + fromX, y * widthPx + toX, colour.y());
        }
        for (int y = fromY / 2; y < Math.min(chromaHeightPx, (toY + 1) / 2); y++) {
            int row = y * chromaWidthPx;
            int from = row + fromX / 2;
            int to = row + (toX + 1) / 2;
            Arrays.fill(planes, uOffset + from, uOffset + to, colour.u());
            Arrays.fill(planes, vOffset + from, vOffset + to, colour.v());
        }
    }

    /** A line of squares of two pixels, whose ends may lie outside of the picture by as much as it is large. */
    void line(double fromX, double fromY, double toX, double toY, PlaneColour colour) {
        int steps = (int) Math.clamp(Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY)) / 2), 1, 1 << 14);
        for (int step = 0; step <= steps; step++) {
            int x = evenDown(fromX + (toX - fromX) * step / steps, widthPx);
            int y = evenDown(fromY + (toY - fromY) * step / steps, heightPx);
            fill(x, y, x + 2, y + 2, colour);
        }
    }

    void write(TextMask text, int left, int top, PlaneColour background) {
        fill(left, top, left + text.widthPx(), top + text.heightPx(), background);
        int paper = background.y() & 0xff;
        int columns = Math.min(text.widthPx(), widthPx - left);
        int rows = Math.min(text.heightPx(), heightPx - top);
        for (int row = 0; row < rows; row++) {
            int target = (top + row) * widthPx + left;
            int source = row * text.widthPx();
            for (int column = 0; column < columns; column++) {
                int covered = text.coverage().unsignedAt(source + column);
                planes[target + column] = (byte) (paper + (black - paper) * covered / 255);
            }
        }
    }
}
