package io.mediamesh.ingest;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * Copies decoded pictures out of libavcodec's memory as {@link I420}. Other pixel formats are converted on the way by
 * libswscale; the range of the values stays what it was. Colours of HD sources (BT.709) are kept as they are. Belongs
 * to one thread.
 */
final class PictureCopier implements AutoCloseable {
    private static final int FLAGS = swscale.SWS_BILINEAR;
    private static final int NEUTRAL_CONTRAST = 1 << 16;

    private final int maxSidePx;
    private final AVFrame converted = avutil.av_frame_alloc();
    private @Nullable SwsContext scaler;
    private int scalerFormat = -1;
    private boolean scalerFull;
    private boolean closed;

    PictureCopier(int maxSidePx) {
        this.maxSidePx = maxSidePx;
    }

    I420 copy(AVFrame frame) throws SourceFault {
        int width = frame.width();
        int height = frame.height();
        checkSize(width, height, maxSidePx);
        int format = frame.format();
        boolean full = isFullRange(frame);
        if (format == avutil.AV_PIX_FMT_YUV420P || format == avutil.AV_PIX_FMT_YUVJ420P) {
            return packed(frame, width, height, full);
        }
        return packed(convert(frame, width, height, full), width, height, full);
    }

    static void checkSize(int widthPx, int heightPx, int maxSidePx) throws SourceFault {
        if (widthPx > maxSidePx || heightPx > maxSidePx) {
            throw SourceFault.giveUp("its pictures have " + widthPx + "×" + heightPx + " pixels; the setting "
                    + IngestConfig.MAX_SIDE.key() + " allows " + maxSidePx + " each way");
        }
    }

    private static boolean isFullRange(AVFrame frame) {
        return frame.color_range() == avutil.AVCOL_RANGE_JPEG || planarTwin(frame.format()) != frame.format();
    }

    /** libav's old formats "YUVJ…" are the ordinary ones with full range; the scaler prefers to be told that way. */
    private static int planarTwin(int format) {
        if (format == avutil.AV_PIX_FMT_YUVJ420P) {
            return avutil.AV_PIX_FMT_YUV420P;
        }
        if (format == avutil.AV_PIX_FMT_YUVJ422P) {
            return avutil.AV_PIX_FMT_YUV422P;
        }
        if (format == avutil.AV_PIX_FMT_YUVJ444P) {
            return avutil.AV_PIX_FMT_YUV444P;
        }
        return format == avutil.AV_PIX_FMT_YUVJ440P ? avutil.AV_PIX_FMT_YUV440P : format;
    }

    private AVFrame convert(AVFrame frame, int width, int height, boolean full) throws SourceFault {
        int format = planarTwin(frame.format());
        if (scaler == null
                || format != scalerFormat
                || full != scalerFull
                || converted.width() != width
                || converted.height() != height) {
            prepare(format, width, height, full);
        }
        swscale.sws_scale(scaler, frame.data(), frame.linesize(), 0, height, converted.data(), converted.linesize());
        return converted;
    }

    private void prepare(int format, int width, int height, boolean full) throws SourceFault {
        freeScaler();
        avutil.av_frame_unref(converted);
        converted.format(avutil.AV_PIX_FMT_YUV420P);
        converted.width(width);
        converted.height(height);
        SwsContext made = swscale.sws_getContext(
                width, height, format, width, height, avutil.AV_PIX_FMT_YUV420P, FLAGS, null, null, (DoublePointer)
                        null);
        if (made == null || avutil.av_frame_get_buffer(converted, 0) < 0) {
            throw SourceFault.giveUp("its pixel format can't be converted");
        }
        IntPointer bt601 = swscale.sws_getCoefficients(swscale.SWS_CS_ITU601);
        int range = full ? 1 : 0;
        swscale.sws_setColorspaceDetails(made, bt601, range, bt601, range, 0, NEUTRAL_CONTRAST, NEUTRAL_CONTRAST);
        scaler = made;
        scalerFormat = format;
        scalerFull = full;
    }

    private static I420 packed(AVFrame frame, int width, int height, boolean full) {
        byte[] planes = new byte[I420.sizeBytes(width, height)];
        int chromaWidth = (width + 1) / 2;
        int chromaHeight = (height + 1) / 2;
        int offset = copyPlane(frame, 0, width, height, planes, 0);
        offset = copyPlane(frame, 1, chromaWidth, chromaHeight, planes, offset);
        copyPlane(frame, 2, chromaWidth, chromaHeight, planes, offset);
        return new I420(width, height, full ? I420.Range.FULL : I420.Range.LIMITED, Bytes.takeOver(planes));
    }

    private static int copyPlane(AVFrame frame, int plane, int width, int height, byte[] target, int offset) {
        BytePointer source = frame.data(plane);
        int stride = frame.linesize(plane);
        if (stride == width) {
            source.get(target, offset, width * height);
        } else {
            for (int row = 0; row < height; row++) {
                source.position((long) row * stride).get(target, offset + row * width, width);
            }
        }
        return offset + width * height;
    }

    private void freeScaler() {
        if (scaler != null) {
            swscale.sws_freeContext(scaler);
            scaler = null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            freeScaler();
            avutil.av_frame_free(converted);
        }
    }
}
