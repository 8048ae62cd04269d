package io.mediamesh.mesh;

import io.mediamesh.contracts.Form;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.ItemWire;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** What the producer's side of a link sends to the subscriber's side. */
sealed interface LinkFrame {
    /** The link it belongs to. */
    long linkId();

    /** An item, with the number dropped before it; {@code form} is the encoding that is sent. */
    record Data(long linkId, Item item, long dropped, Form form) implements LinkFrame {}

    /** Items that a lossless link had no room for. */
    record Missing(long linkId, Delivery.Gap gap) implements LinkFrame {}

    /** The topic is over. */
    record Ended(long linkId, String reason) implements LinkFrame {}

    /** This producer stops; another may take over. */
    record Lost(long linkId, String reason) implements LinkFrame {}

    /**
     * Writes a version byte, a tag, the link and then the fields, big-endian. The version is that of the frame; an
     * item inside has its own.
     */
    final class Codec implements MessageCodec<LinkFrame, LinkFrame> {
        static final String NAME = "mediamesh-link-1";
        private static final byte VERSION = 1;
        private static final int HEADER_BYTES = 10;
        private static final int MAX_REASON_CHARS = 2000;

        @Override
        public void encodeToWire(Buffer out, LinkFrame frame) {
            out.appendByte(VERSION);
            switch (frame) {
                case Data data -> {
                    out.appendByte((byte) 1).appendLong(data.linkId).appendLong(data.dropped);
                    ItemWire.write(out, data.item, data.form);
                }
                case Missing missing -> {
                    Delivery.Gap gap = missing.gap;
                    out.appendByte((byte) 2).appendLong(missing.linkId);
                    out.appendLong(gap.epoch()).appendLong(gap.firstSequence());
                    out.appendLong(gap.items()).appendLong(gap.durationNanos());
                }
                case Ended ended ->
                    out.appendByte((byte) 3).appendLong(ended.linkId).appendString(cut(ended.reason));
                case Lost lost ->
                    out.appendByte((byte) 4).appendLong(lost.linkId).appendString(cut(lost.reason));
            }
        }

        private static String cut(String reason) {
            return reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS);
        }

        @Override
        public LinkFrame decodeFromWire(int position, Buffer in) {
            if (in.length() - position < HEADER_BYTES || in.getByte(position) != VERSION) {
                throw MeshException.invalid("frame", "a link frame of an unknown version or without its header");
            }
            byte tag = in.getByte(position + 1);
            long linkId = in.getLong(position + 2);
            int body = position + HEADER_BYTES;
            return switch (tag) {
                case 1 -> new Data(linkId, ItemWire.read(in, body + 8), in.getLong(body), JpegForm.ofQuality(100));
                case 2 ->
                    new Missing(
                            linkId,
                            new Delivery.Gap(
                                    in.getLong(body),
                                    in.getLong(body + 8),
                                    in.getLong(body + 16),
                                    in.getLong(body + 24)));
                case 3 -> new Ended(linkId, in.getString(body, in.length()));
                case 4 -> new Lost(linkId, in.getString(body, in.length()));
                default -> throw MeshException.invalid("frame", "a link frame with the unknown tag " + tag);
            };
        }

        @Override
        public LinkFrame transform(LinkFrame frame) {
            return frame;
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
