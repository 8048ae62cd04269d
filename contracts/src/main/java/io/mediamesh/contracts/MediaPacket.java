package io.mediamesh.contracts;

/**
 * A coded picture or piece of sound as its source sent it, for whoever stores or passes it on without decoding. The
 * capture time of its item is that of its presentation; items come in the order in which they are decoded. A picture
 * that is no keyframe needs all those before it, back to the last keyframe.
 *
 * @param format how it is coded; the same object for as long as it stays the same
 * @param keyframe whether decoding can begin here; always so for sound
 * @param reorderNanos how much later than it is decoded it is presented: 0 without bidirectional prediction
 * @param durationNanos how long it is presented; 0 where the source does not say
 * @param data the coded bytes: H.264 as in an MP4 file (each NAL unit after its length) or as a byte stream (Annex B),
 *     as {@link CodedFormat#configuration()} tells; AAC without ADTS headers, unless the configuration is empty
 */
public record MediaPacket(CodedFormat format, boolean keyframe, long reorderNanos, long durationNanos, Bytes data)
        implements Payload {
    /**
     * How the packets of a track are coded.
     *
     * @param track what the packets are part of
     * @param codec the name that FFmpeg has for it, for example {@code h264} or {@code aac}
     * @param configuration the codec's out-of-band data, as FFmpeg has it in {@code extradata}; may be empty
     * @param widthPx of pictures; 0 for sound
     * @param heightPx of pictures; 0 for sound
     * @param sampleRateHz of sound; 0 for pictures
     * @param channels of sound; 0 for pictures
     */
    public record CodedFormat(
            Track track,
            String codec,
            Bytes configuration,
            int widthPx,
            int heightPx,
            int sampleRateHz,
            int channels) {}

    /** What a packet is part of. */
    public enum Track {
        /** The pictures. */
        VIDEO,
        /** The sound. */
        AUDIO
    }
}
