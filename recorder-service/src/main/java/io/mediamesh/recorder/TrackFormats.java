package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;

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
     * @param configuration the AudioSpecificConfig
     */
    record Sound(int sampleRateHz, int channels, Bytes configuration) {}

    /** Sound before it is coded. */
    record Pcm(int sampleRateHz, int channels) {
        long indexAt(long ticks) {
            long seconds = Math.floorDiv(ticks, Ticks.PER_SECOND);
            long rest = Math.floorMod(ticks, Ticks.PER_SECOND);
            return seconds * sampleRateHz + Math.floorDiv(rest * sampleRateHz + Ticks.PER_SECOND / 2, Ticks.PER_SECOND);
        }

        long ticksAt(long index) {
            long seconds = Math.floorDiv(index, (long) sampleRateHz);
            long rest = Math.floorMod(index, (long) sampleRateHz);
            return seconds * Ticks.PER_SECOND + Math.floorDiv(rest * Ticks.PER_SECOND + sampleRateHz / 2, sampleRateHz);
        }

        int bytesPerFrame() {
            return Short.BYTES * channels;
        }
    }
}
