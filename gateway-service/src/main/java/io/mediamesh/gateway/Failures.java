package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.ValidatorException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where failures become HTTP answers: {@code {"error","code","field"}} and a status. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int RETRY_AFTER_SECONDS = 1;

    private Failures() {}

    /** Answers a request whose handler failed or that no handler took. */
    static void answer(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            context.request().connection().close();
            return;
        }
        Throwable failure = context.failure();
        if (failure instanceof HttpClosedException) {
            // The client left in the middle of its request: nobody is there to be answered.
            return;
        }
        String path = context.normalizedPath();
        Told told = failure != null
                ? told(asMeshException(failure, context.statusCode()))
                : told(context.statusCode(), path);
        write(
                context.response(),
                SessionFailures.owns(path)
                        ? new Told(SessionFailures.status(told.status()), SessionFailures.of(told.json()))
                        : told);
    }

    /** Answers with a failure. */
    static void answer(HttpServerResponse response, MeshException failure) {
        write(response, told(failure));
    }

    /** An answer on its way. */
    private record Told(int status, JsonObject json) {}

    private static Told told(MeshException failure) {
        return new Told(failure.code().httpStatus(), toJson(failure));
    }

    /** Answers a request that isn't even HTTP, or whose head is over a limit. */
    static void answerMalformed(HttpServerRequest request) {
        boolean tooLong = request.decoderResult().cause() instanceof TooLongFrameException;
        String method = String.valueOf(request.method());
        boolean line =
                tooLong && !String.valueOf(request.decoderResult().cause()).contains("header");
        int status = tooLong ? (line ? 414 : 431) : 400;
        String message = tooLong
                ? "the " + (line ? "address" : "head") + " of the request is too long"
                : "the request is not valid HTTP";
        request.response().putHeader("Connection", "close");
        write(
                request.response(),
                status,
                error(message, tooLong ? "too_large" : "invalid", method.isEmpty() ? "" : (line ? "url" : "")));
        request.connection().close();
    }

    /** The JSON form of a failure. */
    static JsonObject toJson(MeshException failure) {
        return error(
                String.valueOf(failure.getMessage()),
                failure.code().machineCode(),
                failure.field().orElse(""));
    }

    /** What a failure means to the caller; a defect of ours is logged here and told without its details. */
    static MeshException asMeshException(Throwable failure, int status) {
        return switch (failure) {
            case MeshException mesh -> mesh.code() == FailureCode.INTERNAL ? defect(mesh) : mesh;
            case ValidatorException violation -> ContractViolation.asMeshException(violation);
            case HttpException http
            when http.getCause() instanceof ValidatorException violation ->
                ContractViolation.asMeshException(violation);
            case HttpException http -> ofStatus(http.getStatusCode());
            case IllegalArgumentException wrong when status == 400 -> ofStatus(400);
            default -> status >= 400 && status < 500 ? ofStatus(status) : defect(failure);
        };
    }

    /** Says which input is at fault where who refused it does not know what it is called in the request. */
    static Throwable naming(Throwable failure, Map<FailureCode, String> fields) {
        if (failure instanceof MeshException refusal && refusal.field().isEmpty()) {
            String field = fields.get(refusal.code());
            if (field != null) {
                return new MeshException(refusal.code(), String.valueOf(refusal.getMessage()), field);
            }
        }
        return failure;
    }

    /** The same where the request has a name of its own for it, whatever who refused it calls it. */
    static Throwable renaming(Throwable failure, Map<FailureCode, String> fields) {
        return failure instanceof MeshException refusal && fields.containsKey(refusal.code())
                ? naming(new MeshException(refusal.code(), String.valueOf(refusal.getMessage())), fields)
                : failure;
    }

    private static MeshException defect(Throwable failure) {
        LOG.error("a request failed because of a defect in the gateway", failure);
        return new MeshException(
                FailureCode.INTERNAL, "the server could not do this because of a defect; its log says more");
    }

    private static MeshException ofStatus(int status) {
        return switch (status) {
            case 413 -> new MeshException(FailureCode.TOO_LARGE, "the request body is larger than the limit");
            case 403 ->
                new MeshException(
                        FailureCode.FORBIDDEN,
                        "pages of this origin may not use the server; the setting " + GatewayConfig.ORIGINS.key()
                                + " lists those that may");
            case 404 -> new MeshException(FailureCode.NOT_FOUND, "there is nothing at this address");
            default -> new MeshException(FailureCode.INVALID, "the request is not valid");
        };
    }

    private static Told told(int status, String path) {
        return switch (status) {
            case 404 -> new Told(404, error("there is nothing at " + shortened(path), "not_found", ""));
            case 405 -> new Told(405, error("this address does not know the method", "method_not_allowed", ""));
            case 413 -> told(ofStatus(413));
            default ->
                status >= 400 && status < 500
                        ? told(ofStatus(status))
                        : new Told(500, error("the server could not do this", "internal", ""));
        };
    }

    private static String shortened(String path) {
        return path.length() <= 200 ? path : path.substring(0, 200) + "…";
    }

    static JsonObject error(String message, String code, @Nullable String field) {
        JsonObject json = new JsonObject().put("error", message).put("code", code);
        return field == null || field.isEmpty() ? json : json.put("field", field);
    }

    private static void write(HttpServerResponse response, Told told) {
        switch (told.status()) {
            case 401 -> response.putHeader("WWW-Authenticate", "Bearer");
            case 503 -> response.putHeader("Retry-After", String.valueOf(RETRY_AFTER_SECONDS));
            default -> {}
        }
        write(response, told.status(), told.json());
    }

    static void write(HttpServerResponse response, int status, JsonObject json) {
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(json.toBuffer());
    }
}
