package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Where the objects that are followed are in one frame; an empty list says that none is.
 *
 * @param frame number of the frame since its source was opened, from 0
 * @param widthPx width of the frame that the places refer to
 * @param heightPx height of that frame
 * @param tracks by id
 */
public record Tracks(long frame, int widthPx, int heightPx, List<Track> tracks) implements Event {
    static final String TYPE = "tracks";
    private static final int MAX_TRACKS = 1_000;

    /** Copies the list and checks its length. */
    public Tracks {
        tracks = List.copyOf(tracks);
        if (tracks.size() > MAX_TRACKS) {
            throw MeshException.invalid("tracks", tracks.size() + " tracks in a frame; the limit is " + MAX_TRACKS);
        }
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public JsonObject toJson() {
        return new JsonObject()
                .put("frame", frame)
                .put("width", widthPx)
                .put("height", heightPx)
                .put("tracks", new JsonArray(tracks.stream().map(Track::toJson).toList()));
    }

    static Tracks ofJson(JsonObject json) {
        return new Tracks(
                json.getLong("frame"),
                json.getInteger("width"),
                json.getInteger("height"),
                json.getJsonArray("tracks").stream()
                        .map(track -> Track.ofJson((JsonObject) track))
                        .toList());
    }
}
