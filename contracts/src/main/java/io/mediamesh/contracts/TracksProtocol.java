package io.mediamesh.contracts;

import io.mediamesh.contracts.TrackingProtocol.Box;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What gateways ask the members that track about the topic {@code tracks} of a stream, as requests on the event bus;
 * failures come back with their {@link FailureCode}. {@link Mark} is asked of the member that produces the topic, which
 * whoever asks is subscribed to meanwhile; everything else of any member that runs {@link TrackingProtocol#SERVICE}.
 */
public final class TracksProtocol {
    /** Longest time that a member takes for an answer, in milliseconds. */
    public static final long TIMEOUT_MILLIS = 10_000;
    /** Objects of a stream that can be marked at a time. */
    public static final int MOST_MARKED = TrackingProtocol.MOST_BOXES;
    /** Where it is told which streams have objects that were marked, as {@link Changed}, after each change. */
    public static final String CHANGED = "mediamesh.tracks.changed";

    private TracksProtocol() {}

    /** Where a member takes requests. */
    public static String addressOf(String memberId) {
        return "mediamesh.tracks." + memberId;
    }

    /** What can be asked. */
    public sealed interface Request {
        /** The stream that it is about. */
        StreamId stream();

        /** The form on the bus. */
        JsonObject toJson();

        /**
         * Reads what {@link #toJson()} wrote.
         *
         * @throws MeshException {@link FailureCode#INVALID} for what nobody of this version writes
         */
        static Request ofJson(JsonObject json) {
            try {
                StreamId stream = new StreamId(json.getString("stream"));
                return switch (json.getString("op", "")) {
                    case "mark" ->
                        new Mark(
                                stream,
                                json.getJsonArray("boxes").stream()
                                        .map(box -> Box.ofJson((JsonArray) box))
                                        .toList());
                    case "list" -> new ListMarked(stream);
                    case "end" -> new End(stream, Optional.ofNullable(json.getLong("track")));
                    default -> throw MeshException.invalid("op", "an unknown request of another version");
                };
            } catch (ClassCastException | NullPointerException | IndexOutOfBoundsException odd) {
                throw MeshException.invalid("body", "a request about tracks is malformed");
            }
        }
    }

    /**
     * Follows the objects in these boxes of the stream's next picture, besides those that are followed already. Answered
     * with {@link Followed} once they are remembered: {@link FailureCode#INVALID} for boxes that enclose nothing of the
     * picture, {@link FailureCode#UNAVAILABLE} where no picture comes.
     *
     * @param boxes 1 to {@link #MOST_MARKED}
     */
    public record Mark(StreamId stream, List<Box> boxes) implements Request {
        /** Copies the list. */
        public Mark {
            boxes = List.copyOf(boxes);
        }

        @Override
        public JsonObject toJson() {
            JsonArray corners = new JsonArray();
            boxes.forEach(box -> corners.add(box.toJson()));
            return request("mark", stream).put("boxes", corners);
        }
    }

    /** The objects that were marked and are not ended: {@link Followed}, which may be half a second old. */
    public record ListMarked(StreamId stream) implements Request {
        @Override
        public JsonObject toJson() {
            return request("list", stream);
        }
    }

    /**
     * Ends the objects of a stream that were marked, whether there are any or not. Answered with an empty object.
     *
     * @param track only the one with this id
     */
    public record End(StreamId stream, Optional<Long> track) implements Request {
        @Override
        public JsonObject toJson() {
            JsonObject json = request("end", stream);
            track.ifPresent(id -> json.put("track", id));
            return json;
        }
    }

    /**
     * Objects that were marked.
     *
     * @param tracks by id
     */
    public record Followed(List<Track> tracks) {
        /** Copies the list. */
        public Followed {
            tracks = List.copyOf(tracks);
        }

        /** The form on the bus, and for clients. */
        public JsonObject toJson() {
            return new JsonObject()
                    .put(
                            "tracks",
                            new JsonArray(tracks.stream().map(Track::toJson).toList()))
                    .put("count", tracks.size());
        }

        /** Reads what {@link #toJson()} wrote. */
        public static Followed ofJson(JsonObject json) {
            return new Followed(json.getJsonArray("tracks").stream()
                    .map(track -> Track.ofJson((JsonObject) track))
                    .toList());
        }
    }

    /**
     * The objects of a stream that were marked have become more or fewer.
     *
     * @param marked how many there are now
     * @param ended whether some were ended
     */
    public record Changed(StreamId stream, int marked, boolean ended) {
        /** The form on the bus. */
        public JsonObject toJson() {
            return new JsonObject()
                    .put("stream", stream.value())
                    .put("marked", marked)
                    .put("ended", ended);
        }

        /** Reads what {@link #toJson()} wrote. */
        public static Changed ofJson(JsonObject json) {
            return new Changed(
                    new StreamId(json.getString("stream")), json.getInteger("marked"), json.getBoolean("ended"));
        }
    }

    private static JsonObject request(String operation, StreamId stream) {
        return new JsonObject().put("op", operation).put("stream", stream.value());
    }
}
