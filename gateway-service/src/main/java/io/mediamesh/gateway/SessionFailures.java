package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.json.JsonObject;

/** The form that failures have for clients of live sessions: {@code {"success":false,"error":"…"}}. */
final class SessionFailures {
    private SessionFailures() {}

    /** Whether failures at this address have this form. */
    static boolean owns(String path) {
        return path.equals("/api/config") || path.startsWith("/api/live-sessions/");
    }

    /** The form of a failure that is told otherwise elsewhere. */
    static JsonObject of(JsonObject failure) {
        return new JsonObject().put("success", false).put("error", failure.getString("error"));
    }

    /** The form of a failure. */
    static JsonObject of(MeshException failure) {
        return of(Failures.toJson(failure));
    }

    /** Its clients know no 503: whatever is not there now is something behind us. */
    static int status(int status) {
        return status == 503 ? 502 : status;
    }
}
