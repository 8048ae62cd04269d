package io.mediamesh.gateway;

/** Which messages go over a WebSocket. */
enum SocketForm {
    /** Those of {@code /api/v1/streams/{id}/topics/{topic}}. */
    TOPIC,
    /** Those of {@code /ws/video-stream}. */
    CAMERA,
    /** Those of {@code /api/connections/{id}/intensity}. */
    CONNECTION,
    /** Those of {@code /api/live-sessions/ws/live/{room_name}}. */
    LIVE,
    /** Those of {@code /viewer}. */
    HUB
}
