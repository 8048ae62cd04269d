package io.mediamesh.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one place where what goes wrong becomes an exception of this package. */
final class Failures {
    private Failures() {}

    /** The error that an answer tells; an answer in another form, say of a proxy, still has its status. */
    static MediameshException ofAnswer(int status, @Nullable Buffer body) {
        JsonObject error = jsonOf(body);
        return new MediameshException(
                status,
                textOf(error, "code").orElseGet(() -> codeOf(status)),
                textOf(error, "error").orElseGet(() -> "the server answered with status " + status),
                textOf(error, "field"));
    }

    /** The answer says that all is well, but not what it should say. */
    static MediameshException malformed(int status, String request, DecodeException why) {
        return new MediameshException(
                status,
                "malformed_answer",
                "the answer to " + request + " is not one of mediamesh: " + why.getMessage(),
                Optional.empty());
    }

    /** A request that led to no answer, or a WebSocket that was not opened. */
    static RuntimeException ofRequest(String request, Throwable failure) {
        return switch (failure) {
            case MediameshException told -> told;
            case UpgradeRejectedException refused -> ofAnswer(refused.getStatus(), refused.getBody());
            // The Vert.x instance or the verticle that the client belongs to is being closed.
            case IllegalStateException closed -> closed;
            default -> new NoAnswerException("no answer to " + request + ": " + reason(failure), failure);
        };
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    private static JsonObject jsonOf(@Nullable Buffer body) {
        if (body == null || body.length() == 0) {
            return new JsonObject();
        }
        try {
            return body.toJsonObject();
        } catch (DecodeException | ClassCastException notOurs) {
            return new JsonObject();
        }
    }

    private static Optional<String> textOf(JsonObject json, String name) {
        return json.getValue(name) instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }

    /** The word that mediamesh has for a status, for answers that come without one. */
    private static String codeOf(int status) {
        return switch (status) {
            case 400 -> "invalid";
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 409 -> "conflict";
            case 413, 414, 431 -> "too_large";
            case 500 -> "internal";
            case 502 -> "upstream_failed";
            case 503 -> "unavailable";
            case 504 -> "upstream_timeout";
            default -> "http_" + status;
        };
    }
}
