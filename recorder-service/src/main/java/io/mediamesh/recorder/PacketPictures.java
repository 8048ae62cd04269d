package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import org.jspecify.annotations.Nullable;

/**
 * Coded pictures of a source on their way into a file: they begin with a keyframe, and after a loss with the next one,
 * because those between could not be decoded. Belongs to one thread.
 */
final class PacketPictures {
    static final String CODEC = "h264";

    private @Nullable CodedFormat source;
    private TrackFormats.@Nullable Pictures format;
    private boolean waiting = true;

    /** Packets are missing here. */
    void interrupted() {
        waiting = true;
    }

    /** Whether a packet can be used. */
    boolean accepts(MediaPacket packet) {
        if (packet.keyframe()) {
            learn(packet);
            waiting = false;
        }
        return !waiting && format != null;
    }

    /** Parameter sets within the pictures win over those beside them: they are the newer ones. */
    private void learn(MediaPacket packet) {
        CodedFormat from = packet.format();
        Bytes within = NalUnits.isByteStream(from.codec(), from.configuration())
                ? NalUnits.parameterSets(packet.data().toArray())
                : Bytes.takeOver(new byte[0]);
        TrackFormats.Pictures known = format;
        if (known != null && from.equals(source) && within.length() == 0) {
            return;
        }
        Bytes configuration = within.length() > 0 ? within : from.configuration();
        source = from;
        format = configuration.length() == 0
                ? null
                : new TrackFormats.Pictures(from.codec(), from.widthPx(), from.heightPx(), configuration);
    }

    /** How they are coded; only after a packet was accepted. */
    TrackFormats.Pictures format() {
        TrackFormats.Pictures known = format;
        if (known == null) {
            throw new IllegalStateException("no packet was accepted yet");
        }
        return known;
    }

    /** The picture that is presented at this time. */
    CodedPicture coded(MediaPacket packet, long ticks) {
        return new CodedPicture(
                ticks,
                Ticks.ofNanos(packet.reorderNanos()),
                packet.keyframe(),
                NalUnits.inMp4(format(), packet.data()));
    }
}
