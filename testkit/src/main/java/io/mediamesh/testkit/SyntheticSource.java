package io.mediamesh.testkit;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Payload;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.ProducerFactory;
import io.mediamesh.mesh.Publisher;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;

/**
 * A source for tests: publishes on a timer, or only when told; counts how often it was started and stopped, and what
 * runs now.
 */
public final class SyntheticSource implements ProducerFactory {
    /** Side of the moving square of {@link #camera}, in pixels. */
    public static final int SQUARE_PX = 64;

    private final Vertx vertx;
    private final double rateHz;
    private final LongFunction<Payload> payloads;
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private final Map<Publisher, Long> running = new ConcurrentHashMap<>();

    private SyntheticSource(Vertx vertx, double rateHz, LongFunction<Payload> payloads) {
        this.vertx = vertx;
        this.rateHz = rateHz;
        this.payloads = payloads;
    }

    /** A grey picture over which a white square moves 8 pixels to the right with every frame. */
    public static SyntheticSource camera(Vertx vertx, int widthPx, int heightPx, double fps) {
        return new SyntheticSource(vertx, fps, index -> VideoFrame.of(squareAt(widthPx, heightPx, index)));
    }

    /** A sine of half full scale, mono, 48 kHz, in blocks of 20 ms. */
    public static SyntheticSource tone(Vertx vertx, double frequencyHz) {
        int blockFrames = 960;
        return new SyntheticSource(vertx, 50, index -> {
            short[] samples = new short[blockFrames];
            for (int frame = 0; frame < blockFrames; frame++) {
                double phase = 2 * Math.PI * frequencyHz * (index * blockFrames + frame) / 48_000;
                samples[frame] = (short) Math.round(16_384 * Math.sin(phase));
            }
            return AudioBlock.takeOver(48_000, 1, samples);
        });
    }

    /** Publishes nothing by itself: the test does, with {@link #emit}. */
    public static SyntheticSource manual(Vertx vertx, LongFunction<Payload> payloads) {
        return new SyntheticSource(vertx, 0, payloads);
    }

    /** The picture of {@link #camera} with this index: where the square is can be computed from it. */
    public static I420 squareAt(int widthPx, int heightPx, long index) {
        byte[] planes = new byte[I420.sizeBytes(widthPx, heightPx)];
        Arrays.fill(planes, 0, widthPx * heightPx, (byte) 110);
        Arrays.fill(planes, widthPx * heightPx, planes.length, (byte) 128);
        int side = Math.min(SQUARE_PX, Math.min(widthPx, heightPx));
        int left = squareLeftPx(widthPx, index);
        int top = (heightPx - side) / 2;
        for (int row = top; row < top + side; row++) {
            Arrays.fill(planes, row * widthPx + left, row * widthPx + left + side, (byte) 235);
        }
        return new I420(widthPx, heightPx, I420.Range.LIMITED, Bytes.takeOver(planes));
    }

    /** The left edge of the square in the frame with this index. */
    public static int squareLeftPx(int widthPx, long index) {
        int room = Math.max(1, widthPx - SQUARE_PX);
        return widthPx <= SQUARE_PX ? 0 : (int) (index * 8 % room);
    }

    @Override
    public Future<Producer> start(Publisher publisher) {
        starts.incrementAndGet();
        running.put(publisher, 0L);
        if (rateHz == 0) {
            return Future.succeededFuture(() -> stopped(publisher));
        }
        long timer = vertx.setPeriodic(Math.max(1, Math.round(1000 / rateHz)), id -> emitOn(publisher));
        return Future.succeededFuture(() -> {
            vertx.cancelTimer(timer);
            return stopped(publisher);
        });
    }

    private Future<Void> stopped(Publisher publisher) {
        running.remove(publisher);
        stops.incrementAndGet();
        return Future.succeededFuture();
    }

    /** Publishes so many items on every running topic, captured now. */
    public void emit(int items) {
        for (int item = 0; item < items; item++) {
            running.keySet().forEach(this::emitOn);
        }
    }

    private void emitOn(Publisher publisher) {
        Long index = running.computeIfPresent(publisher, (key, last) -> last + 1);
        if (index != null) {
            publisher.publish(CaptureTime.now(), payloads.apply(index - 1));
        }
    }

    /** Publishes as if captured at this time. */
    public void emitAt(CaptureTime capture) {
        running.replaceAll((publisher, index) -> {
            publisher.publish(capture, payloads.apply(index));
            return index + 1;
        });
    }

    /** How often a producer was started. */
    public int starts() {
        return starts.get();
    }

    /** How often a producer was stopped. */
    public int stops() {
        return stops.get();
    }

    /** The publishers at work. */
    public Set<Publisher> running() {
        return Set.copyOf(running.keySet());
    }
}
