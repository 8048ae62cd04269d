package io.mediamesh.tracking.onnx;

import io.mediamesh.contracts.Bytes;

/**
 * A plane of a picture in another size, by a triangular filter that is as wide as a pixel of the smaller one: what the
 * authors of these models scale pictures with.
 */
final class Resampling {
    private Resampling() {}

    /**
     * The plane in its new size, row by row, values 0 to 255.
     *
     * @param offset of its first byte
     */
    static float[] of(Bytes bytes, int offset, int width, int height, int toWidth, int toHeight) {
        Taps across = Taps.of(width, toWidth);
        Taps down = Taps.of(height, toHeight);
        float[] narrow = new float[toWidth * height];
        byte[] row = new byte[width];
        for (int y = 0; y < height; y++) {
            bytes.copyTo(offset + y * width, row, 0, width);
            for (int x = 0; x < toWidth; x++) {
                float sum = 0;
                for (int tap = 0; tap < across.each; tap++) {
                    sum += across.weights[x * across.each + tap] * (row[across.places[x * across.each + tap]] & 0xff);
                }
                narrow[y * toWidth + x] = sum;
            }
        }
        float[] result = new float[toWidth * toHeight];
        for (int y = 0; y < toHeight; y++) {
            for (int tap = 0; tap < down.each; tap++) {
                float weight = down.weights[y * down.each + tap];
                int from = down.places[y * down.each + tap] * toWidth;
                if (weight != 0) {
                    for (int x = 0; x < toWidth; x++) {
                        result[y * toWidth + x] += weight * narrow[from + x];
                    }
                }
            }
        }
        return result;
    }

    /** From which samples each of the new ones is made. */
    private static final class Taps {
        private final int each;
        private final int[] places;
        private final float[] weights;

        private Taps(int each, int count) {
            this.each = each;
            this.places = new int[each * count];
            this.weights = new float[each * count];
        }

        static Taps of(int from, int to) {
            double scale = (double) from / to;
            double radius = Math.max(1, scale);
            Taps taps = new Taps((int) Math.ceil(2 * radius) + 1, to);
            for (int index = 0; index < to; index++) {
                double centre = (index + 0.5) * scale - 0.5;
                int first = (int) Math.ceil(centre - radius);
                double sum = 0;
                for (int tap = 0; tap < taps.each; tap++) {
                    sum += weight(first + tap, centre, radius, from);
                }
                for (int tap = 0; tap < taps.each; tap++) {
                    taps.places[index * taps.each + tap] = Math.clamp(first + tap, 0, from - 1);
                    taps.weights[index * taps.each + tap] = (float) (weight(first + tap, centre, radius, from) / sum);
                }
            }
            return taps;
        }

        private static double weight(int place, double centre, double radius, int from) {
            return place < 0 || place >= from ? 0 : Math.max(0, 1 - Math.abs(place - centre) / radius);
        }
    }
}
