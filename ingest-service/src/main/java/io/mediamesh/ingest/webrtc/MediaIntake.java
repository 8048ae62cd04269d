package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import io.mediamesh.contracts.StreamStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what libwebrtc receives and passes it on to a {@link MediaSink}, on libwebrtc's threads. Pictures are counted as
 * they come and copied only while the sink wants them.
 */
final class MediaIntake implements VideoTrackSink, AudioTrackSink {
    private static final Logger LOG = LoggerFactory.getLogger(MediaIntake.class);

    private final String name;
    private final PeerCounters counters;
    private final int smallestSidePx;
    private final BooleanSupplier connected;
    private final Runnable onFormat;
    private final AtomicLong frames = new AtomicLong();
    private final HeldBack picturesHeldBack = new HeldBack();
    private final HeldBack soundHeldBack = new HeldBack();
    private volatile long lastFrameNanos;
    private boolean toldFault;
    private volatile @Nullable MediaSink sink;
    private volatile Optional<StreamStatus.Video> format = Optional.empty();

    /**
     * An intake that nobody listens to yet.
     *
     * @param name what it takes from, for logs
     * @param smallestSidePx pictures that are narrower and lower are none, but what a server fills a pause with
     * @param connected whether the transport has been there: sound is made up before that
     * @param onFormat told when the size of the pictures is known or has changed
     */
    MediaIntake(String name, PeerCounters counters, int smallestSidePx, BooleanSupplier connected, Runnable onFormat) {
        this.name = name;
        this.counters = counters;
        this.smallestSidePx = smallestSidePx;
        this.connected = connected;
        this.onFormat = onFormat;
    }

    /** Who gets what comes from now on; nobody where there is no sink. */
    void passTo(@Nullable MediaSink newSink) {
        sink = newSink;
    }

    /** Who gets what comes now. */
    @Nullable MediaSink sink() {
        return sink;
    }

    /** Whether somebody takes pictures that come now, or their light. */
    boolean takesPictures() {
        MediaSink present = sink;
        return present != null && (present.wantsPictures() || present.wantsLight());
    }

    /** Whether somebody takes sound that comes now. */
    boolean takesSound() {
        MediaSink present = sink;
        return present != null && present.wantsAudio();
    }

    /** How much longer than the sound that belongs to them pictures were held back when they are handed out. */
    HeldBack picturesHeldBack() {
        return picturesHeldBack;
    }

    /** How much longer than the picture that belongs to it sound was held back when it is handed out. */
    HeldBack soundHeldBack() {
        return soundHeldBack;
    }

    /** The pictures that come, once known; 0 fps, because nobody says. */
    Optional<StreamStatus.Video> video() {
        return format;
    }

    /** Pictures so far. */
    long frames() {
        return frames.get();
    }

    /** When the last picture came; 0 before the first. */
    long lastFrameNanos() {
        return lastFrameNanos;
    }

    @Override
    public void onVideoFrame(VideoFrame frame) {
        NativeCallback.guard("a picture of " + name, () -> {
            try {
                receive(frame);
            } catch (RuntimeException fault) {
                // One bad picture is not the end of the stream, and a hundred are told once.
                counters.faults().increment();
                if (!toldFault) {
                    toldFault = true;
                    LOG.warn("{}: a picture can't be taken; told once, counted in the metrics", name, fault);
                }
            } finally {
                frame.release();
            }
        });
    }

    private void receive(VideoFrame frame) {
        if (frame.buffer.getWidth() < smallestSidePx && frame.buffer.getHeight() < smallestSidePx) {
            return;
        }
        long now = System.nanoTime();
        frames.incrementAndGet();
        lastFrameNanos = now;
        noteFormat(frame);
        MediaSink present = sink;
        if (present == null) {
            return;
        }
        long heldBack = picturesHeldBack.atNanos(now);
        long shown = frame.timestampNs - heldBack;
        if (present.wantsPictures()) {
            present.picture(PictureCopy.of(frame), shown, now - heldBack);
        } else if (present.wantsLight()) {
            double meanLuma = PictureCopy.meanLuma(frame);
            StreamStatus.Video size = format.orElseThrow();
            present.light(size.widthPx(), size.heightPx(), meanLuma, shown, now - heldBack);
        }
    }

    private void noteFormat(VideoFrame frame) {
        boolean lies = frame.rotation % 180 != 0;
        int width = lies ? frame.buffer.getHeight() : frame.buffer.getWidth();
        int height = lies ? frame.buffer.getWidth() : frame.buffer.getHeight();
        Optional<StreamStatus.Video> known = format;
        if (known.isEmpty() || known.get().widthPx() != width || known.get().heightPx() != height) {
            format = Optional.of(new StreamStatus.Video(width, height, 0));
            onFormat.run();
            MediaSink present = sink;
            if (present != null) {
                present.formatChanged();
            }
        }
    }

    @Override
    public void onData(byte[] data, int bitsPerSample, int sampleRateHz, int channelCount, int frameCount) {
        NativeCallback.guard("sound of " + name, () -> {
            MediaSink present = sink;
            if (present != null && connected.getAsBoolean() && bitsPerSample == 16 && present.wantsAudio()) {
                short[] samples = new short[frameCount * channelCount];
                ByteBuffer.wrap(data)
                        .order(ByteOrder.nativeOrder())
                        .asShortBuffer()
                        .get(samples);
                long now = System.nanoTime();
                present.sound(sampleRateHz, channelCount, samples, now - soundHeldBack.atNanos(now));
            }
        });
    }
}
