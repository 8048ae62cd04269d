package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * The way of messages to one consumer of analyses of sound, whatever it is made of. All the types of the consumer share
 * it. Used on the gateway's event loop only.
 */
abstract class AudioLine {
    /**
     * Sends what there is of a packet; {@link AudioViewer#written} must follow, maybe before this returns.
     *
     * @param dropped messages of the type that the consumer lost since the one before
     */
    abstract void send(Packet packet, AudioForm form, long dropped, AudioViewer sender);

    /**
     * Sends a text of JSON.
     *
     * @param done whether it has left, or the line is broken
     */
    abstract void sendText(byte[] json, Consumer<Boolean> done);

    /**
     * Says something that is not an analysis, and says nothing to a consumer that does not even take those.
     *
     * @param name what kind of thing it is, where the protocol has names: {@code notice}, {@code state}, {@code error}
     */
    abstract void say(String name, JsonObject message);

    /** Says why there is nothing to be had, and closes. */
    abstract void refuse(MeshException failure);

    /** Closes in good order. */
    abstract void finish(String reason);

    /** Closes in good order because the server stops: there is more to be had elsewhere. */
    void dismiss(String reason) {
        finish(reason);
    }

    /** Closes at once, whatever was not read. */
    abstract void cut();

    /** Called about once a second, for signs of life. */
    void beat(long nowNanos, long quietNanos) {}
}
