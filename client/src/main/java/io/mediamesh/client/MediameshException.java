package io.mediamesh.client;

import java.util.Optional;

/**
 * The server's answer is an error: a sentence for a person, a stable word for a program and, where a single field of
 * the request is at fault, that field's name. {@link NoAnswerException} stands for no answer at all.
 */
public final class MediameshException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String message;
    private final String field;

    /**
     * An error.
     *
     * @param status of the HTTP answer
     * @param code the word for a program, for example {@code not_found}
     * @param message the sentence for a person
     * @param field the field of the request at fault, if one is
     */
    public MediameshException(int status, String code, String message, Optional<String> field) {
        super(message);
        this.status = status;
        this.code = code;
        this.message = message;
        this.field = field.orElse("");
    }

    /** The status of the HTTP answer. */
    public int status() {
        return status;
    }

    /**
     * What is wrong, for a program: {@code invalid}, {@code unauthorized}, {@code forbidden}, {@code not_found},
     * {@code conflict}, {@code unavailable} and the other words of the HTTP API; {@code malformed_answer} where the
     * answer can't be understood; {@code http_} and the status where nothing else is known.
     */
    public String code() {
        return code;
    }

    /** What is wrong, for a person. */
    @Override
    public String getMessage() {
        return message;
    }

    /** The field of the request at fault, if one is. */
    public Optional<String> field() {
        return field.isEmpty() ? Optional.empty() : Optional.of(field);
    }

    boolean isNotFound() {
        return status == 404;
    }
}
