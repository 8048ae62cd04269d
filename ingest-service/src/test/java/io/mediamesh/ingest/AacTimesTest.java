package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AacTimesTest {
    private static final long NONE = avutil.AV_NOPTS_VALUE;

    private final AVFormatContext context = avformat.avformat_alloc_context();
    private final AVPacket packet = avcodec.av_packet_alloc();

    @AfterEach
    void free() {
        avcodec.av_packet_free(packet);
        avformat.avformat_free_context(context);
    }

    @Test
    void theFramesOfAnRtpPacketFollowItsTimestampOneByOne() {
        AacTimes times = new AacTimes(track(avcodec.AV_CODEC_ID_AAC, 48_000, 0x11, 0x90));
        assertThat(completed(times, 7168, 0)).isEqualTo("7168 +1024");
        assertThat(completed(times, NONE, 0)).isEqualTo("8192 +1024");
        assertThat(completed(times, NONE, 0)).isEqualTo("9216 +1024");
        // After a loss the next packet says again when it is.
        assertThat(completed(times, 21_504, 0)).isEqualTo("21504 +1024");
        assertThat(completed(times, NONE, 0)).isEqualTo("22528 +1024");
    }

    @Test
    void aFrameIsCountedInTheTimeBaseOfItsTrackAndAtTheRateOfItsCore() {
        // 22050 Hz before SBR, in a track that counts at 44100 Hz.
        AacTimes times = new AacTimes(track(avcodec.AV_CODEC_ID_AAC, 44_100, 0x2b, 0x92, 0x08, 0x00));
        completed(times, 0, 0);
        assertThat(completed(times, NONE, 0)).isEqualTo("2048 +2048");
    }

    @Test
    void whatIsToldStaysAndWhatCantBeKnownStaysUnknown() {
        AacTimes times = new AacTimes(track(avcodec.AV_CODEC_ID_AAC, 48_000, 0x11, 0x90));
        assertThat(completed(times, NONE, 0)).isEqualTo("none +1024");
        assertThat(completed(times, 5000, 960)).isEqualTo("5000 +960");
        packet.stream_index(1);
        assertThat(completed(times, NONE, 0)).isEqualTo("none +0");
        packet.stream_index(0);
        AacTimes other = new AacTimes(track(avcodec.AV_CODEC_ID_OPUS, 48_000, 0x11, 0x90));
        completed(other, 960, 0);
        assertThat(completed(other, NONE, 0)).isEqualTo("none +0");
    }

    private String completed(AacTimes times, long pts, long duration) {
        packet.pts(pts).dts(pts).duration(duration);
        times.complete(packet);
        assertThat(packet.pts()).isEqualTo(packet.dts());
        return (packet.pts() == NONE ? "none" : String.valueOf(packet.pts())) + " +" + packet.duration();
    }

    private AVStream track(int codec, int timesPerSecond, int... configuration) {
        AVStream stream = avformat.avformat_new_stream(context, null);
        stream.index(0);
        stream.time_base(new AVRational().num(1).den(timesPerSecond));
        BytePointer extra = new BytePointer(
                        avutil.av_mallocz(configuration.length + avcodec.AV_INPUT_BUFFER_PADDING_SIZE))
                .capacity(configuration.length);
        for (int index = 0; index < configuration.length; index++) {
            extra.put(index, (byte) configuration[index]);
        }
        stream.codecpar().codec_type(avutil.AVMEDIA_TYPE_AUDIO).codec_id(codec);
        stream.codecpar().extradata(extra).extradata_size(configuration.length);
        return stream;
    }
}
