package io.mediamesh.contracts;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Optional;

/**
 * The one exception of the mesh: a sentence for a person, a {@link FailureCode} for a program and, where a single
 * field of the input is at fault, that field's name. The message never holds secrets.
 */
public final class MeshException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Between the message and the field in the text of a reply, which has no other place for it. */
    private static final char FIELD_MARK = '\u001f';

    private final FailureCode code;
    private final String field;

    /** A failure with no particular field. */
    public MeshException(FailureCode code, String message) {
        this(code, message, "");
    }

    /** A failure of one input field; an empty {@code field} stands for none. */
    public MeshException(FailureCode code, String message, String field) {
        super(message);
        this.code = code;
        this.field = field;
    }

    /** A failure with the fault that caused it. */
    public MeshException(FailureCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.field = "";
    }

    /** An input field has a value that can never be right. */
    public static MeshException invalid(String field, String message) {
        return new MeshException(FailureCode.INVALID, message, field);
    }

    /** The failure that an event bus reply stands for. */
    public static MeshException ofReply(Throwable failure) {
        if (failure instanceof MeshException mesh) {
            return mesh;
        }
        if (failure instanceof ReplyException reply) {
            if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE) {
                return ofText(FailureCode.ofNumber(reply.failureCode()), String.valueOf(reply.getMessage()));
            }
            return new MeshException(
                    FailureCode.UNAVAILABLE,
                    reply.failureType() == ReplyFailure.TIMEOUT
                            ? "the member that was asked does not answer; try again in a moment"
                            : "there is no member to ask just now; try again in a moment",
                    reply);
        }
        return new MeshException(FailureCode.INTERNAL, String.valueOf(failure.getMessage()), failure);
    }

    private static MeshException ofText(FailureCode code, String text) {
        int mark = text.lastIndexOf(FIELD_MARK);
        return mark < 0
                ? new MeshException(code, text)
                : new MeshException(code, text.substring(0, mark), text.substring(mark + 1));
    }

    /** The message of an event bus reply that stands for this failure: {@link #ofReply} understands it. */
    public String replyText() {
        String message = String.valueOf(getMessage());
        return field.isEmpty() && message.indexOf(FIELD_MARK) < 0 ? message : message + FIELD_MARK + field;
    }

    /** The failure as a program sees it. */
    public FailureCode code() {
        return code;
    }

    /** The input field at fault, if one is. */
    public Optional<String> field() {
        return field.isEmpty() ? Optional.empty() : Optional.of(field);
    }
}
