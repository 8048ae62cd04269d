package io.mediamesh.tracking.opencv;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A small grey picture, or a mask with 0 and 255. What an object looks like lies in patches of one size, in which the
 * object does not move: the session keeps where that patch is in the frame.
 */
public final class Patch {
    private final int width;
    private final int height;
    private final byte[] pixels;

    /** Takes the pixels over, row by row: nobody changes them afterwards. */
    public Patch(int width, int height, byte[] pixels) {
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Row by row, for reading only. */
    byte[] pixels() {
        return pixels;
    }

    static Patch of(Mat mat) {
        int rowBytes = mat.cols();
        byte[] pixels = new byte[rowBytes * mat.rows()];
        if (mat.isContinuous()) {
            mat.data().get(pixels);
        } else {
            for (int row = 0; row < mat.rows(); row++) {
                mat.ptr(row).get(pixels, row * rowBytes, rowBytes);
            }
        }
        return new Patch(rowBytes, mat.rows(), pixels);
    }

    /** A copy for OpenCV, which lives as long as the scope in which it was made. */
    Mat mat() {
        Mat mat = new Mat(height, width, opencv_core.CV_8UC1);
        mat.data().put(pixels);
        return mat;
    }

    boolean isSet(int index) {
        return pixels[index] != 0;
    }

    /** Pixels that are not 0. */
    public int count() {
        int count = 0;
        for (byte pixel : pixels) {
            if (pixel != 0) {
                count++;
            }
        }
        return count;
    }

    /** The pixels of this mask that the other one has, too. */
    Patch and(Patch other) {
        byte[] both = pixels.clone();
        for (int index = 0; index < both.length; index++) {
            both[index] &= other.pixels[index];
        }
        return new Patch(width, height, both);
    }

    /** This picture with the brightness and contrast that the other one has on the pixels of the mask. */
    Patch litAs(Patch other, Patch mask) {
        Light mine = Light.of(this, mask);
        Light theirs = Light.of(other, mask);
        double gain = mine.deviation < 1 ? 1 : Math.clamp(theirs.deviation / mine.deviation, 0.3, 3);
        byte[] table = new byte[256];
        for (int value = 0; value < table.length; value++) {
            table[value] = (byte) Math.clamp(Math.round((value - mine.mean) * gain + theirs.mean), 0, 255);
        }
        byte[] lit = new byte[pixels.length];
        for (int index = 0; index < lit.length; index++) {
            lit[index] = table[pixels[index] & 0xff];
        }
        return new Patch(width, height, lit);
    }

    private record Light(double mean, double deviation) {
        static Light of(Patch patch, Patch mask) {
            long count = 0;
            long sum = 0;
            long squares = 0;
            for (int index = 0; index < patch.pixels.length; index++) {
                if (mask.pixels[index] != 0) {
                    int value = patch.pixels[index] & 0xff;
                    count++;
                    sum += value;
                    squares += (long) value * value;
                }
            }
            if (count == 0) {
                return new Light(0, 0);
            }
            double mean = (double) sum / count;
            return new Light(mean, Math.sqrt(Math.max(0, (double) squares / count - mean * mean)));
        }
    }
}
