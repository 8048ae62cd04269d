package io.mediamesh.client;

/**
 * The server could not be reached, broke off or did not answer in time. Whether it did what it was asked to do is not
 * known.
 */
public final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
