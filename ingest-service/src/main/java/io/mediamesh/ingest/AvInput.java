package io.mediamesh.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avdevice;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * An open input of libavformat. Belongs to one thread; every native wait in it ends when the {@link ReadGuard} says
 * so. Native memory is freed by {@link #close()}.
 */
final class AvInput implements AutoCloseable {
    /** Between two looks at an input that does not wait. */
    private static final long PAUSE_NANOS = 2_000_000;

    static {
        AvLog.install();
        avformat.avformat_network_init();
        avdevice.avdevice_register_all();
    }

    /**
     * What to open.
     *
     * @param secretUrl for libavformat, with credentials; empty when the bytes come from a feed
     * @param formatName the only format that it can be; empty to find out
     * @param options options of the demuxer and its protocol
     * @param errors what its error numbers mean
     * @param polled whether reading must not wait, because libavformat's own wait could not be interrupted
     */
    record Opening(
            String secretUrl, String formatName, Map<String, String> options, ErrorMeaning errors, boolean polled) {
        /** Of a file or server. */
        Opening(String secretUrl, String formatName, Map<String, String> options) {
            this(secretUrl, formatName, options, AvFaults.INSTANCE, false);
        }

        /** Never with the URL. */
        @Override
        public String toString() {
            return "opening " + formatName;
        }
    }

    private final ReadGuard guard;
    private final InterruptCheck interrupt;
    private final AVFormatContext context;
    private final @Nullable AvBytes bytes;
    private final ErrorMeaning errors;
    private Optional<AacTimes> soundTimes = Optional.empty();
    private long urlAddress;
    private boolean redirected;
    private boolean interrupted;
    private boolean opened;
    private boolean closed;

    private AvInput(ReadGuard guard, @Nullable AvBytes bytes, ErrorMeaning errors) {
        this.guard = guard;
        this.bytes = bytes;
        this.errors = errors;
        this.context = avformat.avformat_alloc_context();
        this.interrupt = new InterruptCheck(this::mustEnd);
        interrupt.installIn(context.interrupt_callback());
        if (bytes != null) {
            context.pb(bytes.context());
        }
    }

    /**
     * Opens an input and finds out what is in it.
     *
     * @param feed where the bytes come from when libavformat does not fetch them itself; closed with the input, and
     *     also when opening fails
     */
    static AvInput open(Opening what, Optional<ByteFeed> feed, Duration timeout, ReadGuard guard) throws SourceFault {
        guard.allow(timeout);
        AvInput input = new AvInput(guard, feed.map(AvBytes::new).orElse(null), what.errors());
        try {
            input.openNative(what);
            input.findStreams();
            return input;
        } catch (SourceFault | RuntimeException | Error failed) {
            input.close();
            throw failed;
        }
    }

    private void openNative(Opening what) throws SourceFault {
        AVInputFormat format = what.formatName().isEmpty() ? null : avformat.av_find_input_format(what.formatName());
        AVDictionary options = new AVDictionary(null);
        if (what.polled()) {
            context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_NONBLOCK);
        }
        try (BytePointer url = new BytePointer(4L * what.secretUrl().length() + 1)) {
            what.options().forEach((key, value) -> avutil.av_dict_set(options, key, value, 0));
            url.putString(what.secretUrl(), StandardCharsets.UTF_8);
            int result = avformat.avformat_open_input(context, url, format, options);
            if (result < 0) {
                throw faultWhenOpening(result);
            }
            opened = true;
        } finally {
            avutil.av_dict_free(options);
        }
    }

    private void findStreams() throws SourceFault {
        int result = avformat.avformat_find_stream_info(context, (AVDictionary) null);
        if (result < 0) {
            throw faultWhenOpening(result);
        }
        soundTimes = audio().map(AacTimes::new);
    }

    /** Whether the parameters of every track are known; libavformat hides tracks from us where they are not. */
    boolean isDescribed() {
        for (int index = 0; index < context.nb_streams(); index++) {
            AVCodecParameters parameters = context.streams(index).codecpar();
            boolean sizeMissing = parameters.codec_type() == avutil.AVMEDIA_TYPE_VIDEO && parameters.width() == 0;
            boolean rateMissing = parameters.codec_type() == avutil.AVMEDIA_TYPE_AUDIO && parameters.sample_rate() == 0;
            if (sizeMissing || rateMissing) {
                return false;
            }
        }
        return context.nb_streams() > 0;
    }

    /** The picture stream; a cover picture of a music file is none. */
    Optional<AVStream> video() {
        return best(avutil.AVMEDIA_TYPE_VIDEO)
                .filter(stream -> (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) == 0);
    }

    /** The sound stream. */
    Optional<AVStream> audio() {
        return best(avutil.AVMEDIA_TYPE_AUDIO);
    }

    private Optional<AVStream> best(int mediaType) {
        int index = avformat.av_find_best_stream(context, mediaType, -1, -1, (AVCodec) null, 0);
        return index < 0 ? Optional.empty() : Optional.of(context.streams(index));
    }

    /** Frames per second as announced or guessed; 0 where unknown. */
    double fps(AVStream stream) {
        var rate = avformat.av_guess_frame_rate(context, stream, null);
        return rate.num() <= 0 || rate.den() <= 0 ? 0 : (double) rate.num() / rate.den();
    }

    /** Whether the timestamps are made up: bare MJPEG has none. */
    boolean isUntimed() {
        String name = context.iformat().name().getString();
        return name.equals("mpjpeg") || name.equals("mjpeg");
    }

    /** Where the timestamps begin, in nanoseconds; empty where unknown. */
    Optional<Long> startNanos() {
        long micros = context.start_time();
        return micros == avutil.AV_NOPTS_VALUE ? Optional.empty() : Optional.of(micros * 1000);
    }

    /** When a packet is to be decoded (shown, where it does not say), in nanoseconds on the input's clock. */
    long packetNanos(AVPacket packet) {
        long pts = packet.dts() == avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts();
        return PtsNanos.of(pts, context.streams(packet.stream_index()).time_base());
    }

    /** When a packet is to be shown (decoded, where it does not say), in nanoseconds on the input's clock. */
    long shownNanos(AVPacket packet) {
        long pts = packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
        return PtsNanos.of(pts, context.streams(packet.stream_index()).time_base());
    }

    /**
     * Reads the next packet.
     *
     * @return false at the end
     */
    boolean read(AVPacket packet, Duration timeout) throws SourceFault {
        avcodec.av_packet_unref(packet);
        guard.allow(timeout);
        interrupted = false;
        int result = avformat.av_read_frame(context, packet);
        while (result == avutil.AVERROR_EAGAIN() && !guard.isOver()) {
            LockSupport.parkNanos(PAUSE_NANOS);
            result = avformat.av_read_frame(context, packet);
        }
        // An interrupted read may hand out what a parser held back, once a track: that is no sign of life.
        if (result >= 0 && !interrupted) {
            soundTimes.ifPresent(times -> times.complete(packet));
            return true;
        }
        throwFeedFault();
        if (guard.isStopped()) {
            throw SourceFault.stopped();
        }
        if (guard.isLate()) {
            throw SourceFault.retry("nothing came for " + seconds(timeout));
        }
        if (result == avutil.AVERROR_EOF()) {
            return false;
        }
        throw errors.whenReading(result);
    }

    /** Goes back to the beginning; false where the input can't. */
    boolean rewind() {
        guard.allow(Duration.ofSeconds(5));
        long start = context.start_time() == avutil.AV_NOPTS_VALUE ? 0 : context.start_time();
        return avformat.avformat_seek_file(context, -1, Long.MIN_VALUE, start, start, 0) >= 0;
    }

    private SourceFault faultWhenOpening(int result) throws SourceFault {
        throwFeedFault();
        if (guard.isStopped()) {
            return SourceFault.stopped();
        }
        if (redirected) {
            return SourceFault.giveUp("the server sends us to another address, which is not followed; use that URL");
        }
        if (guard.isLate()) {
            return SourceFault.retry("no answer in time");
        }
        return errors.whenOpening(result);
    }

    private void throwFeedFault() throws SourceFault {
        if (bytes != null && bytes.fault().isPresent()) {
            throw bytes.fault().get();
        }
    }

    private static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " s";
    }

    /** Frees everything native, the feed included. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (opened) {
            // Saying goodbye to a server may wait too; it gets a moment, unless the source was stopped.
            guard.allow(Duration.ofMillis(500));
            avformat.avformat_close_input(context);
        }
        interrupt.close();
        if (bytes != null) {
            bytes.close();
        }
    }

    /** libavformat follows redirects of RTSP servers by itself, past every check of the address: noticed here. */
    private boolean mustEnd() {
        if (guard.isOver()) {
            interrupted = true;
            return true;
        }
        if (bytes == null && !opened) {
            BytePointer url = context.url();
            long address = url == null ? 0 : url.address();
            if (urlAddress == 0) {
                urlAddress = address;
            } else if (address != urlAddress) {
                redirected = true;
            }
        }
        return redirected;
    }
}
