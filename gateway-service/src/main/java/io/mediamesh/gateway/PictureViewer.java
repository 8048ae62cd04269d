package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.SubscriptionState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;

/** Waits for one current picture and leaves. */
final class PictureViewer extends Viewer {
    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    private final Promise<Picture> promise = Promise.promise();

    /** A picture with its capture time in Unix seconds. */
    record Picture(Jpeg jpeg, String timestamp) {}

    PictureViewer(ViewOptions options, ViewerCounters counters) {
        super(options, counters);
    }

    /** Completes with a picture that was captured at most a second before. */
    Future<Picture> picture() {
        return promise.future();
    }

    /** Gives up. */
    void timeOut() {
        if (promise.tryFail(new MeshException(FailureCode.UNAVAILABLE, "the stream gives no picture at the moment"))) {
            left();
        }
    }

    @Override
    void write(Packet packet, long dropped) {
        Instant now = Instant.now();
        long ageNanos = now.getEpochSecond() * 1_000_000_000L
                + now.getNano()
                - packet.item().stamp().capture().unixNanos();
        boolean current = ageNanos <= MAX_AGE_NANOS;
        if (current) {
            packet.jpeg()
                    .ifPresent(jpeg -> promise.tryComplete(
                            new Picture(jpeg, packet.timestamp().toPlainString())));
            left();
        }
        written(true);
    }

    @Override
    void tell(Change change) {
        if (change.state() == SubscriptionState.LOST) {
            fail(new MeshException(FailureCode.UNAVAILABLE, "the stream has no picture: " + change.reason()));
            left();
        }
    }

    @Override
    void finish(String reason) {
        fail(new MeshException(FailureCode.UNAVAILABLE, "the stream has ended: " + reason));
    }

    @Override
    void fail(MeshException failure) {
        promise.tryFail(failure);
    }

    @Override
    void cut() {
        timeOut();
    }
}
