package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What gateways ask the members that hold WebRTC peers, as requests on the event bus. Each request is sent to {@link
 * #addressOf} one member; failures come back with their {@link FailureCode}.
 */
public final class PeerProtocol {
    /** Longest time that a member takes for an answer, in milliseconds; ICE gathering is the slow part. */
    public static final long TIMEOUT_MILLIS = 10_000;

    private PeerProtocol() {}

    /** Where a member takes requests. */
    public static String addressOf(String memberId) {
        return "mediamesh.peers." + memberId;
    }

    /** How a client speaks to its peer. */
    public enum Signalling {
        /** One offer, one answer. */
        OFFER,
        /** RFC 9725: the client sends media. */
        WHIP,
        /** The client receives media. */
        WHEP
    }

    /** What can be asked. */
    public sealed interface Request {
        /** The form on the bus. */
        JsonObject toJson();

        /** Reads what {@link #toJson()} wrote. */
        static Request ofJson(JsonObject json) {
            return switch (json.getString("op", "")) {
                case "publish" ->
                    new Publish(
                            new StreamId(json.getString("stream")),
                            Signalling.valueOf(json.getString("signalling")),
                            json.getString("sdp"),
                            json.getString("token"),
                            texts(json.getJsonObject("settings")));
                case "watch" ->
                    new Watch(Topic.parse(json.getString("topic")), json.getString("sdp"), json.getString("token"));
                case "patch" ->
                    new Patch(
                            json.getString("session"),
                            Signalling.valueOf(json.getString("signalling")),
                            json.getString("token"),
                            json.getString("etag"),
                            json.getString("fragment"));
                case "close" ->
                    new Close(
                            json.getString("session"),
                            Signalling.valueOf(json.getString("signalling")),
                            json.getString("token"));
                case "connections" -> new Connections();
                case "disconnect" -> new Disconnect(new StreamId(json.getString("stream")));
                default -> throw MeshException.invalid("op", "an unknown request of another version");
            };
        }
    }

    /**
     * A client wants to send media; becomes the stream {@code stream}. Answered with {@link Answer}.
     *
     * @param signalling {@code OFFER} or {@code WHIP}
     * @param sdp the offer
     * @param token who the client is: only who has the same may change or close the session; empty for nobody
     * @param settings see {@link StreamDescription#settings}
     */
    public record Publish(
            StreamId stream, Signalling signalling, String sdp, String token, Map<String, String> settings)
            implements Request {
        /** Copies the settings. */
        public Publish {
            settings = Map.copyOf(settings);
        }

        @Override
        public JsonObject toJson() {
            JsonObject sorted = new JsonObject();
            new TreeMap<>(settings).forEach(sorted::put);
            return request("publish")
                    .put("stream", stream.value())
                    .put("signalling", signalling.name())
                    .put("sdp", sdp)
                    .put("token", token)
                    .put("settings", sorted);
        }
    }

    /** A client wants to receive a video topic, with the sound of its stream where it has one: {@link Answer}. */
    public record Watch(Topic topic, String sdp, String token) implements Request {
        @Override
        public JsonObject toJson() {
            return request("watch")
                    .put("topic", topic.toString())
                    .put("sdp", sdp)
                    .put("token", token);
        }
    }

    /**
     * A client sends ICE candidates or restarts ICE (RFC 8840 fragment). Answered with {@link Patched}.
     *
     * @param etag the If-Match header; empty where there was none
     */
    public record Patch(String session, Signalling signalling, String token, String etag, String fragment)
            implements Request {
        @Override
        public JsonObject toJson() {
            return request("patch")
                    .put("session", session)
                    .put("signalling", signalling.name())
                    .put("token", token)
                    .put("etag", etag)
                    .put("fragment", fragment);
        }
    }

    /** A client ends its session. Answered with an empty object. */
    public record Close(String session, Signalling signalling, String token) implements Request {
        @Override
        public JsonObject toJson() {
            return request("close")
                    .put("session", session)
                    .put("signalling", signalling.name())
                    .put("token", token);
        }
    }

    /** The connections made by plain offers at this member: {@link #connectionsJson}. */
    public record Connections() implements Request {
        @Override
        public JsonObject toJson() {
            return request("connections");
        }
    }

    /** Closes the connection of a plain offer. Answered with an empty object. */
    public record Disconnect(StreamId stream) implements Request {
        @Override
        public JsonObject toJson() {
            return request("disconnect").put("stream", stream.value());
        }
    }

    /**
     * The session that an offer has led to.
     *
     * @param session unguessable
     * @param sdp the answer, complete with candidates
     * @param etag of the ICE session
     */
    public record Answer(String session, String sdp, String etag) {
        /** The form on the bus. */
        public JsonObject toJson() {
            return new JsonObject().put("session", session).put("sdp", sdp).put("etag", etag);
        }

        /** Reads what {@link #toJson()} wrote. */
        public static Answer ofJson(JsonObject json) {
            return new Answer(json.getString("session"), json.getString("sdp"), json.getString("etag"));
        }
    }

    /**
     * What a {@link Patch} has led to.
     *
     * @param fragment the new ICE credentials and candidates after a restart; empty after mere candidates
     * @param etag of the ICE session from here on
     */
    public record Patched(String fragment, String etag) {
        /** The form on the bus. */
        public JsonObject toJson() {
            return new JsonObject().put("fragment", fragment).put("etag", etag);
        }

        /** Reads what {@link #toJson()} wrote. */
        public static Patched ofJson(JsonObject json) {
            return new Patched(json.getString("fragment"), json.getString("etag"));
        }
    }

    /**
     * How a connection does.
     *
     * @param connectionId the id of its stream
     * @param uptimeSeconds since the offer
     * @param framesReceived pictures that came from the peer
     * @param messagesSent messages on its data channels
     * @param lastActivityUnixSeconds when the last picture came, or the offer while there was none
     */
    public record Connection(
            String connectionId,
            double uptimeSeconds,
            long framesReceived,
            long messagesSent,
            double lastActivityUnixSeconds) {
        /** The form on the bus, and for clients. */
        public JsonObject toJson() {
            return new JsonObject()
                    .put("connection_id", connectionId)
                    .put("uptime", uptimeSeconds)
                    .put("frames_received", framesReceived)
                    .put("messages_sent", messagesSent)
                    .put("last_activity", lastActivityUnixSeconds);
        }

        static Connection ofJson(JsonObject json) {
            return new Connection(
                    json.getString("connection_id"),
                    json.getDouble("uptime"),
                    json.getLong("frames_received"),
                    json.getLong("messages_sent"),
                    json.getDouble("last_activity"));
        }
    }

    /** The answer to {@link Connections}. */
    public static JsonObject connectionsJson(List<Connection> connections) {
        return new JsonObject()
                .put(
                        "connections",
                        new JsonArray(
                                connections.stream().map(Connection::toJson).toList()));
    }

    /** Reads what {@link #connectionsJson} wrote. */
    public static List<Connection> connectionsOf(JsonObject json) {
        return json.getJsonArray("connections").stream()
                .map(entry -> Connection.ofJson((JsonObject) entry))
                .toList();
    }

    private static JsonObject request(String operation) {
        return new JsonObject().put("op", operation);
    }

    private static Map<String, String> texts(JsonObject json) {
        Map<String, String> texts = new TreeMap<>();
        json.forEach(entry -> texts.put(entry.getKey(), String.valueOf(entry.getValue())));
        return texts;
    }
}
