package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.I420;
import io.mediamesh.ingest.webrtc.MediaSink;
import java.util.List;

/** Everybody who takes one track. Runs on libwebrtc's threads. */
final class TrackSinks implements MediaSink {
    private final boolean isVideo;
    private final List<MediaSink> sinks;
    private final Runnable onFormat;
    private volatile long lastWantedNanos = System.nanoTime();

    /** @param onFormat told when the size of the pictures is known or has changed */
    TrackSinks(boolean isVideo, List<MediaSink> sinks, Runnable onFormat) {
        this.isVideo = isVideo;
        this.sinks = List.copyOf(sinks);
        this.onFormat = onFormat;
    }

    /** Whether these are the same who take it. */
    boolean areThoseOf(TrackSinks other) {
        return sinks.equals(other.sinks);
    }

    /** Whether anybody would take a picture or sound that comes now, or would have a short while ago. */
    boolean wants(long nowNanos, long patienceNanos) {
        return isVideo
                ? wantsPictures() || wantsLight() || nowNanos - lastWantedNanos < patienceNanos
                : !sinks.isEmpty();
    }

    /** How long it stays as {@link #wants} says, if nobody comes or goes. */
    long restNanos(long nowNanos, long patienceNanos) {
        return isVideo ? lastWantedNanos + patienceNanos - nowNanos : Long.MAX_VALUE;
    }

    @Override
    public boolean wantsPictures() {
        return noted(sinks.stream().anyMatch(MediaSink::wantsPictures));
    }

    @Override
    public boolean wantsLight() {
        return noted(sinks.stream().anyMatch(MediaSink::wantsLight));
    }

    private boolean noted(boolean wanted) {
        if (wanted) {
            lastWantedNanos = System.nanoTime();
        }
        return wanted;
    }

    @Override
    public boolean wantsAudio() {
        return sinks.stream().anyMatch(MediaSink::wantsAudio);
    }

    @Override
    public void formatChanged() {
        sinks.forEach(MediaSink::formatChanged);
        onFormat.run();
    }

    @Override
    public void picture(I420 picture, long ptsNanos, long arrivedNanos) {
        for (MediaSink sink : sinks) {
            if (sink.wantsPictures() || sink.wantsLight()) {
                sink.picture(picture, ptsNanos, arrivedNanos);
            }
        }
    }

    @Override
    public void light(int widthPx, int heightPx, double meanLuma, long ptsNanos, long arrivedNanos) {
        for (MediaSink sink : sinks) {
            if (sink.wantsLight()) {
                sink.light(widthPx, heightPx, meanLuma, ptsNanos, arrivedNanos);
            }
        }
    }

    @Override
    public void sound(int sampleRateHz, int channels, short[] interleaved, long arrivedNanos) {
        for (MediaSink sink : sinks) {
            if (sink.wantsAudio()) {
                sink.sound(sampleRateHz, channels, interleaved.clone(), arrivedNanos);
            }
        }
    }

    @Override
    public void ended(String reason) {
        sinks.forEach(sink -> sink.ended(reason));
    }
}
