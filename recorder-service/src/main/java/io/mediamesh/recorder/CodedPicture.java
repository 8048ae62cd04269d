package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;

/**
 * A picture as it lies in a file.
 *
 * @param ticks when it is shown, in units of 1/90000 s from the beginning of the recording
 * @param reorderTicks how much later it is shown than decoded
 * @param keyframe whether decoding can begin here
 * @param data its bytes
 */
record CodedPicture(long ticks, long reorderTicks, boolean keyframe, Bytes data) {
    long decodeTicks() {
        return ticks - reorderTicks;
    }
}
