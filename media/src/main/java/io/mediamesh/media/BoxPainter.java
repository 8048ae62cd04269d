package io.mediamesh.media;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Detection;
import io.mediamesh.contracts.Detections;
import io.mediamesh.contracts.I420;
import java.util.Arrays;
import java.util.List;

/**
 * Draws boxes with their label and confidence into pictures. It writes into the planes of a copy; every edge lies on
 * an even pixel, so that luma and chroma cover the same area and nothing outside of boxes and labels changes.
 * Thread-safe; takes well under a millisecond, so it belongs on a worker all the same.
 */
public final class BoxPainter {
    private static final int MAX_LABEL_CHARACTERS = 32;
    private static final int BLACK = 0x000000;

    private final TextMask.Cache masks = new TextMask.Cache();

    /** Loads the native libraries, which takes about a second the first time. */
    public BoxPainter() {
        OpenCv.load();
    }

    /**
     * The picture with what was found in it, the most confident on top. Boxes are scaled where the picture has another
     * size than the one they were found in, and clipped at its edges.
     *
     * @return the same picture where there is nothing to draw
     */
    public I420 paint(I420 picture, Detections found) {
        if (found.objects().isEmpty()) {
            return picture;
        }
        Sheet sheet = new Sheet(picture);
        double scaleX = (double) picture.widthPx() / found.widthPx();
        double scaleY = (double) picture.heightPx() / found.heightPx();
        List<Detection> fromTheTop = found.objects();
        for (int index = fromTheTop.size() - 1; index >= 0; index--) {
            paint(sheet, fromTheTop.get(index), scaleX, scaleY);
        }
        return sheet.picture();
    }

    private void paint(Sheet sheet, Detection object, double scaleX, double scaleY) {
        int left = sheet.evenDown(object.x1() * scaleX, sheet.widthPx);
        int top = sheet.evenDown(object.y1() * scaleY, sheet.heightPx);
        int right = sheet.evenUp(object.x2() * scaleX, sheet.widthPx);
        int bottom = sheet.evenUp(object.y2() * scaleY, sheet.heightPx);
        if (left >= right || top >= bottom) {
            return;
        }
        PlaneColour colour = PlaneColour.ofLabel(object.label(), sheet.range);
        int line = sheet.lineWidthPx();
        sheet.fill(left, top, right, top + line, colour);
        sheet.fill(left, bottom - line, right, bottom, colour);
        sheet.fill(left, top, left + line, bottom, colour);
        sheet.fill(right - line, top, right, bottom, colour);

        TextMask text = masks.get(label(object), sheet.textScale());
        if (text.heightPx() > sheet.heightPx / 3) {
            return;
        }
        int textLeft = Math.max(0, Math.min(left, (sheet.widthPx - text.widthPx()) & ~1));
        int textTop = top >= text.heightPx() ? top - text.heightPx() : top;
        sheet.write(text, textLeft, textTop, colour);
    }

    private static String label(Detection object) {
        String name = object.label();
        String cut = name.length() <= MAX_LABEL_CHARACTERS ? name : name.substring(0, MAX_LABEL_CHARACTERS - 3) + "...";
        return cut + " " + Math.round(object.confidence() * 100) + "%";
    }

    /** The planes of the copy that is drawn on. */
    private static final class Sheet {
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
}
