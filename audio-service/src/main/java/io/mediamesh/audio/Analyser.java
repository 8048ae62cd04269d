package io.mediamesh.audio;

import io.mediamesh.contracts.Fields;

/**
 * One analysis of one stream, as a plain machine without threads, clocks or network. Used by one thread at a time; what
 * it needs to remember is its own.
 */
public interface Analyser {
    /**
     * There is more sound: what was not heard before lies before {@link Sound#end}. Called with blocks of any length,
     * so whatever is due in the meantime is given, in order.
     */
    void listen(Sound sound, Results results);

    /** The sound was interrupted or changed its form: what comes next begins at frame 0 and follows on nothing. */
    void restart();

    /** Takes results. */
    @FunctionalInterface
    interface Results {
        /**
         * A result.
         *
         * @param frame the middle of what was analysed, to which the time of the message refers
         * @param fields what clients see as {@code data}
         */
        void give(long frame, Fields fields);
    }
}
