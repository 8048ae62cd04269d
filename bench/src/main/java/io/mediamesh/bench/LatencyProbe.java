package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A WebSocket client of a stream's pictures that notes how old the capture time in the header is when a picture has
 * come whole. Both ends read the same wall clock.
 */
final class LatencyProbe implements AutoCloseable {
    private static final int MIN_FRAMES = 60;

    private final Lab lab;
    private final Product product;
    private final ConcurrentHistogram micros = new ConcurrentHistogram(3);
    private final TopicViewer viewer;

    /** Begins to watch. */
    LatencyProbe(Lab lab, Product product, String stream) {
        this.lab = lab;
        this.product = product;
        this.viewer = TopicViewer.open(
                        lab.vertx(),
                        product.port(),
                        Product.topicPath(stream, "video"),
                        (header, jpeg) -> micros.recordValue(Math.max(0, ageMicros(header))))
                .await();
    }

    /** The ages in microseconds of what comes from now on for so long. */
    Histogram microsOver(long millis) throws InterruptedException {
        micros.reset();
        lab.pause(millis);
        Histogram seen = micros.copy();
        if (seen.getTotalCount() < MIN_FRAMES) {
            product.expectAlive();
            throw new IllegalStateException(
                    "only " + seen.getTotalCount() + " frames came in " + millis / 1000 + " s from the test source");
        }
        return seen;
    }

    private static long ageMicros(JsonObject header) {
        Instant now = Instant.now();
        double capturedMicros = header.getDouble("timestamp") * 1e6;
        return Math.round(now.getEpochSecond() * 1e6 + now.getNano() / 1e3 - capturedMicros);
    }

    @Override
    public void close() {
        viewer.close().await();
    }
}
