package io.mediamesh.recorder;

import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MeshException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Encodes the pictures of one size with an encoder of libavcodec, one thread, without bidirectional prediction. Belongs
 * to one thread; native memory is freed by {@link #close()}.
 */
final class PictureEncoder implements AutoCloseable {
    /** Hardware first, then what is quickest; what does not open is passed over. */
    private static final List<String> AUTO = List.of(
            "h264_nvenc", "h264_videotoolbox", "h264_qsv", "h264_amf", "h264_v4l2m2m", "libx264", "libopenh264");

    private static final double BITS_PER_PIXEL = 0.1;
    private static final long LEAST_BIT_RATE = 200_000;
    private static final int USUAL_FPS = 30;
    private static final int MOST_FPS = 240;

    private final Shape shape;
    private final String name;
    private final AvEncoder encoder;
    private final AVFrame frame;
    private final TrackFormats.Pictures format;

    /**
     * What the pictures look like.
     *
     * @param fps of the source; 0 where it does not say
     */
    record Shape(int widthPx, int heightPx, I420.Range range, double fps) {
        /** Chroma has half the resolution, so an odd column or row at the edge is left out. */
        int codedWidthPx() {
            return Math.max(2, widthPx & ~1);
        }

        int codedHeightPx() {
            return Math.max(2, heightPx & ~1);
        }
    }

    private PictureEncoder(String name, AVCodec codec, Shape shape, long bitRate) {
        this.shape = shape;
        this.name = name;
        this.encoder = new AvEncoder(codec);
        this.frame = encoder.frame();
        try {
            open(codec, bitRate);
            this.format = new TrackFormats.Pictures(
                    avcodec.avcodec_get_name(codec.id()).getString(),
                    shape.codedWidthPx(),
                    shape.codedHeightPx(),
                    encoder.configuration());
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    /**
     * Opens an encoder.
     *
     * @param encoder its name, or {@code auto}
     * @param bitRate in bits a second; 0 by the size of the pictures
     * @throws MeshException naming the setting where there is no such encoder or it can't take such pictures
     */
    static PictureEncoder open(String encoder, Shape shape, long bitRate) {
        AvLog.install();
        if (encoder.equals("auto")) {
            return openFirst(shape, bitRate);
        }
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(encoder);
        if (codec == null) {
            throw MeshException.invalid(
                    RecorderConfig.ENCODER.key(),
                    "this FFmpeg has no encoder " + encoder + "; set " + RecorderConfig.ENCODER.key()
                            + " to libopenh264 or auto");
        }
        try {
            return new PictureEncoder(encoder, codec, shape, bitRate);
        } catch (IllegalStateException refused) {
            throw MeshException.invalid(
                    RecorderConfig.ENCODER.key(),
                    "the encoder " + encoder + " does not take pictures of " + shape.widthPx() + "×" + shape.heightPx()
                            + ": " + refused.getMessage());
        }
    }

    private static PictureEncoder openFirst(Shape shape, long bitRate) {
        for (String candidate : AUTO) {
            AVCodec codec = avcodec.avcodec_find_encoder_by_name(candidate);
            if (codec != null) {
                try {
                    return new PictureEncoder(candidate, codec, shape, bitRate);
                } catch (IllegalStateException notHere) {
                    // the next one
                }
            }
        }
        throw MeshException.invalid(
                RecorderConfig.ENCODER.key(),
                "no encoder takes pictures of " + shape.widthPx() + "×" + shape.heightPx());
    }

    /** The encoders for H.264 that this FFmpeg has; whether they work shows when they are opened. */
    static List<String> known() {
        return known(AUTO);
    }

    /** Those of the list that this FFmpeg has. */
    static List<String> known(List<String> names) {
        return names.stream()
                .filter(candidate -> avcodec.avcodec_find_encoder_by_name(candidate) != null)
                .toList();
    }

    private void open(AVCodec codec, long bitRate) {
        double fps = shape.fps() >= 1 && shape.fps() <= MOST_FPS ? shape.fps() : USUAL_FPS;
        long pixels = (long) shape.widthPx() * shape.heightPx();
        boolean full = shape.range() == I420.Range.FULL;
        AVCodecContext context = encoder.context();
        context.width(shape.codedWidthPx()).height(shape.codedHeightPx()).pix_fmt(avutil.AV_PIX_FMT_YUV420P);
        context.time_base().num(1).den((int) Ticks.PER_SECOND);
        context.framerate().num((int) Math.round(fps * 1000)).den(1000);
        context.bit_rate(bitRate > 0 ? bitRate : Math.max(LEAST_BIT_RATE, Math.round(BITS_PER_PIXEL * pixels * fps)));
        // Keyframes are asked for by time; this is for encoders that do not hear.
        context.gop_size((int) Math.ceil(fps * 10));
        context.max_b_frames(0).thread_count(1);
        context.color_range(full ? avutil.AVCOL_RANGE_JPEG : avutil.AVCOL_RANGE_MPEG);
        context.colorspace(avutil.AVCOL_SPC_SMPTE170M);
        context.color_primaries(avutil.AVCOL_PRI_SMPTE170M).color_trc(avutil.AVCOL_TRC_SMPTE170M);
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        AVDictionary options = new AVDictionary(null);
        try {
            if (name.equals("libx264")) {
                avutil.av_dict_set(options, "preset", "superfast", 0);
                avutil.av_dict_set(options, "tune", "zerolatency", 0);
            }
            avutil.av_dict_set(options, "forced-idr", "1", 0);
            AvErrors.checked("it does not open", avcodec.avcodec_open2(context, codec, options));
        } finally {
            avutil.av_dict_free(options);
        }
        frame.format(avutil.AV_PIX_FMT_YUV420P)
                .width(shape.codedWidthPx())
                .height(shape.codedHeightPx())
                .color_range(context.color_range())
                .colorspace(context.colorspace());
        AvErrors.checked("no memory for a picture", avutil.av_frame_get_buffer(frame, 0));
    }

    /** What it takes. */
    Shape shape() {
        return shape;
    }

    /** FFmpeg's name of the encoder. */
    String name() {
        return name;
    }

    /** What it gives. */
    TrackFormats.Pictures format() {
        return format;
    }

    /** Encodes a picture; what is ready, this one or earlier ones, goes to the sink. */
    void encode(I420 picture, long ticks, boolean keyframe, Consumer<CodedPicture> sink) {
        AvErrors.checked("no memory for a picture", avutil.av_frame_make_writable(frame));
        fill(picture);
        frame.pts(ticks);
        frame.pict_type(keyframe ? avutil.AV_PICTURE_TYPE_I : avutil.AV_PICTURE_TYPE_NONE);
        encoder.encode(frame, "a picture can't be encoded", packet -> sink.accept(coded(packet)));
    }

    /** Gives out what the encoder still holds; no picture may follow. */
    void finish(Consumer<CodedPicture> sink) {
        encoder.encode(null, "the last pictures can't be encoded", packet -> sink.accept(coded(packet)));
    }

    private CodedPicture coded(AVPacket packet) {
        return new CodedPicture(
                packet.pts(),
                Math.max(0, packet.pts() - packet.dts()),
                (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0,
                NalUnits.inMp4(format, AvEncoder.dataOf(packet)));
    }

    private void fill(I420 picture) {
        MemorySegment planes = picture.planes().segment();
        int lumaBytes = picture.widthPx() * picture.heightPx();
        int chromaBytes = picture.chromaWidthPx() * picture.chromaHeightPx();
        int chromaWidth = shape.codedWidthPx() / 2;
        int chromaHeight = shape.codedHeightPx() / 2;
        copy(planes, 0, picture.widthPx(), 0, shape.codedWidthPx(), shape.codedHeightPx());
        copy(planes, lumaBytes, picture.chromaWidthPx(), 1, chromaWidth, chromaHeight);
        copy(planes, lumaBytes + chromaBytes, picture.chromaWidthPx(), 2, chromaWidth, chromaHeight);
    }

    private void copy(MemorySegment from, long offset, int fromStride, int plane, int width, int height) {
        int stride = frame.linesize(plane);
        BytePointer data = frame.data(plane).capacity((long) stride * height);
        MemorySegment to = MemorySegment.ofBuffer(data.asByteBuffer());
        if (stride == fromStride && width == fromStride) {
            MemorySegment.copy(from, offset, to, 0, (long) stride * height);
            return;
        }
        for (int row = 0; row < height; row++) {
            MemorySegment.copy(from, offset + (long) row * fromStride, to, (long) row * stride, width);
        }
    }

    @Override
    public void close() {
        encoder.close();
    }
}
