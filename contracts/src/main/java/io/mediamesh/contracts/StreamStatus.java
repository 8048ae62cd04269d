package io.mediamesh.contracts;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a stream's source is doing, as its owner tells the mesh at every change.
 *
 * @param state what it does now
 * @param reason for a person: why it is not live; empty while all is well
 * @param sinceUnixMillis when this state began
 * @param video the pictures it gives, once known
 * @param audio the sound it gives, once known
 * @param details what sources of its kind tell besides, for example the id that a conference gave us
 */
public record StreamStatus(
        State state,
        String reason,
        long sinceUnixMillis,
        Optional<Video> video,
        Optional<Audio> audio,
        Map<String, String> details) {
    /** Key of {@link #details}: the SID that a LiveKit server gave to our participant. */
    public static final String PARTICIPANT_SID = "participant_sid";

    /** Copies the details. */
    public StreamStatus {
        details = Map.copyOf(details);
    }

    /** A source that has nothing else to tell. */
    public StreamStatus(
            State state, String reason, long sinceUnixMillis, Optional<Video> video, Optional<Audio> audio) {
        this(state, reason, sinceUnixMillis, video, audio, Map.of());
    }

    /** The states of a stream. */
    public enum State {
        /** Nobody is subscribed, so the source is closed. */
        IDLE,
        /** The source is being opened for the first time. */
        STARTING,
        /** Frames flow. */
        LIVE,
        /** The source was lost and is being opened again. */
        RECONNECTING,
        /** The source came to its end. */
        ENDED,
        /** The source can't work as described: trying again would not help. */
        FAILED;

        /** The word that clients see. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Size in pixels and frames per second as the source announces them (0 fps: it does not say). */
    public record Video(int widthPx, int heightPx, double fps) {}

    /** The sound a source gives. */
    public record Audio(int sampleRateHz, int channels) {}

    /** A stream that nobody watches. */
    public static StreamStatus idle(long sinceUnixMillis) {
        return new StreamStatus(State.IDLE, "", sinceUnixMillis, Optional.empty(), Optional.empty());
    }

    /** The form in the cluster's map. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("state", state.name())
                .put("reason", reason)
                .put("since", sinceUnixMillis);
        video.ifPresent(v -> json.put(
                "video",
                new JsonObject()
                        .put("width", v.widthPx)
                        .put("height", v.heightPx)
                        .put("fps", v.fps)));
        audio.ifPresent(a -> json.put(
                "audio", new JsonObject().put("sample_rate", a.sampleRateHz).put("channels", a.channels)));
        if (!details.isEmpty()) {
            JsonObject texts = new JsonObject();
            new TreeMap<>(details).forEach(texts::put);
            json.put("details", texts);
        }
        return json;
    }

    /** Reads what {@link #toJson()} wrote. */
    public static StreamStatus ofJson(JsonObject json) {
        return new StreamStatus(
                State.valueOf(json.getString("state")),
                json.getString("reason"),
                json.getLong("since"),
                Optional.ofNullable(json.getJsonObject("video"))
                        .map(v -> new Video(v.getInteger("width"), v.getInteger("height"), v.getDouble("fps"))),
                Optional.ofNullable(json.getJsonObject("audio"))
                        .map(a -> new Audio(a.getInteger("sample_rate"), a.getInteger("channels"))),
                texts(json.getJsonObject("details", new JsonObject())));
    }

    private static Map<String, String> texts(JsonObject json) {
        Map<String, String> texts = new TreeMap<>();
        json.forEach(entry -> texts.put(entry.getKey(), String.valueOf(entry.getValue())));
        return texts;
    }
}
