package io.mediamesh.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * Unmasked, unfragmented server frames (RFC 6455, section 5.2). Frames from a server are the same for every
 * client, so a message is laid out once and its bytes go to all viewers.
 */
final class WebSocketFraming {
    static final int MAX_HEAD_BYTES = 10;

    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_BINARY = 0x82;

    private WebSocketFraming() {}

    /** A text message of these pieces, as a frame that belongs to the caller. */
    static ByteBuf textFrame(byte[]... pieces) {
        int length = Arrays.stream(pieces).mapToInt(piece -> piece.length).sum();
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(MAX_HEAD_BYTES + length);
        textHead(frame, length);
        for (byte[] piece : pieces) {
            frame.writeBytes(piece);
        }
        return frame;
    }

    static void textHead(ByteBuf target, int payloadBytes) {
        head(target, FINAL_TEXT, payloadBytes);
    }

    static void binaryHead(ByteBuf target, int payloadBytes) {
        head(target, FINAL_BINARY, payloadBytes);
    }

    private static void head(ByteBuf target, int first, int payloadBytes) {
        target.writeByte(first);
        if (payloadBytes < 126) {
            target.writeByte(payloadBytes);
        } else if (payloadBytes < 65_536) {
            target.writeByte(126).writeShort(payloadBytes);
        } else {
            target.writeByte(127).writeLong(payloadBytes);
        }
    }
}
