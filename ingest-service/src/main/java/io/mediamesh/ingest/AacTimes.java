package io.mediamesh.ingest;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.media.AacConfiguration;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Gives the frames of a track of AAC the times that libavformat leaves out. Several frames come in one RTP packet,
 * whose timestamp is that of the first (RFC 3640, section 3.1); libavformat counts on from there only where it has
 * seen how long a frame is before the end of its analysis. Belongs to one thread.
 */
final class AacTimes {
    private final int streamIndex;
    private final long frameTicks;
    private OptionalLong next = OptionalLong.empty();

    /** For a track; where it is of another codec, nothing is changed. */
    AacTimes(AVStream stream) {
        this.streamIndex = stream.index();
        AVCodecParameters parameters = stream.codecpar();
        AVRational timeBase = stream.time_base();
        boolean aac = parameters.codec_id() == avcodec.AV_CODEC_ID_AAC && timeBase.num() > 0;
        this.frameTicks = aac
                ? AacConfiguration.of(
                                Bytes.takeOver(CodedTrack.copy(parameters.extradata(), parameters.extradata_size())))
                        .map(found -> (long) AacConfiguration.FRAME_SAMPLES
                                * timeBase.den()
                                / timeBase.num()
                                / found.coreRateHz())
                        .orElse(0L)
                : 0;
    }

    /** Completes a packet of the track; one of another stays as it is. */
    void complete(AVPacket packet) {
        if (frameTicks == 0 || packet.stream_index() != streamIndex) {
            return;
        }
        if (packet.duration() <= 0) {
            packet.duration(frameTicks);
        }
        if (packet.dts() == avutil.AV_NOPTS_VALUE && packet.pts() == avutil.AV_NOPTS_VALUE) {
            next.ifPresent(ticks -> packet.pts(ticks).dts(ticks));
        }
        long ticks = packet.dts() == avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts();
        next = ticks == avutil.AV_NOPTS_VALUE ? OptionalLong.empty() : OptionalLong.of(ticks + packet.duration());
    }
}
