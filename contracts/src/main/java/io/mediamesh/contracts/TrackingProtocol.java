package io.mediamesh.contracts;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What gateways ask the members that track, as requests on the event bus. A request is sent to {@link #addressOf} the
 * member that rendezvous hashing picks for its session, which may be another one from frame to frame; failures come back
 * with their {@link FailureCode}.
 *
 * <p>On the bus a request is {@code u32 length · that many bytes of JSON · the picture as it came}: pictures are neither
 * decoded nor written as text on the way.
 */
public final class TrackingProtocol {
    /** Name of the service whose members take these requests. */
    public static final String SERVICE = "tracking";
    /** Longest time that a member takes for an answer, in milliseconds. */
    public static final long TIMEOUT_MILLIS = 10_000;
    /** Boxes that a session may begin with. */
    public static final int MOST_BOXES = 64;

    private TrackingProtocol() {}

    /** Where a member takes requests. */
    public static String addressOf(String memberId) {
        return "mediamesh.tracking." + memberId;
    }

    /**
     * A rectangle around an object in pixels of the frame, not yet clipped to it.
     *
     * @param x1 one corner
     * @param y1 of it
     * @param x2 the opposite corner
     * @param y2 of it
     */
    public record Box(double x1, double y1, double x2, double y2) {
        /** Whether each of the corners is a place, be it far outside. */
        public boolean isFinite() {
            return Double.isFinite(x1) && Double.isFinite(y1) && Double.isFinite(x2) && Double.isFinite(y2);
        }

        JsonArray toJson() {
            return new JsonArray().add(x1).add(y1).add(x2).add(y2);
        }

        static Box ofJson(JsonArray corners) {
            return new Box(corners.getDouble(0), corners.getDouble(1), corners.getDouble(2), corners.getDouble(3));
        }
    }

    /** What can be asked. */
    public sealed interface Request {
        /** The session, chosen by whoever starts it and unguessable. */
        String session();

        /** The form on the bus. */
        Buffer toBuffer();

        /**
         * Reads what {@link #toBuffer()} wrote.
         *
         * @throws MeshException {@link FailureCode#INVALID} for what nobody of this version writes
         */
        static Request ofBuffer(Buffer buffer) {
            try {
                int length = Math.max(0, buffer.getInt(0));
                JsonObject json = new JsonObject(buffer.slice(4, 4 + length));
                Bytes picture = Bytes.takeOver(buffer.getBytes(4 + length, buffer.length()));
                String session = json.getString("session");
                return switch (json.getString("op", "")) {
                    case "start" ->
                        new Start(
                                session,
                                json.getJsonArray("boxes").stream()
                                        .map(box -> Box.ofJson((JsonArray) box))
                                        .toList(),
                                picture);
                    case "frame" -> new Frame(session, picture);
                    case "end" -> new End(session);
                    default -> throw MeshException.invalid("op", "an unknown request of another version");
                };
            } catch (IndexOutOfBoundsException | DecodeException | ClassCastException | NullPointerException odd) {
                throw MeshException.invalid("body", "a request of the tracking service is malformed");
            }
        }
    }

    /**
     * Begins a session. Answered with {@link FrameData} of index 0; {@link FailureCode#INVALID} for a picture that is
     * none and for boxes that enclose nothing of it, {@link FailureCode#TOO_LARGE} for one beyond the limits, {@link
     * FailureCode#UNAVAILABLE} where there is no room for another session.
     *
     * @param boxes 1 to {@link #MOST_BOXES}
     * @param picture a JPEG or PNG file
     */
    public record Start(String session, List<Box> boxes, Bytes picture) implements Request {
        /** Copies the list. */
        public Start {
            boxes = List.copyOf(boxes);
        }

        @Override
        public Buffer toBuffer() {
            JsonArray corners = new JsonArray();
            boxes.forEach(box -> corners.add(box.toJson()));
            return request("start", session, new JsonObject().put("boxes", corners), picture);
        }
    }

    /**
     * The next picture of a session, answered with {@link FrameData}: {@link FailureCode#NOT_FOUND} where there is no
     * such session, or none any more; {@link FailureCode#MOVED} where another member has it now, which is to be asked.
     *
     * @param picture a JPEG or PNG file; of another size than the first it is taken to show the same scene
     */
    public record Frame(String session, Bytes picture) implements Request {
        @Override
        public Buffer toBuffer() {
            return request("frame", session, new JsonObject(), picture);
        }
    }

    /** Ends a session, which may have ended before. Answered with an empty object. */
    public record End(String session) implements Request {
        @Override
        public Buffer toBuffer() {
            return request("end", session, new JsonObject(), Bytes.takeOver(new byte[0]));
        }
    }

    private static Buffer request(String operation, String session, JsonObject fields, Bytes picture) {
        Buffer json = fields.put("op", operation).put("session", session).toBuffer();
        Buffer whole = Buffer.buffer(4 + json.length() + picture.length());
        whole.appendInt(json.length()).appendBuffer(json);
        picture.appendTo(whole);
        return whole;
    }

    /**
     * Where the objects are in a frame.
     *
     * @param frameIndex 0 for the picture that the session began with
     * @param regions of the objects that were found, by {@link Region#maskIndex()}; a lost one has none
     */
    public record FrameData(long frameIndex, List<Region> regions) {
        /** Copies the list. */
        public FrameData {
            regions = List.copyOf(regions);
        }

        /** The form on the bus, and for clients. */
        public JsonObject toJson() {
            return new JsonObject()
                    .put("frame_index", frameIndex)
                    .put("masks_detected", regions.size())
                    .put(
                            "regions",
                            new JsonArray(regions.stream().map(Region::toJson).toList()));
        }

        /** Reads what {@link #toJson()} wrote. */
        public static FrameData ofJson(JsonObject json) {
            return new FrameData(
                    json.getLong("frame_index"),
                    json.getJsonArray("regions").stream()
                            .map(region -> Region.ofJson((JsonObject) region))
                            .toList());
        }
    }
}
