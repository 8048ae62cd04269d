package io.mediamesh.audio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * Notes one after the other, each as long as the others with the same rest behind it, for one instrument of General MIDI.
 *
 * @param program the instrument, from 0
 * @param lowest MIDI number of the first note
 * @param count of notes, a semitone apart
 */
record Score(int program, int lowest, int count) {
    static final double NOTE_SECONDS = 1.5;
    static final double REST_SECONDS = 0.5;
    private static final int TICKS_PER_SECOND = 1000;

    /** The frequency of a note in equal temperament on A4 = 440 Hz. */
    static double hzOf(int note) {
        return 440 * Math.pow(2, (note - 69) / 12.0);
    }

    /** As a Standard MIDI File: one quarter a second, a thousand ticks a quarter. */
    byte[] toMidi() {
        ByteArrayOutputStream track = new ByteArrayOutputStream();
        track.writeBytes(new byte[] {0, (byte) 0xFF, 0x51, 3, 0x0F, 0x42, 0x40});
        track.writeBytes(new byte[] {0, (byte) 0xC0, (byte) program});
        IntStream.range(0, count).forEach(index -> {
            wait(track, index == 0 ? 0 : REST_SECONDS);
            track.writeBytes(new byte[] {(byte) 0x90, (byte) (lowest + index), 90});
            wait(track, NOTE_SECONDS);
            track.writeBytes(new byte[] {(byte) 0x80, (byte) (lowest + index), 0});
        });
        wait(track, REST_SECONDS);
        track.writeBytes(new byte[] {(byte) 0xFF, 0x2F, 0});
        return ByteBuffer.allocate(22 + track.size())
                .put("MThd".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putInt(6)
                .putShort((short) 0)
                .putShort((short) 1)
                .putShort((short) TICKS_PER_SECOND)
                .put("MTrk".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putInt(track.size())
                .put(track.toByteArray())
                .array();
    }

    private static void wait(ByteArrayOutputStream track, double seconds) {
        int ticks = (int) Math.round(seconds * TICKS_PER_SECOND);
        if (ticks >= 128) {
            track.write(0x80 | ticks >> 7);
        }
        track.write(ticks & 0x7F);
    }
}
