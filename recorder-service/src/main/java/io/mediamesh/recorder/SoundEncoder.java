package io.mediamesh.recorder;

import io.mediamesh.media.AacConfiguration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Encodes sound to AAC. What it gives lies where its samples were: the first packet, which an encoder puts before them
 * to warm up, is left out. Belongs to one thread; native memory is freed by {@link #close()}.
 */
final class SoundEncoder implements AutoCloseable {
    private static final Set<Integer> RATES = Set.of(
            96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350);
    private static final long BITS_PER_CHANNEL = 64_000;
    private static final int MOST_CHANNELS = 2;
    private static final float FULL_SCALE = 32_768f;

    private final int channels;
    private final AvEncoder encoder;
    private final AVFrame frame;
    private final TrackFormats.Sound format;
    private final long first;
    private final float[][] waiting;
    private int filled;
    private long next;

    private SoundEncoder(TrackFormats.Pcm pcm, long first) {
        this.channels = pcm.channels();
        this.first = first;
        this.next = first;
        this.waiting = new float[channels][AacConfiguration.FRAME_SAMPLES];
        AVCodec codec = avcodec.avcodec_find_encoder(avcodec.AV_CODEC_ID_AAC);
        this.encoder = new AvEncoder(codec);
        this.frame = encoder.frame();
        try {
            open(codec, pcm);
            this.format = new TrackFormats.Sound(pcm.sampleRateHz(), channels, encoder.configuration());
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    /** An encoder whose first sample has this index; empty where AAC has no such rate or number of channels. */
    static Optional<SoundEncoder> open(TrackFormats.Pcm pcm, long first) {
        AvLog.install();
        return RATES.contains(pcm.sampleRateHz()) && pcm.channels() <= MOST_CHANNELS
                ? Optional.of(new SoundEncoder(pcm, first))
                : Optional.empty();
    }

    private void open(AVCodec codec, TrackFormats.Pcm pcm) {
        AVCodecContext context = encoder.context();
        context.sample_rate(pcm.sampleRateHz()).sample_fmt(avutil.AV_SAMPLE_FMT_FLTP);
        context.bit_rate(BITS_PER_CHANNEL * channels).thread_count(1);
        avutil.av_channel_layout_default(context.ch_layout(), channels);
        context.time_base().num(1).den(pcm.sampleRateHz());
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        AvErrors.checked(
                "the AAC encoder does not open", avcodec.avcodec_open2(context, codec, (PointerPointer<?>) null));
        frame.format(avutil.AV_SAMPLE_FMT_FLTP)
                .nb_samples(AacConfiguration.FRAME_SAMPLES)
                .sample_rate(pcm.sampleRateHz());
        avutil.av_channel_layout_default(frame.ch_layout(), channels);
        AvErrors.checked("no memory for sound", avutil.av_frame_get_buffer(frame, 0));
    }

    /** What it gives. */
    TrackFormats.Sound format() {
        return format;
    }

    /** Takes interleaved samples from {@code from} on, which follow the ones before. */
    void encode(short[] samples, int from, int frames, Consumer<CodedSound> sink) {
        int index = from * channels;
        for (int taken = 0; taken < frames; taken++) {
            for (int channel = 0; channel < channels; channel++) {
                waiting[channel][filled] = samples[index++] / FULL_SCALE;
            }
            filled++;
            if (filled == AacConfiguration.FRAME_SAMPLES) {
                send(sink);
            }
        }
    }

    /** Gives out everything, the last packet filled up with silence; no sample may follow. */
    void finish(Consumer<CodedSound> sink) {
        if (filled > 0) {
            for (float[] channel : waiting) {
                Arrays.fill(channel, filled, AacConfiguration.FRAME_SAMPLES, 0f);
            }
            send(sink);
        }
        encoder.encode(null, "the last sound can't be encoded", packet -> passOn(packet, sink));
    }

    private void send(Consumer<CodedSound> sink) {
        AvErrors.checked("no memory for sound", avutil.av_frame_make_writable(frame));
        for (int channel = 0; channel < channels; channel++) {
            new FloatPointer(frame.extended_data(channel)).put(waiting[channel], 0, AacConfiguration.FRAME_SAMPLES);
        }
        frame.pts(next);
        next += AacConfiguration.FRAME_SAMPLES;
        filled = 0;
        encoder.encode(frame, "sound can't be encoded", packet -> passOn(packet, sink));
    }

    private void passOn(AVPacket packet, Consumer<CodedSound> sink) {
        if (packet.pts() >= first) {
            sink.accept(new CodedSound(packet.pts(), AvEncoder.dataOf(packet)));
        }
    }

    @Override
    public void close() {
        encoder.close();
    }
}
