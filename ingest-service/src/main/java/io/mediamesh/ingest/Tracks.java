package io.mediamesh.ingest;

import io.mediamesh.contracts.MediaPacket.Track;
import io.mediamesh.contracts.StreamStatus;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The picture and the sound track of an open input, with their decoders. Belongs to one thread. */
final class Tracks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracks.class);
    private static final int NO_STREAM = -1;

    private final Optional<VideoTrack> video;
    private final Optional<AudioTrack> audio;
    private final Optional<StreamStatus.Video> videoFormat;
    private final Optional<StreamStatus.Audio> audioFormat;
    private final Optional<CodedTrack> codedVideo;
    private final Optional<CodedTrack> codedAudio;
    private final int videoIndex;
    private final int audioIndex;
    private final long videoFrameNanos;
    private final boolean jpeg;

    Tracks(AvInput input, int maxSidePx) throws SourceFault {
        Optional<AVStream> pictures = input.video();
        Optional<AVStream> sound = input.audio();
        if (pictures.isEmpty() && sound.isEmpty()) {
            throw SourceFault.giveUp("there is neither video nor audio in it");
        }
        this.videoIndex = pictures.map(AVStream::index).orElse(NO_STREAM);
        this.audioIndex = sound.map(AVStream::index).orElse(NO_STREAM);
        this.codedVideo = pictures.map(stream -> new CodedTrack(stream, Track.VIDEO));
        this.codedAudio = sound.map(stream -> new CodedTrack(stream, Track.AUDIO));
        this.jpeg = pictures.map(s -> s.codecpar().codec_id() == avcodec.AV_CODEC_ID_MJPEG)
                .orElse(false);
        double fps = pictures.map(input::fps).orElse(0.0);
        this.videoFrameNanos = fps > 0 ? Math.round(1e9 / fps) : 40_000_000;
        this.videoFormat = pictures.map(
                s -> new StreamStatus.Video(s.codecpar().width(), s.codecpar().height(), fps));
        this.video = pictures.isEmpty() ? Optional.empty() : Optional.of(open(pictures.get(), maxSidePx));
        this.audio = sound.isEmpty() ? Optional.empty() : openSound(sound.get());
        this.audioFormat = audio.flatMap(opened -> sound)
                .map(s -> new StreamStatus.Audio(
                        s.codecpar().sample_rate(),
                        Math.min(2, s.codecpar().ch_layout().nb_channels())));
    }

    /** Sound that can't be decoded is no reason to show no pictures. */
    private Optional<AudioTrack> openSound(AVStream sound) throws SourceFault {
        try {
            return Optional.of(new AudioTrack(sound));
        } catch (SourceFault undecodable) {
            if (video.isEmpty()) {
                throw undecodable;
            }
            LOG.warn("the sound of a source is left out: {}", undecodable.reason());
            return Optional.empty();
        }
    }

    private VideoTrack open(AVStream stream, int maxSidePx) throws SourceFault {
        return jpeg ? new JpegVideo(stream, maxSidePx) : new DecodedVideo(stream, maxSidePx);
    }

    Optional<VideoTrack> video() {
        return video;
    }

    Optional<AudioTrack> audio() {
        return audio;
    }

    Optional<StreamStatus.Video> videoFormat() {
        return videoFormat;
    }

    Optional<StreamStatus.Audio> audioFormat() {
        return audioFormat;
    }

    boolean isVideo(int streamIndex) {
        return streamIndex == videoIndex;
    }

    boolean isAudio(int streamIndex) {
        return streamIndex == audioIndex;
    }

    /** The track of a packet, for those who want it as it is; empty where the packet is of no track that is played. */
    Optional<CodedTrack> coded(int streamIndex) {
        if (isVideo(streamIndex)) {
            return codedVideo;
        }
        return isAudio(streamIndex) ? codedAudio : Optional.empty();
    }

    /** How long a picture stays, by the announced rate. */
    long videoFrameNanos() {
        return videoFrameNanos;
    }

    void flush() {
        video.ifPresent(VideoTrack::flush);
        audio.ifPresent(AudioTrack::flush);
    }

    @Override
    public void close() {
        video.ifPresent(VideoTrack::close);
        audio.ifPresent(AudioTrack::close);
    }
}
