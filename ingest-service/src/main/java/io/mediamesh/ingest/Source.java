package io.mediamesh.ingest;

/** A live source: plays on the thread that calls {@link #play} until it ends, fails or is stopped. */
interface Source {
    /** Plays; returns after {@link #stop} or after it told the listener that the source ended or failed. */
    void play(SourceListener listener);

    /** Whether the stream is live also while nobody takes it, so that others than this source tell its state. */
    default boolean outlivesItsSubscribers() {
        return false;
    }

    /** Whether it passes on packets as they come. */
    default boolean givesPackets() {
        return false;
    }

    /** Whether pictures or sound may come later although there are none now, so that who waits for them is not sent away. */
    default boolean tracksComeAndGo() {
        return false;
    }

    /** Makes {@link #play} return soon, even where it waits for a silent server. Any thread, any number of times. */
    void stop();
}
