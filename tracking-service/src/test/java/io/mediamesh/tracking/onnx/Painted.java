package io.mediamesh.tracking.onnx;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.TrackingProtocol.Box;
import io.mediamesh.tracking.opencv.FrameMask;
import java.util.Optional;

/**
 * Pictures of speckled ellipses over speckled grey ground, of which each pixel is known.
 *
 * @param range of the values of luma and chroma
 */
record Painted(int widthPx, int heightPx, I420.Range range) {
    static final Painted USUAL = new Painted(640, 480, I420.Range.FULL);

    /** An ellipse of one hue, at full range; the speckles move with it. */
    record Thing(double x, double y, double radiusX, double radiusY, int u, int v, int seed) {
        static Thing red(double x, double y) {
            return new Thing(x, y, 60, 45, 100, 190, 1);
        }

        static Thing blue(double x, double y) {
            return new Thing(x, y, 45, 55, 190, 100, 2);
        }

        static Thing grey(double x, double y) {
            return new Thing(x, y, 60, 45, 128, 128, 3);
        }

        boolean covers(double pixelX, double pixelY) {
            double fromX = (pixelX + 0.5 - x) / radiusX;
            double fromY = (pixelY + 0.5 - y) / radiusY;
            return fromX * fromX + fromY * fromY <= 1;
        }

        /** As a person would draw it. */
        Box box() {
            return new Box(x - radiusX - 3, y - radiusY - 3, x + radiusX + 3, y + radiusY + 3);
        }
    }

    /** Later things lie in front of earlier ones. */
    I420 with(Thing... things) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        int chromaWidth = (widthPx + 1) / 2;
        int luma = widthPx * heightPx;
        int chroma = chromaWidth * ((heightPx + 1) / 2);
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                int light = 90 + speckle(x, y, 0, 6) / 4;
                int u = 128;
                int v = 128;
                for (Thing thing : things) {
                    if (thing.covers(x, y)) {
                        light = 90 + speckle(x - (int) thing.x, y - (int) thing.y, thing.seed, 7) / 4;
                        u = thing.u;
                        v = thing.v;
                    }
                }
                planes[y * widthPx + x] = (byte) (range == I420.Range.FULL ? light : 16 + light * 219 / 255);
                planes[luma + y / 2 * chromaWidth + x / 2] = chroma(u);
                planes[luma + chroma + y / 2 * chromaWidth + x / 2] = chroma(v);
            }
        }
        return new I420(widthPx, heightPx, range, Bytes.takeOver(planes));
    }

    private byte chroma(int full) {
        return (byte) (range == I420.Range.FULL ? full : 128 + (full - 128) * 224 / 255);
    }

    /** 0 to 255, the same for all pixels of a square. */
    private static int speckle(int x, int y, int seed, int sidePx) {
        int hash =
                (Math.floorDiv(x, sidePx) * 73_856_093) ^ (Math.floorDiv(y, sidePx) * 19_349_663) ^ (seed * 83_492_791);
        hash ^= hash >>> 15;
        hash *= 0x2c1b3c6d;
        hash ^= hash >>> 12;
        return hash & 0xff;
    }

    /** Intersection over union of a mask and a thing that nothing covers; 0 without a mask. */
    double iou(Optional<FrameMask> mask, Thing thing) {
        int both = 0;
        int any = 0;
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                boolean told = mask.isPresent() && mask.get().has(x, y);
                boolean is = thing.covers(x, y);
                both += told && is ? 1 : 0;
                any += told || is ? 1 : 0;
            }
        }
        return (double) both / any;
    }
}
