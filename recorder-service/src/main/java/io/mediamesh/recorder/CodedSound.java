package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;

/**
 * Some samples of sound as they lie in a file.
 *
 * @param index of the first sample, from the beginning of the recording
 * @param data its bytes
 */
record CodedSound(long index, Bytes data) {}
