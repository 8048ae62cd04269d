package io.mediamesh.ingest;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.contracts.MediaPacket.Track;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Takes packets of a track out of native memory as they are. Belongs to one thread. */
final class CodedTrack {
    private final AVRational timeBase;
    private final boolean mayHaveHeaders;
    private CodedFormat format;

    CodedTrack(AVStream stream, Track track) {
        this.timeBase = stream.time_base();
        AVCodecParameters parameters = stream.codecpar();
        boolean pictures = track == Track.VIDEO;
        this.format = new CodedFormat(
                track,
                avcodec.avcodec_get_name(parameters.codec_id()).getString(),
                Bytes.takeOver(copy(parameters.extradata(), parameters.extradata_size())),
                pictures ? parameters.width() : 0,
                pictures ? parameters.height() : 0,
                pictures ? 0 : parameters.sample_rate(),
                pictures ? 0 : parameters.ch_layout().nb_channels());
        this.mayHaveHeaders = parameters.codec_id() == avcodec.AV_CODEC_ID_AAC && parameters.extradata_size() == 0;
    }

    Track track() {
        return format.track();
    }

    /** A packet of this track; the format changes with it where the source says so. */
    MediaPacket take(AVPacket packet) {
        noteConfiguration(packet);
        Bytes data = dataOf(packet);
        long decode = PtsNanos.of(packet.dts(), timeBase);
        long shown = PtsNanos.of(packet.pts(), timeBase);
        boolean reordered = decode != PtsNanos.NONE && shown != PtsNanos.NONE;
        return new MediaPacket(
                format,
                (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0,
                reordered ? Math.max(0, shown - decode) : 0,
                Math.max(0, PtsNanos.of(packet.duration(), timeBase)),
                data);
    }

    /** AAC from transport streams has a header before each frame, which says what is elsewhere said once. */
    private Bytes dataOf(AVPacket packet) {
        byte[] whole = copy(packet.data(), packet.size());
        Optional<Adts> header = mayHaveHeaders ? Adts.of(whole) : Optional.empty();
        if (header.isEmpty()) {
            return Bytes.takeOver(whole);
        }
        if (!header.get().configuration().equals(format.configuration())) {
            format = with(header.get().configuration());
        }
        return header.get().stripped(whole);
    }

    private void noteConfiguration(AVPacket packet) {
        if (packet.side_data_elems() == 0) {
            return;
        }
        try (SizeTPointer size = new SizeTPointer(1)) {
            BytePointer changed = avcodec.av_packet_get_side_data(packet, avcodec.AV_PKT_DATA_NEW_EXTRADATA, size);
            if (changed != null && !changed.isNull()) {
                format = with(Bytes.takeOver(copy(changed, (int) size.get())));
            }
        }
    }

    private CodedFormat with(Bytes configuration) {
        return new CodedFormat(
                format.track(),
                format.codec(),
                configuration,
                format.widthPx(),
                format.heightPx(),
                format.sampleRateHz(),
                format.channels());
    }

    static byte[] copy(BytePointer from, int length) {
        byte[] bytes = new byte[from == null || from.isNull() ? 0 : length];
        if (bytes.length > 0) {
            from.get(bytes);
        }
        return bytes;
    }

    /** Whether a packet is fit to be passed on. */
    static boolean isWhole(AVPacket packet) {
        return packet.size() > 0 && (packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) == 0 && packet.data() != null;
    }
}
