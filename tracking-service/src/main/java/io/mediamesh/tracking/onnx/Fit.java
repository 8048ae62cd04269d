package io.mediamesh.tracking.onnx;

import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.media.OnnxPort;
import io.mediamesh.tracking.onnx.Signature.Family;

/**
 * Where a picture lies in a model's input.
 *
 * @param pictureWidthPx of the picture
 * @param pictureHeightPx of the picture
 * @param contentWidthPx what the picture becomes, in the upper left corner of the input
 * @param contentHeightPx what the picture becomes
 * @param inputWidthPx of the tensor
 * @param inputHeightPx of the tensor
 * @param modelWidthPx what masks of the whole input cover
 * @param modelHeightPx what masks of the whole input cover
 */
record Fit(
        int pictureWidthPx,
        int pictureHeightPx,
        int contentWidthPx,
        int contentHeightPx,
        int inputWidthPx,
        int inputHeightPx,
        int modelWidthPx,
        int modelHeightPx) {
    /** What all of them were trained with. */
    static final int USUAL_SIDE_PX = 1024;

    static Fit of(Signature signature, int widthPx, int heightPx) {
        OnnxPort image = signature.image();
        boolean planar = image.rank() == 4;
        int modelHeight = (int) image.dimension(planar ? 2 : 0, USUAL_SIDE_PX);
        int modelWidth = (int) image.dimension(planar ? 3 : 1, USUAL_SIDE_PX);
        if (signature.family() != Family.SAM) {
            return new Fit(
                    widthPx, heightPx, modelWidth, modelHeight, modelWidth, modelHeight, modelWidth, modelHeight);
        }
        double scale = Math.min((double) modelWidth / widthPx, (double) modelHeight / heightPx);
        int contentWidth = Math.clamp(Math.round(widthPx * scale), 1, modelWidth);
        int contentHeight = Math.clamp(Math.round(heightPx * scale), 1, modelHeight);
        // An encoder that takes pixels as they are fills its square up itself.
        boolean open = !planar && image.dimension(0, 0) == 0 && image.dimension(1, 0) == 0;
        int side = Math.max(modelWidth, modelHeight);
        return new Fit(
                widthPx,
                heightPx,
                contentWidth,
                contentHeight,
                open ? contentWidth : modelWidth,
                open ? contentHeight : modelHeight,
                side,
                side);
    }

    /** A box of the picture in pixels of the input. */
    Box toModel(Box box) {
        double x = (double) contentWidthPx / pictureWidthPx;
        double y = (double) contentHeightPx / pictureHeightPx;
        return new Box(box.x1() * x, box.y1() * y, box.x2() * x, box.y2() * y);
    }
}
