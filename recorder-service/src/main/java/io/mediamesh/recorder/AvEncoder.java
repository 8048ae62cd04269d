package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * The native parts of an encoder: its context, which its owner sets up and opens, a frame for what goes in, and the way
 * by which packets come out. Belongs to one thread; freed by {@link #close()}.
 */
final class AvEncoder implements AutoCloseable {
    private final AVCodecContext context;
    private final AVFrame frame = avutil.av_frame_alloc();
    private final AVPacket packet = avcodec.av_packet_alloc();
    private boolean closed;

    AvEncoder(AVCodec codec) {
        this.context = avcodec.avcodec_alloc_context3(codec);
    }

    AVCodecContext context() {
        return context;
    }

    /** Owned by this; it is free to be filled again after each {@link #encode}. */
    AVFrame frame() {
        return frame;
    }

    /** The out-of-band data that a decoder needs; may be empty. */
    Bytes configuration() {
        byte[] configuration = new byte[context.extradata_size()];
        if (configuration.length > 0) {
            context.extradata().get(configuration);
        }
        return Bytes.takeOver(configuration);
    }

    /**
     * Encodes a frame and gives out what is ready, of this one or earlier ones. A packet is only valid within the call.
     *
     * @param next null for the end: everything comes out, and nothing may follow
     * @param complaint what to say when it fails
     */
    void encode(@Nullable AVFrame next, String complaint, Consumer<AVPacket> sink) {
        AvErrors.checked(complaint, avcodec.avcodec_send_frame(context, next));
        while (true) {
            int result = avcodec.avcodec_receive_packet(context, packet);
            if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
                return;
            }
            AvErrors.checked(complaint, result);
            try {
                sink.accept(packet);
            } finally {
                avcodec.av_packet_unref(packet);
            }
        }
    }

    /** A copy of a packet's bytes. */
    static Bytes dataOf(AVPacket packet) {
        byte[] data = new byte[packet.size()];
        packet.data().get(data);
        return Bytes.takeOver(data);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            avcodec.av_packet_free(packet);
            avutil.av_frame_free(frame);
            avcodec.avcodec_free_context(context);
        }
    }
}
