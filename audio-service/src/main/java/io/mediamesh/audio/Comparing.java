package io.mediamesh.audio;

/** An analysis that compares the sound of a stream with that of another. */
public interface Comparing extends Analyser {
    /**
     * What there is of the other stream now; called before {@link #listen} where there is anything.
     *
     * @param reference the other sound, not to be kept
     * @param leadFrames what was captured at the same time as a frame of the sound has in the reference a number that is
     *     larger by so much
     */
    void compareWith(Sound reference, long leadFrames);
}
