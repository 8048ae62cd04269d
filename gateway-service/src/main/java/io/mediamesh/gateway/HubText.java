package io.mediamesh.gateway;

import io.mediamesh.contracts.BroadcastFrame;
import io.mediamesh.contracts.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** {@code {"frame":"…","metadata":{…}}}: what the viewers of a broadcast get, around the sender's own text. */
final class HubText {
    private static final Bytes BEFORE = ascii("{\"frame\":\"");
    private static final Bytes BETWEEN = ascii("\",\"metadata\":");
    private static final Bytes AFTER = ascii("}");

    private HubText() {}

    /** The message as a WebSocket frame that belongs to the caller. */
    static ByteBuf frameOf(BroadcastFrame frame) {
        int length = BEFORE.length()
                + frame.picture().length()
                + BETWEEN.length()
                + frame.metadata().length()
                + AFTER.length();
        ByteBuf target = ByteBufAllocator.DEFAULT.directBuffer(WebSocketFraming.MAX_HEAD_BYTES + length);
        WebSocketFraming.textHead(target, length);
        append(target, BEFORE);
        append(target, frame.picture());
        append(target, BETWEEN);
        append(target, frame.metadata());
        append(target, AFTER);
        return target;
    }

    /** The message as JSON. */
    static JsonObject jsonOf(BroadcastFrame frame) {
        Buffer text = Buffer.buffer();
        BEFORE.appendTo(text);
        frame.picture().appendTo(text);
        BETWEEN.appendTo(text);
        frame.metadata().appendTo(text);
        AFTER.appendTo(text);
        return new JsonObject(text);
    }

    private static void append(ByteBuf target, Bytes bytes) {
        int at = target.writerIndex();
        bytes.copyTo(MemorySegment.ofBuffer(target.internalNioBuffer(at, bytes.length())));
        target.writerIndex(at + bytes.length());
    }

    private static Bytes ascii(String text) {
        return Bytes.takeOver(text.getBytes(StandardCharsets.US_ASCII));
    }
}
