package io.mediamesh.contracts;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a stream in whatever forms it has been asked for so far: each is made at most once and then shared.
 * A frame begins as pixels (from a source), as a JPEG (from another node, or a source that sends JPEG), or as its mean
 * luma alone where nobody wanted more. Thread-safe.
 */
public final class VideoFrame implements Payload {
    private final int widthPx;
    private final int heightPx;
    private final @Nullable Jpeg original;
    private final ConcurrentHashMap<JpegForm, CompletableFuture<Jpeg>> encodings = new ConcurrentHashMap<>(4);
    private volatile @Nullable I420 picture;
    private volatile double meanLuma = Double.NaN;

    private VideoFrame(int widthPx, int heightPx, @Nullable I420 picture, @Nullable Jpeg original) {
        this.widthPx = widthPx;
        this.heightPx = heightPx;
        this.picture = picture;
        this.original = original;
    }

    /** A frame that has its pixels. */
    public static VideoFrame of(I420 picture) {
        return new VideoFrame(picture.widthPx(), picture.heightPx(), picture, null);
    }

    /** A frame that came as a JPEG. */
    public static VideoFrame of(Jpeg jpeg) {
        return new VideoFrame(jpeg.widthPx(), jpeg.heightPx(), null, jpeg);
    }

    /**
     * A frame of which only the light is known.
     *
     * @param meanLuma at full range, 0 to 255
     */
    public static VideoFrame ofMeanLuma(int widthPx, int heightPx, double meanLuma) {
        VideoFrame frame = new VideoFrame(widthPx, heightPx, null, null);
        frame.meanLuma = meanLuma;
        return frame;
    }

    /** Whether there is a picture, and not only its light. */
    public boolean hasPicture() {
        return original != null || picture != null;
    }

    /** Mean luma at full range, 0 to 255, reckoned at the first call. Blocks for a moment then. */
    public double meanLuma(PictureCodec codec) {
        double known = meanLuma;
        if (Double.isNaN(known)) {
            known = picture(codec).meanLuma();
            meanLuma = known;
        }
        return known;
    }

    /** Mean luma where it needs no more work. */
    public OptionalDouble meanLumaIfKnown() {
        double known = meanLuma;
        return Double.isNaN(known) ? OptionalDouble.empty() : OptionalDouble.of(known);
    }

    /** Width in pixels. */
    public int widthPx() {
        return widthPx;
    }

    /** Height in pixels. */
    public int heightPx() {
        return heightPx;
    }

    /** The pixels, decoded at the first call where the frame came as a JPEG. Blocks for milliseconds then. */
    public I420 picture(PictureCodec codec) {
        I420 known = picture;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            I420 again = picture;
            if (again == null) {
                again = codec.decode(originalJpeg().bytes());
                picture = again;
            }
            return again;
        }
    }

    /**
     * The frame as a JPEG, encoded by the first call for this form on {@code executor}; a frame that came as a JPEG
     * and fits the size limit is passed on as it came, because encoding it again could only lose.
     *
     * @return completes on a thread of the executor, or is complete already
     */
    public CompletableFuture<Jpeg> jpeg(JpegForm form, PictureCodec codec, Executor executor) {
        if (fitsAsItCame(form)) {
            return CompletableFuture.completedFuture(originalJpeg());
        }
        CompletableFuture<Jpeg> mine = new CompletableFuture<>();
        CompletableFuture<Jpeg> earlier = encodings.putIfAbsent(form, mine);
        if (earlier != null) {
            return earlier;
        }
        try {
            executor.execute(() -> {
                try {
                    mine.complete(codec.encode(picture(codec), form));
                } catch (RuntimeException | Error failure) {
                    mine.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            encodings.remove(form, mine);
            mine.completeExceptionally(full);
        }
        return mine;
    }

    /** The frame as a JPEG, encoded on the calling thread where nobody did so before. Blocks for milliseconds. */
    public Jpeg jpeg(JpegForm form, PictureCodec codec) {
        return jpeg(form, codec, Runnable::run).join();
    }

    /** The JPEG in this form if it needs no more work. */
    public Optional<Jpeg> jpegIfMade(JpegForm form) {
        if (fitsAsItCame(form)) {
            return Optional.of(originalJpeg());
        }
        CompletableFuture<Jpeg> made = encodings.get(form);
        return made != null && made.state() == Future.State.SUCCESS ? Optional.of(made.resultNow()) : Optional.empty();
    }

    private boolean fitsAsItCame(JpegForm form) {
        return original != null && widthPx <= form.maxWidthPx() && heightPx <= form.maxHeightPx();
    }

    private Jpeg originalJpeg() {
        Jpeg came = original;
        if (came == null) {
            throw new IllegalStateException("this frame came without its picture");
        }
        return came;
    }
}
