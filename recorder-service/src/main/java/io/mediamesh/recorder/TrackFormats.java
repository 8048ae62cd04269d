package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.media.AacConfiguration;
import java.util.Optional;

/** What the beginning of a file has to say about its tracks. */
final class TrackFormats {
    private TrackFormats() {}

    /**
     * How pictures are coded.
     *
     * @param codec FFmpeg's name
     * @param configuration out-of-band data as FFmpeg has it
     */
    record Pictures(String codec, int widthPx, int heightPx, Bytes configuration) {}

    /**
     * How sound is coded in AAC.
     *
     * @param sampleRateHz at which its samples are counted
     * @param configuration the AudioSpecificConfig
     */
    record Sound(int sampleRateHz, int channels, Bytes configuration) {
        private static final String CODEC = "aac";

        /** What MP4 files say of sound as the source codes it; empty where it is no AAC that can be kept as it is. */
        static Optional<Sound> of(CodedFormat format) {
            return format.codec().equals(CODEC) && format.channels() > 0
                    ? AacConfiguration.of(format.configuration())
                            .map(aac -> new Sound(aac.coreRateHz(), format.channels(), format.configuration()))
                    : Optional.empty();
        }

        long indexAt(long ticks) {
            return Ticks.toSamples(ticks, sampleRateHz);
        }

        long ticksAt(long index) {
            return Ticks.ofSamples(index, sampleRateHz);
        }
    }

    /** Sound before it is coded. */
    record Pcm(int sampleRateHz, int channels) {
        long indexAt(long ticks) {
            return Ticks.toSamples(ticks, sampleRateHz);
        }

        long ticksAt(long index) {
            return Ticks.ofSamples(index, sampleRateHz);
        }

        int bytesPerFrame() {
            return Short.BYTES * channels;
        }
    }
}
