package io.mediamesh.gateway;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A form with files, held in memory and never written to a disk: what is refused leaves nothing behind. On the request's
 * event loop.
 */
final class Upload {
    /** Fields and files of other names are read over. */
    private static final int MOST_PARTS = 16;

    private final HttpServerRequest request;
    private final int limitBytes;
    private final Room room;
    private final Map<String, Buffer> files = new HashMap<>();
    private final Promise<Upload> whole = Promise.promise();
    private long receivedBytes;
    private long heldBytes;

    private Upload(HttpServerRequest request, int limitBytes, Room room) {
        this.request = request;
        this.limitBytes = limitBytes;
        this.room = room;
    }

    /** What all uploads together may hold. On one event loop. */
    static final class Room {
        private final long mostBytes;
        private long takenBytes;

        Room(long mostBytes) {
            this.mostBytes = mostBytes;
        }

        private boolean take(long bytes) {
            boolean free = takenBytes + bytes <= mostBytes;
            takenBytes += free ? bytes : 0;
            return free;
        }

        private void give(long bytes) {
            takenBytes -= bytes;
        }
    }

    /**
     * Reads the body of a request.
     *
     * @param room what the upload holds is taken from it until {@link #leave}
     */
    static Upload of(HttpServerRequest request, int limitBytes, Room room) {
        return new Upload(request, limitBytes, room);
    }

    /**
     * Itself, when it is whole: fails with {@link FailureCode#TOO_LARGE} beyond the limit, as soon as that is known, with
     * {@link FailureCode#UNAVAILABLE} where there is no room for it now, and with {@link FailureCode#INVALID} for what is no
     * form.
     */
    Future<Upload> read() {
        String type =
                String.valueOf(request.getHeader(HttpHeaders.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
        boolean form = (type.startsWith("multipart/form-data") && type.contains("boundary="))
                || type.startsWith("application/x-www-form-urlencoded");
        if (!form) {
            whole.fail(MeshException.invalid("Content-Type", "the body must be sent as multipart/form-data"));
        } else if (announcesTooMuch()) {
            whole.fail(tooLarge());
        } else {
            receive();
        }
        return whole.future();
    }

    private void receive() {
        try {
            request.setExpectMultipart(true);
        } catch (IllegalStateException | IllegalArgumentException malformed) {
            whole.fail(malformed());
            return;
        }
        request.exceptionHandler(failure -> fail(malformed()));
        request.uploadHandler(this::part);
        request.handler(chunk -> {
            receivedBytes += chunk.length();
            if (receivedBytes > limitBytes) {
                fail(tooLarge());
            } else if (!whole.future().isComplete() && !room.take(chunk.length())) {
                fail(new MeshException(
                        FailureCode.UNAVAILABLE, "too many pictures are being sent at this moment; try again"));
            } else if (!whole.future().isComplete()) {
                heldBytes += chunk.length();
            }
        });
        request.endHandler(ended -> whole.tryComplete(this));
    }

    /** Nobody needs its content any more. */
    void leave() {
        files.clear();
        room.give(heldBytes);
        heldBytes = 0;
    }

    private boolean announcesTooMuch() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,18}") && Long.parseLong(length) > limitBytes;
    }

    private void part(HttpServerFileUpload part) {
        if (files.size() >= MOST_PARTS || files.containsKey(part.name())) {
            fail(MeshException.invalid(
                    "body",
                    files.size() >= MOST_PARTS ? "the form has too many files" : part.name() + " is there twice"));
        }
        Buffer content = Buffer.buffer();
        files.put(part.name(), content);
        part.exceptionHandler(failure -> fail(malformed()));
        part.handler(chunk -> {
            if (!whole.future().isComplete()) {
                content.appendBuffer(chunk);
            }
        });
    }

    private void fail(MeshException failure) {
        if (whole.tryFail(failure)) {
            files.clear();
        }
    }

    private MeshException tooLarge() {
        return new MeshException(
                FailureCode.TOO_LARGE, "the request body is larger than the limit of " + limitBytes + " bytes");
    }

    private static MeshException malformed() {
        return MeshException.invalid("body", "the body is no form as multipart/form-data has it");
    }

    /** The content of a file. */
    Bytes file(String name) {
        Buffer content = files.get(name);
        if (content == null) {
            throw MeshException.invalid(
                    name,
                    request.formAttributes().contains(name)
                            ? name + " must be a file, not a text"
                            : "the file " + name + " is missing");
        }
        if (content.length() == 0) {
            throw MeshException.invalid(name, "the file " + name + " is empty");
        }
        return Bytes.takeOver(content.getBytes());
    }

    /** A text, which may come as a file too. */
    String text(String name) {
        return Optional.ofNullable(request.formAttributes().get(name))
                .or(() -> Optional.ofNullable(files.get(name)).map(Buffer::toString))
                .orElseThrow(() -> MeshException.invalid(name, "the field " + name + " is missing"));
    }
}
