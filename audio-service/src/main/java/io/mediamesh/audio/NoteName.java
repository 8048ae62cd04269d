package io.mediamesh.audio;

import java.util.List;

/**
 * The note of the equal temperament that is nearest to a frequency, in scientific pitch notation (A4 is the reference;
 * the octave begins with C).
 *
 * @param name for example {@code C#4}
 * @param cents how far the frequency is above it, −50 to 50
 */
record NoteName(String name, double cents) {
    private static final List<String> NAMES = List.of("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B");
    private static final int NOTES = NAMES.size();
    private static final int A4 = 4 * NOTES + NAMES.indexOf("A");

    /**
     * The nearest note.
     *
     * @param frequencyHz positive
     * @param referenceHz of A4
     */
    static NoteName of(double frequencyHz, double referenceHz) {
        double semitones = NOTES * Math.log(frequencyHz / referenceHz) / Math.log(2);
        int nearest = (int) Math.round(semitones);
        int note = A4 + nearest;
        String name = NAMES.get(Math.floorMod(note, NOTES)) + Math.floorDiv(note, NOTES);
        return new NoteName(name, 100 * (semitones - nearest));
    }
}
