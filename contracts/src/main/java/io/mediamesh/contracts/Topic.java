package io.mediamesh.contracts;

import java.util.regex.Pattern;

/**
 * One kind of data of one stream, written {@code cam1/video}.
 *
 * @param stream the live source
 * @param kind lower-case letters, digits and underscores, at most 64, for example {@code fft_spectrum}
 */
public record Topic(StreamId stream, String kind) implements Comparable<Topic> {
    /** Pictures as the source gives them. */
    public static final String VIDEO = "video";
    /** Sound as the source gives it. */
    public static final String AUDIO = "audio";
    /** Pictures and sound still coded, where the source sends them so: for recording without encoding anew. */
    public static final String PACKETS = "packets";
    /** Pictures of a broadcast as its viewers get them. */
    public static final String HUB = "hub";
    /** Mean luma of every frame. */
    public static final String INTENSITY = "intensity";
    /** Objects found in frames. */
    public static final String DETECTIONS = "detections";
    /** Objects that are followed from frame to frame. */
    public static final String TRACKS = "tracks";
    /** What objects that are followed do: they come and go, enter zones and cross lines. */
    public static final String EVENTS = "events";
    /** Pictures with the detections drawn in. */
    public static final String ANNOTATED = "annotated";

    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /**
     * Checks the shape of the kind.
     *
     * @throws MeshException {@link FailureCode#INVALID}
     */
    public Topic {
        if (!KIND.matcher(kind).matches()) {
            throw MeshException.invalid(
                    "topic",
                    "the topic " + Quoted.of(kind) + " is not valid: use 1 to 64 lower-case letters, digits and '_',"
                            + " beginning with a letter");
        }
    }

    /** A topic of the stream with this id. */
    public static Topic of(String stream, String kind) {
        return new Topic(new StreamId(stream), kind);
    }

    /** Reads {@code stream/kind}. */
    public static Topic parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw MeshException.invalid("topic", "a topic is written stream/kind, not " + Quoted.of(text));
        }
        return of(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Whether it is what the source itself gives, so that it can only be had where the source is. */
    public boolean isOfSource() {
        return kind.equals(VIDEO) || kind.equals(AUDIO) || kind.equals(PACKETS) || kind.equals(HUB);
    }

    /** The topic of another kind of the same stream. */
    public Topic sibling(String otherKind) {
        return new Topic(stream, otherKind);
    }

    @Override
    public int compareTo(Topic other) {
        int byStream = stream.compareTo(other.stream);
        return byStream != 0 ? byStream : kind.compareTo(other.kind);
    }

    @Override
    public String toString() {
        return stream + "/" + kind;
    }
}
