package io.mediamesh.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/live-sessions}: starts, stops and shows the rooms that are kept open. */
final class LiveSessionsApi {
    private final LiveSessions sessions;

    LiveSessionsApi(LiveSessions sessions) {
        this.sessions = sessions;
    }

    /** {@code POST /api/live-sessions/start}. */
    void start(RoutingContext context, JsonObject body) {
        RoomName room = new RoomName(body.getString("room_name"));
        sessions.start(room, body.getBoolean("record_session", false))
                .onSuccess(session -> context.json(new JsonObject()
                        .put("success", true)
                        .put("room_name", room.value())
                        .put("participant_sid", session.participantSid())
                        .put("session_id", session.id())
                        .put("record_session", session.record())))
                .onFailure(context::fail);
    }

    /** {@code POST /api/live-sessions/stop}. */
    void stop(RoutingContext context, JsonObject body) {
        RoomName room = new RoomName(body.getString("room_name"));
        sessions.stop(room)
                .onSuccess(stopped ->
                        context.json(new JsonObject().put("success", true).put("room_name", room.value())))
                .onFailure(context::fail);
    }

    /** {@code GET /api/live-sessions/active}. */
    void active(RoutingContext context) {
        sessions.open()
                .onSuccess(open -> {
                    JsonObject byRoom = new JsonObject();
                    open.forEach(session -> byRoom.put(session.room().value(), session.toJson()));
                    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    context.json(new JsonObject().put("active_sessions", byRoom).put("count", byRoom.size()));
                })
                .onFailure(context::fail);
    }
}
