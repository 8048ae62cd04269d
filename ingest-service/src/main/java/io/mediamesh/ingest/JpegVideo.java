package io.mediamesh.ingest;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.VideoFrame;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that come as JPEG already and go on as they came: not decoded unless somebody wants pixels, and never
 * encoded again. Those without Huffman tables, which a browser could not show, are decoded after all.
 */
final class JpegVideo implements VideoTrack {
    private final AVStream stream;
    private final AVRational timeBase;
    private final int maxSidePx;
    private @Nullable DecodedVideo decoded;

    JpegVideo(AVStream stream, int maxSidePx) {
        this.stream = stream;
        this.timeBase = stream.time_base();
        this.maxSidePx = maxSidePx;
    }

    @Override
    public void decode(@Nullable AVPacket packet, Sink sink) throws SourceFault {
        if (packet == null || packet.size() < 1 || !sink.wants()) {
            return;
        }
        byte[] bytes = new byte[packet.size()];
        packet.data().get(bytes);
        Optional<JpegHeader> header = JpegHeader.read(bytes);
        if (header.isEmpty()) {
            sink.corrupt();
        } else if (header.get().selfContained()) {
            sink.frame(PtsNanos.of(pts(packet), timeBase), VideoFrame.of(checked(header.get(), bytes)));
        } else {
            if (decoded == null) {
                decoded = new DecodedVideo(stream, maxSidePx);
            }
            decoded.decode(packet, sink);
        }
    }

    private static long pts(AVPacket packet) {
        return packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
    }

    private Jpeg checked(JpegHeader header, byte[] bytes) throws SourceFault {
        PictureCopier.checkSize(header.widthPx(), header.heightPx(), maxSidePx);
        return new Jpeg(header.widthPx(), header.heightPx(), Bytes.takeOver(bytes));
    }

    @Override
    public void flush() {
        if (decoded != null) {
            decoded.flush();
        }
    }

    @Override
    public void close() {
        if (decoded != null) {
            decoded.close();
        }
    }
}
