package io.mediamesh.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoteNameTest {
    /** Frequencies of the equal temperament as tables of MIDI notes give them, to 0.01 Hz. */
    @ParameterizedTest
    @CsvSource({"440, A4", "261.63, C4", "246.94, B3", "277.18, C#4", "51.91, G#1", "3951.07, B7", "27.5, A0"})
    void namesTheNote(double frequencyHz, String name) {
        NoteName note = NoteName.of(frequencyHz, 440);
        assertThat(note.name()).isEqualTo(name);
        assertThat(note.cents()).isCloseTo(0, within(0.4));
    }

    @Test
    void saysHowManyHundredthsOfASemitoneItIsOff() {
        assertThat(NoteName.of(440 * Math.pow(2, 30 / 1200.0), 440).cents()).isCloseTo(30, within(1e-9));
        assertThat(NoteName.of(440 * Math.pow(2, -49 / 1200.0), 440).cents()).isCloseTo(-49, within(1e-9));
    }

    @Test
    void countsFromTheReferenceThatItIsGiven() {
        assertThat(NoteName.of(415, 415)).isEqualTo(new NoteName("A4", 0));
    }
}
