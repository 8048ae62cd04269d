package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.StreamStatus;
import java.util.Optional;

/** Something that sends by itself, whether anybody takes it or not. Any thread. */
public interface MediaFeed {
    /** The sound that libwebrtc hands out, whatever was sent. */
    StreamStatus.Audio SOUND = new StreamStatus.Audio(48_000, 1);

    /** From now on the sink gets what comes; one at a time. A feed that is over ends it at once. */
    void open(MediaSink sink);

    /** Nobody takes what comes any more. */
    void shut(MediaSink sink);

    /** The pictures it sends, once known. */
    Optional<StreamStatus.Video> video();

    /** The sound it sends. */
    Optional<StreamStatus.Audio> audio();

    /** Whether it promised pictures. */
    boolean sendsVideo();

    /** Whether pictures or sound may come later although there are none now. */
    default boolean tracksComeAndGo() {
        return false;
    }

    /** Whether whoever sends is lost for now; {@link MediaSink#formatChanged} is called when they are found. */
    default boolean isLost() {
        return false;
    }

    /** Something may be wanted that was not wanted before, or the other way round. */
    default void demandChanged() {}
}
