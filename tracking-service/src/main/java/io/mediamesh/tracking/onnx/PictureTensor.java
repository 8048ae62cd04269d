package io.mediamesh.tracking.onnx;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import java.nio.FloatBuffer;

/** The colours of a picture in the form that an encoder takes. */
final class PictureTensor {
    // Mean and deviation of ImageNet, on 0 to 255, with which SAM and SAM 2 were trained.
    private static final float[] MEAN = {123.675f, 116.28f, 103.53f};
    private static final float[] DEVIATION = {58.395f, 57.12f, 57.375f};

    private PictureTensor() {}

    /** Fills the tensor, which is zero so far; pixels of the input without picture stay that. */
    static void fill(FloatBuffer tensor, I420 picture, Fit fit, Signature signature) {
        boolean planar = signature.image().rank() == 4;
        int pixels = fit.inputWidthPx() * fit.inputHeightPx();
        int step = planar ? 1 : 3;
        int apart = planar ? pixels : 1;
        float[] offset = new float[3];
        float[] gain = new float[3];
        for (int colour = 0; colour < 3; colour++) {
            switch (signature.family()) {
                case SAM, SAM2 -> {
                    offset[colour] = planar ? MEAN[colour] : 0;
                    gain[colour] = planar ? 1 / DEVIATION[colour] : 1;
                }
                case EFFICIENT_SAM -> gain[colour] = 1 / 255f;
            }
        }
        int width = fit.contentWidthPx();
        int height = fit.contentHeightPx();
        Bytes planes = picture.planes();
        int luma = picture.widthPx() * picture.heightPx();
        int chroma = picture.chromaWidthPx() * picture.chromaHeightPx();
        float[] y = Resampling.of(planes, 0, picture.widthPx(), picture.heightPx(), width, height);
        float[] u = Resampling.of(planes, luma, picture.chromaWidthPx(), picture.chromaHeightPx(), width, height);
        float[] v =
                Resampling.of(planes, luma + chroma, picture.chromaWidthPx(), picture.chromaHeightPx(), width, height);
        boolean limited = picture.range() == I420.Range.LIMITED;
        float black = limited ? 16 : 0;
        float lumaGain = limited ? 255 / 219f : 1;
        float chromaGain = limited ? 255 / 224f : 1;
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int from = row * width + column;
                int to = (row * fit.inputWidthPx() + column) * step;
                float light = (y[from] - black) * lumaGain;
                float blue = (u[from] - 128) * chromaGain;
                float red = (v[from] - 128) * chromaGain;
                // JFIF 1.02: BT.601 at full range.
                put(tensor, to, light + 1.402f * red, offset[0], gain[0]);
                put(tensor, to + apart, light - 0.344136f * blue - 0.714136f * red, offset[1], gain[1]);
                put(tensor, to + 2 * apart, light + 1.772f * blue, offset[2], gain[2]);
            }
        }
    }

    private static void put(FloatBuffer tensor, int index, float value, float offset, float gain) {
        tensor.put(index, (Math.clamp(value, 0f, 255f) - offset) * gain);
    }
}
