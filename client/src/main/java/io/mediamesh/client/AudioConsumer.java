package io.mediamesh.client;

import java.util.function.Consumer;

/**
 * Takes results of analyses of sound. {@link CallbackConsumer}, {@link QueueConsumer} and {@link FileConsumer} are there;
 * others may be written. One may be registered for several types.
 */
public interface AudioConsumer {
    /**
     * Takes a result. Called on the event loop of the client, for one result after the other, and so must not block: what
     * takes long belongs into one of the consumers that are there.
     */
    void accept(AudioData data);

    /** Has a listener told, on any thread, of what goes wrong inside of the consumer. Adding one again does nothing. */
    default void addErrorListener(Consumer<AudioError> listener) {}
}
