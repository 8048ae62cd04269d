package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes sound into blocks of 20 ms of 16-bit samples at the source's own rate; more than two channels are mixed
 * down to two. Belongs to one thread.
 */
final class AudioTrack implements AutoCloseable {
    private static final int BLOCKS_PER_SECOND = 50;
    private static final int MOST_CHANNELS = 2;

    /** Who takes the blocks. */
    interface Sink {
        /** A block; the timestamp of its first sample may be {@link PtsNanos#NONE}. */
        void block(long ptsNanos, AudioBlock block);

        /** Something was left out because it could not be decoded. */
        void corrupt();
    }

    private final AVCodecContext decoder;
    private final AVFrame frame = avutil.av_frame_alloc();
    private final AVRational timeBase;
    private final AVChannelLayout layout = new AVChannelLayout();
    private final PointerPointer<ShortPointer> output = new PointerPointer<>(1);
    private @Nullable SwrContext converter;
    private ShortPointer samples = new ShortPointer(0);
    private BlockCutter cutter = new BlockCutter(1, 1, 1);
    private int inputFormat = -1;
    private int inputChannels;
    private int inputRateHz;
    private boolean closed;

    AudioTrack(AVStream stream) throws SourceFault {
        this.timeBase = stream.time_base();
        this.decoder = DecodedVideo.openDecoder(stream, "audio");
    }

    /** Decodes a packet; null takes out what is left in the decoder at the end. */
    void decode(@Nullable AVPacket packet, Sink sink) throws SourceFault {
        if (avcodec.avcodec_send_packet(decoder, packet) < 0 && packet != null) {
            sink.corrupt();
        }
        while (avcodec.avcodec_receive_frame(decoder, frame) >= 0) {
            convert(sink);
        }
        if (packet == null) {
            cutter.finish(sink);
        }
    }

    private void convert(Sink sink) throws SourceFault {
        int count = frame.nb_samples();
        if (count < 1 || frame.sample_rate() < BLOCKS_PER_SECOND) {
            return;
        }
        if (converter == null
                || frame.format() != inputFormat
                || frame.ch_layout().nb_channels() != inputChannels
                || frame.sample_rate() != inputRateHz) {
            cutter.finish(sink);
            prepare();
        }
        int channels = layout.nb_channels();
        if (samples.capacity() < (long) count * channels) {
            samples.close();
            samples = new ShortPointer((long) count * channels);
            output.put(0, samples);
        }
        int converted = swresample.swr_convert(converter, output, count, frame.extended_data(), count);
        if (converted > 0) {
            short[] heap = new short[converted * channels];
            samples.get(heap);
            cutter.add(PtsNanos.of(frame.best_effort_timestamp(), timeBase), heap, sink);
        }
    }

    private void prepare() throws SourceFault {
        freeConverter();
        inputFormat = frame.format();
        inputChannels = frame.ch_layout().nb_channels();
        inputRateHz = frame.sample_rate();
        avutil.av_channel_layout_uninit(layout);
        avutil.av_channel_layout_default(layout, Math.min(inputChannels, MOST_CHANNELS));
        SwrContext made = new SwrContext(null);
        int result = swresample.swr_alloc_set_opts2(
                made,
                layout,
                avutil.AV_SAMPLE_FMT_S16,
                inputRateHz,
                frame.ch_layout(),
                inputFormat,
                inputRateHz,
                0,
                null);
        if (result < 0 || swresample.swr_init(made) < 0) {
            swresample.swr_free(made);
            throw SourceFault.giveUp("its audio with " + inputChannels + " channels can't be converted");
        }
        converter = made;
        cutter = new BlockCutter(inputRateHz, layout.nb_channels(), inputRateHz / BLOCKS_PER_SECOND);
    }

    /** Forgets what came before, because the next packet does not follow it. */
    void flush() {
        avcodec.avcodec_flush_buffers(decoder);
        cutter.clear();
    }

    private void freeConverter() {
        if (converter != null) {
            swresample.swr_free(converter);
            converter = null;
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        freeConverter();
        avutil.av_channel_layout_uninit(layout);
        layout.close();
        output.close();
        samples.close();
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(decoder);
    }
}
