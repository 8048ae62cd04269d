package io.mediamesh.media;

import io.mediamesh.contracts.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * One line of text as coverage values, row by row: 0 outside the strokes, 255 inside.
 *
 * @param widthPx even, margins included
 * @param heightPx even, margins included
 */
record TextMask(int widthPx, int heightPx, Bytes coverage) {
    private static final int FONT = opencv_imgproc.FONT_HERSHEY_SIMPLEX;
    private static final int CACHED = 512;

    /** Draws the text; OpenCV's strokes know ASCII only, anything else becomes a question mark. */
    static TextMask of(String text, double scale) {
        String ascii = text.replaceAll("[^ -~]", "?");
        int strokePx = Math.max(1, (int) Math.round(1.6 * scale));
        int marginPx = 2 + (int) Math.round(4 * scale);
        try (var _ = new PointerScope()) {
            IntPointer baseline = new IntPointer(1);
            Size size = opencv_imgproc.getTextSize(ascii, FONT, scale, strokePx, baseline);
            int descentPx = baseline.get();
            int widthPx = even(size.width() + 2 * marginPx);
            int heightPx = even(size.height() + descentPx + 2 * marginPx - strokePx);
            Mat mask = new Mat(heightPx, widthPx, opencv_core.CV_8UC1, new Scalar(0.0));
            Point start = new Point(marginPx, marginPx + size.height());
            Scalar white = new Scalar(255.0);
            opencv_imgproc.putText(mask, ascii, start, FONT, scale, white, strokePx, opencv_imgproc.LINE_AA, false);
            byte[] coverage = new byte[widthPx * heightPx];
            mask.data().get(coverage);
            return new TextMask(widthPx, heightPx, Bytes.takeOver(coverage));
        }
    }

    private static int even(int length) {
        return length + (length & 1);
    }

    /** The masks used last; labels come back in every frame. Thread-safe. */
    static final class Cache {
        private record Key(String text, double scale) {}

        private final Map<Key, TextMask> masks = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, TextMask> eldest) {
                return size() > CACHED;
            }
        };

        synchronized TextMask get(String text, double scale) {
            return masks.computeIfAbsent(new Key(text, scale), key -> of(key.text, key.scale));
        }
    }
}
