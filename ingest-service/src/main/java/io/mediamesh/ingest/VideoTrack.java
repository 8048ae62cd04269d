package io.mediamesh.ingest;

import io.mediamesh.contracts.VideoFrame;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/** Turns packets of pictures into frames. Belongs to one thread. */
interface VideoTrack extends AutoCloseable {
    /** Who takes the frames. */
    interface Sink {
        /** Whether the next frame is wanted at all. */
        boolean wants();

        /** A frame; the timestamp may be {@link PtsNanos#NONE}. */
        void frame(long ptsNanos, VideoFrame frame);

        /** Something was left out because it could not be decoded. */
        void corrupt();
    }

    /** Decodes a packet; null takes out what is left in the decoder at the end. */
    void decode(@Nullable AVPacket packet, Sink sink) throws SourceFault;

    /** Forgets what came before, because the next packet does not follow it; begins at a keyframe. */
    void flush();

    @Override
    void close();
}
