package io.mediamesh.gateway;

import io.mediamesh.contracts.RecorderProtocol;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes of a recording on their way to a client. While one piece is written the next is read, and no more, so that a slow
 * client costs two pieces of {@link RecorderProtocol#MOST_READ_BYTES}. Lives on one event loop.
 */
final class RecordingDownload {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingDownload.class);

    private final Recorders recorders;
    private final Recorders.Held recording;
    private final String file;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private long offset;
    private long left;

    /**
     * @param first where it begins in the file
     * @param length the bytes that the answer promises
     */
    RecordingDownload(
            Recorders recorders,
            Recorders.Held recording,
            String file,
            long first,
            long length,
            HttpServerRequest request) {
        this.recorders = recorders;
        this.recording = recording;
        this.file = file;
        this.offset = first;
        this.left = length;
        this.request = request;
        this.response = request.response();
    }

    /** Sends everything and ends the answer. */
    void send() {
        if (left == 0) {
            response.end();
        } else {
            pass(next());
        }
    }

    private void pass(Future<Buffer> reading) {
        reading.onSuccess(piece -> {
                    if (response.closed()) {
                        return;
                    }
                    if (left == 0) {
                        response.end(piece);
                        return;
                    }
                    Future<Buffer> following = next();
                    response.write(piece).onSuccess(written -> pass(following));
                })
                .onFailure(failure -> {
                    // The head has promised more: only a broken connection says that it does not come.
                    LOG.warn(
                            "{} of the recording {} breaks off: {}",
                            file,
                            recording.recording().id(),
                            failure.getMessage());
                    Transport.cut(Transport.of(request.connection()));
                });
    }

    /** Reads the next piece; one that is not as long as it has to be is a failure. */
    private Future<Buffer> next() {
        int length = (int) Math.min(left, RecorderProtocol.MOST_READ_BYTES);
        long from = offset;
        offset += length;
        left -= length;
        return recorders
                .read(
                        recording.memberId(),
                        new RecorderProtocol.Read(recording.recording().id(), file, from, length))
                .compose(piece -> piece.length() == length
                        ? Future.succeededFuture(piece)
                        : Future.failedFuture("the file has become shorter"));
    }
}
