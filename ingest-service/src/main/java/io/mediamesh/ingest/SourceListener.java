package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import java.util.Map;
import java.util.Optional;

/**
 * Who takes what a source gives. Calls come in order from the source's own thread, or from one thread for pictures and
 * one for sound; none may block for longer than a frame lasts, except {@link #live} after {@link #lost}.
 */
interface SourceListener {
    /** Whether anybody is subscribed to pictures; when not, they are not even decoded. */
    boolean videoSubscribed();

    /** Whether anybody is subscribed to sound. */
    boolean audioSubscribed();

    /** Whether a picture would reach anybody right now; when not, it is decoded (later ones need it) but not copied. */
    boolean videoWanted();

    /** Whether more than the light of a picture is wanted right now. */
    boolean picturesWanted();

    /** Whether anybody is subscribed to packets. */
    boolean packetsSubscribed();

    /**
     * Calls when a track is subscribed to or no more, and when a picture would reach somebody that would not have
     * before; on any thread, and not about what was before, so the caller looks once for itself.
     */
    void onDemand(Runnable changed);

    /** Frames flow (again), or what they look like has changed. */
    void live(Optional<StreamStatus.Video> video, Optional<StreamStatus.Audio> audio);

    /** The source is there, but nothing flows, or not yet. */
    void waiting(String reason);

    /** What else there is to tell, with every state from the next on; see {@link StreamStatus#details}. */
    void details(Map<String, String> details);

    void video(CaptureTime capture, VideoFrame frame);

    void audio(CaptureTime capture, AudioBlock block);

    void packet(CaptureTime capture, MediaPacket packet);

    /** The source is gone and will be opened again. */
    void lost(String reason);

    /** The source came to its end; nothing follows. */
    void ended(String reason);

    /** The source can't work; nothing follows. */
    void failed(String reason);

    /** A packet or picture could not be decoded and was left out. */
    void corrupt();
}
