package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.media.AacConfiguration;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The beginning of a fragmented MP4 file, {@code ftyp} and {@code moov}, made by libavformat because it knows the
 * boxes of all codecs. Nothing native outlives the call.
 */
final class Mp4Header {
    /** Pictures are the first track where there are any. */
    static final int FIRST_TRACK = 1;

    private Mp4Header() {}

    /** At least one of both has to be there. */
    static byte[] of(Optional<TrackFormats.Pictures> pictures, Optional<TrackFormats.Sound> sound) {
        AVFormatContext context = new AVFormatContext(null);
        AvErrors.checked(
                "a file can't be begun", avformat.avformat_alloc_output_context2(context, null, "mp4", (String) null));
        try {
            pictures.ifPresent(format -> add(context, format));
            sound.ifPresent(format -> add(context, format));
            return written(context);
        } finally {
            avformat.avformat_free_context(context);
        }
    }

    private static void add(AVFormatContext context, TrackFormats.Pictures format) {
        AVCodecDescriptor descriptor = avcodec.avcodec_descriptor_get_by_name(format.codec());
        if (descriptor == null) {
            throw new IllegalStateException("FFmpeg does not know the codec " + format.codec());
        }
        AVStream stream = stream(context);
        stream.time_base().num(1).den((int) Ticks.PER_SECOND);
        AVCodecParameters parameters = stream.codecpar();
        parameters.codec_type(avutil.AVMEDIA_TYPE_VIDEO).codec_id(descriptor.id());
        parameters.width(format.widthPx()).height(format.heightPx());
        configure(parameters, format.configuration());
    }

    private static void add(AVFormatContext context, TrackFormats.Sound format) {
        AVStream stream = stream(context);
        stream.time_base().num(1).den(format.sampleRateHz());
        AVCodecParameters parameters = stream.codecpar();
        parameters.codec_type(avutil.AVMEDIA_TYPE_AUDIO).codec_id(avcodec.AV_CODEC_ID_AAC);
        parameters.sample_rate(format.sampleRateHz()).frame_size(AacConfiguration.FRAME_SAMPLES);
        avutil.av_channel_layout_default(parameters.ch_layout(), format.channels());
        configure(parameters, format.configuration());
    }

    private static AVStream stream(AVFormatContext context) {
        AVStream stream = avformat.avformat_new_stream(context, null);
        if (stream == null) {
            throw new OutOfMemoryError("no memory for a track");
        }
        return stream;
    }

    /** The memory belongs to the parameters, which are freed with the context. */
    private static void configure(AVCodecParameters parameters, Bytes configuration) {
        int length = configuration.length();
        Pointer memory = avutil.av_mallocz(length + (long) avcodec.AV_INPUT_BUFFER_PADDING_SIZE);
        BytePointer target = new BytePointer(memory).capacity(length);
        target.put(configuration.toArray());
        parameters.extradata(target).extradata_size(length);
    }

    private static byte[] written(AVFormatContext context) {
        AVDictionary options = new AVDictionary(null);
        try (PointerPointer<AVIOContext> slot = new PointerPointer<>(1);
                PointerPointer<BytePointer> result = new PointerPointer<>(1)) {
            avutil.av_dict_set(options, "movflags", "empty_moov+default_base_moof+frag_custom", 0);
            avutil.av_dict_set(options, "video_track_timescale", String.valueOf(Ticks.PER_SECOND), 0);
            avutil.av_dict_set(options, "use_editlist", "0", 0);
            AvErrors.checked("a file can't be begun", avformat.avio_open_dyn_buf(slot));
            AVIOContext memory = slot.get(AVIOContext.class);
            context.pb(memory);
            int done = avformat.avformat_write_header(context, options);
            int length = avformat.avio_close_dyn_buf(memory, result);
            context.pb(null);
            BytePointer bytes = result.get(BytePointer.class);
            try {
                AvErrors.checked("a file can't be begun", done);
                byte[] header = new byte[length];
                bytes.get(header);
                return header;
            } finally {
                avutil.av_free(bytes);
            }
        } finally {
            avutil.av_dict_free(options);
        }
    }
}
