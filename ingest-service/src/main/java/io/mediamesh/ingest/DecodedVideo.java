package io.mediamesh.ingest;

import io.mediamesh.contracts.VideoFrame;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Pictures of any codec, decoded by libavcodec on the calling thread alone. */
final class DecodedVideo implements VideoTrack {
    private static final int HOPELESS_PACKETS = 500;

    private final AVCodecContext decoder;
    private final AVFrame frame = avutil.av_frame_alloc();
    private final AVRational timeBase;
    private final PictureCopier copier;
    private boolean atKeyframe;
    private boolean everDecoded;
    private int undecodable;
    private boolean closed;

    DecodedVideo(AVStream stream, int maxSidePx) throws SourceFault {
        this.timeBase = stream.time_base();
        PictureCopier.checkSize(stream.codecpar().width(), stream.codecpar().height(), maxSidePx);
        this.decoder = openDecoder(stream, "video");
        this.copier = new PictureCopier(maxSidePx);
        decoder.max_pixels((long) maxSidePx * maxSidePx);
    }

    static AVCodecContext openDecoder(AVStream stream, String what) throws SourceFault {
        int codecId = stream.codecpar().codec_id();
        AVCodec codec = avcodec.avcodec_find_decoder(codecId);
        if (codec == null) {
            throw SourceFault.giveUp("its " + what + " is " + nameOf(codecId) + ", which can't be decoded here");
        }
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        avcodec.avcodec_parameters_to_context(context, stream.codecpar());
        context.pkt_timebase(stream.time_base());
        context.thread_count(1);
        int result = avcodec.avcodec_open2(context, codec, (AVDictionary) null);
        if (result < 0) {
            avcodec.avcodec_free_context(context);
            throw SourceFault.giveUp("the decoder for its " + what + " (" + nameOf(codecId) + ") does not start: "
                    + AvFaults.text(result));
        }
        return context;
    }

    private static String nameOf(int codecId) {
        return avcodec.avcodec_get_name(codecId).getString();
    }

    @Override
    public void decode(@Nullable AVPacket packet, Sink sink) throws SourceFault {
        if (packet != null && !atKeyframe) {
            // Pictures that refer to one never seen would be grey.
            if ((packet.flags() & avcodec.AV_PKT_FLAG_KEY) == 0) {
                return;
            }
            atKeyframe = true;
        }
        if (avcodec.avcodec_send_packet(decoder, packet) < 0 && packet != null) {
            countCorrupt(sink);
        }
        int result = avcodec.avcodec_receive_frame(decoder, frame);
        while (result >= 0) {
            everDecoded = true;
            if (sink.wants()) {
                long pts = PtsNanos.of(frame.best_effort_timestamp(), timeBase);
                sink.frame(pts, VideoFrame.of(copier.copy(frame)));
            }
            result = avcodec.avcodec_receive_frame(decoder, frame);
        }
        if (result == avutil.AVERROR_INVALIDDATA()) {
            countCorrupt(sink);
        }
    }

    private void countCorrupt(Sink sink) throws SourceFault {
        sink.corrupt();
        undecodable++;
        if (!everDecoded && undecodable >= HOPELESS_PACKETS) {
            throw SourceFault.giveUp("not one of its first " + undecodable + " pictures can be decoded");
        }
    }

    @Override
    public void flush() {
        avcodec.avcodec_flush_buffers(decoder);
        atKeyframe = false;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(decoder);
        copier.close();
    }
}
