package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.media.video.I420Buffer;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Copies pictures out of and into libwebrtc's memory, whose pictures are limited-range BT.601 (RFC 6386, 9.2). */
final class PictureCopy {
    private static final byte[] LUMA_TO_LIMITED = table(16, 219.0 / 255, 0);
    private static final byte[] CHROMA_TO_LIMITED = table(128, 224.0 / 255, 128);

    private PictureCopy() {}

    /** The picture upright: phones send it as the sensor lies, with the angle beside it. */
    static I420 of(VideoFrame frame) {
        I420Buffer buffer = frame.buffer.toI420();
        int width = buffer.getWidth();
        int height = buffer.getHeight();
        int chromaWidth = (width + 1) / 2;
        int chromaHeight = (height + 1) / 2;
        boolean lies = frame.rotation % 180 != 0;
        byte[] planes = new byte[I420.sizeBytes(width, height)];
        int luma = width * height;
        int chroma = chromaWidth * chromaHeight;
        copy(buffer.getDataY(), buffer.getStrideY(), width, height, frame.rotation, planes, 0);
        copy(buffer.getDataU(), buffer.getStrideU(), chromaWidth, chromaHeight, frame.rotation, planes, luma);
        copy(buffer.getDataV(), buffer.getStrideV(), chromaWidth, chromaHeight, frame.rotation, planes, luma + chroma);
        return new I420(lies ? height : width, lies ? width : height, I420.Range.LIMITED, Bytes.takeOver(planes));
    }

    /** Mean luma at full range, 0 to 255, without a copy; the same as that of the copy. */
    static double meanLuma(VideoFrame frame) {
        I420Buffer buffer = frame.buffer.toI420();
        int width = buffer.getWidth();
        int height = buffer.getHeight();
        int stride = buffer.getStrideY();
        MemorySegment luma = MemorySegment.ofBuffer(buffer.getDataY());
        long sum = 0;
        if (stride == width) {
            sum = Bytes.unsignedSum(luma, 0, (long) width * height);
        } else {
            for (int row = 0; row < height; row++) {
                sum += Bytes.unsignedSum(luma, (long) row * stride, width);
            }
        }
        return I420.Range.LIMITED.meanLuma(sum, (long) width * height);
    }

    private static void copy(
            ByteBuffer source, int stride, int width, int height, int rotation, byte[] target, int offset) {
        if (rotation != 0) {
            turn(source, stride, width, height, rotation, target, offset);
        } else if (stride == width) {
            source.get(0, target, offset, width * height);
        } else {
            for (int row = 0; row < height; row++) {
                source.get(row * stride, target, offset + row * width, width);
            }
        }
    }

    /** Clockwise by 90, 180 or 270 degrees. */
    private static void turn(
            ByteBuffer source, int stride, int width, int height, int rotation, byte[] target, int offset) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int to =
                        switch (rotation) {
                            case 90 -> x * height + height - 1 - y;
                            case 180 -> (height - 1 - y) * width + width - 1 - x;
                            default -> (width - 1 - x) * height + y;
                        };
                target[offset + to] = source.get(y * stride + x);
            }
        }
    }

    /** A copy for libwebrtc; the caller releases it. */
    static NativeI420Buffer toNative(I420 picture) {
        NativeI420Buffer buffer = NativeI420Buffer.allocate(picture.widthPx(), picture.heightPx());
        int luma = picture.widthPx() * picture.heightPx();
        int chroma = picture.chromaWidthPx() * picture.chromaHeightPx();
        byte[] row = new byte[picture.widthPx()];
        boolean full = picture.range() == I420.Range.FULL;
        put(
                picture.planes(),
                0,
                buffer.getDataY(),
                buffer.getStrideY(),
                picture.widthPx(),
                picture.heightPx(),
                row,
                full ? LUMA_TO_LIMITED : null);
        byte[] table = full ? CHROMA_TO_LIMITED : null;
        put(
                picture.planes(),
                luma,
                buffer.getDataU(),
                buffer.getStrideU(),
                picture.chromaWidthPx(),
                picture.chromaHeightPx(),
                row,
                table);
        put(
                picture.planes(),
                luma + chroma,
                buffer.getDataV(),
                buffer.getStrideV(),
                picture.chromaWidthPx(),
                picture.chromaHeightPx(),
                row,
                table);
        return buffer;
    }

    private static void put(
            Bytes planes,
            int offset,
            ByteBuffer target,
            int stride,
            int width,
            int height,
            byte[] row,
            byte @org.jspecify.annotations.Nullable [] table) {
        for (int y = 0; y < height; y++) {
            planes.copyTo(offset + y * width, row, 0, width);
            if (table != null) {
                for (int x = 0; x < width; x++) {
                    row[x] = table[row[x] & 0xff];
                }
            }
            target.put(y * stride, row, 0, width);
        }
    }

    private static byte[] table(int base, double scale, int zero) {
        byte[] table = new byte[256];
        for (int value = 0; value < 256; value++) {
            table[value] = (byte) Math.round(base + (value - zero) * scale);
        }
        return table;
    }
}
