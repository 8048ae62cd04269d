package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Track;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * What is remembered of the tracks of a stream: {@code u32 length · that many bytes of JSON · the state of the tracker}.
 *
 * @param topicEpoch of the producer that wrote it; one of an earlier epoch has been replaced and must not write any more
 * @param lastId the highest id given so far
 * @param marked objects that were marked by hand
 * @param found what {@link FoundTracks#state()} gave
 * @param tracker what {@link Tracker#state()} gave; empty where nothing was marked
 */
record TracksRecord(long topicEpoch, long lastId, List<Marked> marked, JsonObject found, Bytes tracker) {
    /** Without anything. */
    static final Bytes NO_TRACKER = Bytes.takeOver(new byte[0]);

    /**
     * An object that was marked by hand.
     *
     * @param track where it was last
     * @param maskIndex what the tracker calls it
     */
    record Marked(Track track, int maskIndex) {}

    TracksRecord {
        marked = List.copyOf(marked);
    }

    /** With those marked objects only whose ids are wanted. */
    TracksRecord only(LongPredicate wanted) {
        return new TracksRecord(
                topicEpoch,
                lastId,
                marked.stream().filter(object -> wanted.test(object.track.id())).toList(),
                found,
                tracker);
    }

    /** The same by another producer. */
    TracksRecord signed(long epoch) {
        return new TracksRecord(epoch, lastId, marked, found, tracker);
    }

    Bytes toBytes() {
        JsonArray objects = new JsonArray();
        marked.forEach(object ->
                objects.add(new JsonObject().put("track", object.track.toJson()).put("index", object.maskIndex)));
        Buffer json = new JsonObject()
                .put("epoch", topicEpoch)
                .put("last", lastId)
                .put("marked", objects)
                .put("found", found)
                .toBuffer();
        Buffer whole = Buffer.buffer(4 + json.length() + tracker.length());
        whole.appendInt(json.length()).appendBuffer(json);
        tracker.appendTo(whole);
        return Bytes.takeOver(whole.getBytes());
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws MeshException for anything else
     */
    static TracksRecord of(Bytes bytes) {
        try {
            Buffer whole = Buffer.buffer(bytes.toArray());
            int length = whole.getInt(0);
            JsonObject json = new JsonObject(whole.getBuffer(4, 4 + length));
            return new TracksRecord(
                    json.getLong("epoch"),
                    json.getLong("last"),
                    json.getJsonArray("marked").stream()
                            .map(JsonObject.class::cast)
                            .map(object ->
                                    new Marked(Track.ofJson(object.getJsonObject("track")), object.getInteger("index")))
                            .toList(),
                    json.getJsonObject("found"),
                    Bytes.takeOver(whole.getBytes(4 + length, whole.length())));
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | DecodeException
                | ClassCastException
                | NullPointerException odd) {
            throw MeshException.invalid("state", "what is remembered of tracks cannot be read");
        }
    }
}
