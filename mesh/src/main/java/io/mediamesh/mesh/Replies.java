package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests of the event bus in the one way that {@link MeshException#ofReply} understands. */
public final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private Replies() {}

    /**
     * Does the work of a request and replies what comes of it, or why nothing does. Work that its pool has no room for is
     * {@link FailureCode#UNAVAILABLE}; what is no {@link MeshException} is a defect and logged.
     *
     * @param what the requests, for people, for example {@code WebRTC requests}
     */
    public static void answer(Message<?> message, String what, Supplier<? extends Future<?>> work) {
        Future<?> result;
        try {
            result = work.get();
        } catch (RuntimeException fault) {
            result = Future.failedFuture(fault);
        }
        result.onSuccess(message::reply).onFailure(failure -> {
            MeshException why = failure instanceof RejectedExecutionException
                    ? new MeshException(FailureCode.UNAVAILABLE, "too many " + what + " at once; try again")
                    : MeshException.ofReply(failure);
            if (why.code() == FailureCode.INTERNAL) {
                LOG.error("one of the {} failed through a defect of ours", what, failure);
            }
            message.fail(why.code().number(), why.replyText());
        });
    }
}
