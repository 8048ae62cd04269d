package io.mediamesh.client;

import java.util.Optional;

/**
 * Something went wrong that no future tells of.
 *
 * @param kind where
 * @param message for a person
 * @param cause what was thrown, where something was
 */
public record AudioError(Kind kind, String message, Optional<Throwable> cause) {
    /** Where something went wrong. */
    public enum Kind {
        /** The connection broke or was not opened; another try follows where the message says so. */
        CONNECTION,
        /** The server refused something that it was asked for. */
        REFUSAL,
        /** The server has changed the rate by itself: this client does not keep up, or does so again. */
        RATE,
        /** A message was not understood and is left out. */
        MESSAGE,
        /** A consumer failed, or took too long. */
        CONSUMER
    }

    static AudioError of(Kind kind, String message) {
        return new AudioError(kind, message, Optional.empty());
    }

    static AudioError of(Kind kind, String message, Throwable cause) {
        return new AudioError(kind, message, Optional.of(cause));
    }
}
