package io.mediamesh.contracts;

import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.contracts.MediaPacket.Track;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How an item looks between two nodes, big-endian:
 *
 * <pre>
 * u8 version (1) · u16 length, topic in UTF-8 · i64 epoch · i64 sequence · i64 capture monotonic ns ·
 * i64 capture Unix ns · i64 origin epoch · i64 origin sequence · u8 payload tag · payload
 *   tag 1 video: u16 width · u16 height · u32 length, JPEG
 *   tag 2 audio: u32 sample rate · u8 channels · u32 samples of all channels, little-endian PCM16
 *   tag 3 event: u8 length, type · u32 length, JSON in UTF-8
 *   tag 4 packet: u8 track (0 video, 1 audio) · u8 length, codec · u32 length, configuration · u16 width ·
 *     u16 height · u32 sample rate · u8 channels · u8 keyframe (0, 1) · i64 reorder ns · i64 duration ns ·
 *     u32 length, data
 *   tag 5 light of a video frame: u16 width · u16 height · f64 mean luma
 *   tag 6 broadcast: u32 length, picture · u32 length, metadata
 * </pre>
 *
 * Video travels as the JPEG that was asked for, sound as PCM, events as JSON. Every length is checked against a limit
 * and against the bytes that are there before any memory is taken.
 */
public final class ItemWire {
    /** The version that is written. */
    public static final int VERSION = 1;
    /** Largest encoded picture in bytes. */
    public static final int MAX_JPEG_BYTES = 16 << 20;
    /** Largest audio block in samples of all channels. */
    public static final int MAX_SAMPLES = 1 << 20;
    /** Largest event in bytes. */
    public static final int MAX_EVENT_BYTES = 4 << 20;
    /** Largest coded picture or piece of sound in bytes. */
    public static final int MAX_PACKET_BYTES = 16 << 20;
    /** Largest picture of a broadcast in bytes of its text. */
    public static final int MAX_BROADCAST_BYTES = 64 << 20;
    /** Largest out-of-band data of a codec in bytes. */
    public static final int MAX_CONFIGURATION_BYTES = 1 << 20;

    private static final int VIDEO = 1;
    private static final int AUDIO = 2;
    private static final int EVENT = 3;
    private static final int PACKET = 4;
    private static final int LIGHT = 5;
    private static final int BROADCAST = 6;

    private ItemWire() {}

    /**
     * Appends an item.
     *
     * @param form what of a frame to write; it must have been made
     */
    public static void write(Buffer out, Item item, Form form) {
        Stamp stamp = item.stamp();
        out.appendUnsignedByte((short) VERSION);
        byte[] topic = item.topic().toString().getBytes(StandardCharsets.UTF_8);
        out.appendUnsignedShort(topic.length).appendBytes(topic);
        out.appendLong(stamp.epoch()).appendLong(stamp.sequence());
        out.appendLong(stamp.capture().monotonicNanos())
                .appendLong(stamp.capture().unixNanos());
        out.appendLong(stamp.originEpoch()).appendLong(stamp.originSequence());
        switch (item.payload()) {
            case VideoFrame frame -> writeVideo(out, frame, form);
            case AudioBlock audio -> writeAudio(out, audio);
            case MediaPacket packet -> writePacket(out, packet);
            case BroadcastFrame frame -> writeBroadcast(out, frame);
            case Event event -> writeEvent(out, event);
        }
    }

    private static void writeVideo(Buffer out, VideoFrame frame, Form form) {
        switch (form) {
            case JpegForm jpeg -> writeJpeg(out, frame.jpegIfMade(jpeg).orElseThrow(ItemWire::notMade));
            case Form.MeanLuma luma -> {
                out.appendUnsignedByte((short) LIGHT);
                out.appendUnsignedShort(frame.widthPx()).appendUnsignedShort(frame.heightPx());
                out.appendDouble(frame.meanLumaIfKnown().orElseThrow(ItemWire::notMade));
            }
            case Form.ByReference pixels -> throw notMade();
        }
    }

    private static IllegalStateException notMade() {
        return new IllegalStateException("the frame was not encoded before it was sent");
    }

    private static void writeJpeg(Buffer out, Jpeg jpeg) {
        out.appendUnsignedByte((short) VIDEO);
        out.appendUnsignedShort(jpeg.widthPx()).appendUnsignedShort(jpeg.heightPx());
        out.appendUnsignedInt(jpeg.bytes().length());
        jpeg.bytes().appendTo(out);
    }

    private static void writeAudio(Buffer out, AudioBlock audio) {
        int samples = audio.frames() * audio.channels();
        short[] pcm = new short[samples];
        audio.copyTo(pcm, 0);
        out.appendUnsignedByte((short) AUDIO);
        out.appendUnsignedInt(audio.sampleRateHz()).appendUnsignedByte((short) audio.channels());
        out.appendUnsignedInt(samples);
        byte[] bytes = new byte[samples * Short.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(pcm);
        out.appendBytes(bytes);
    }

    private static void writeEvent(Buffer out, Event event) {
        byte[] type = event.type().getBytes(StandardCharsets.UTF_8);
        Bytes json = event.toWireJson();
        out.appendUnsignedByte((short) EVENT);
        out.appendUnsignedByte((short) type.length).appendBytes(type);
        out.appendUnsignedInt(json.length());
        json.appendTo(out);
    }

    private static void writeBroadcast(Buffer out, BroadcastFrame frame) {
        out.appendUnsignedByte((short) BROADCAST);
        out.appendUnsignedInt(frame.picture().length());
        frame.picture().appendTo(out);
        out.appendUnsignedInt(frame.metadata().length());
        frame.metadata().appendTo(out);
    }

    private static void writePacket(Buffer out, MediaPacket packet) {
        CodedFormat format = packet.format();
        byte[] codec = format.codec().getBytes(StandardCharsets.UTF_8);
        out.appendUnsignedByte((short) PACKET);
        out.appendUnsignedByte((short) (format.track() == Track.VIDEO ? 0 : 1));
        out.appendUnsignedByte((short) codec.length).appendBytes(codec);
        out.appendUnsignedInt(format.configuration().length());
        format.configuration().appendTo(out);
        out.appendUnsignedShort(format.widthPx()).appendUnsignedShort(format.heightPx());
        out.appendUnsignedInt(format.sampleRateHz()).appendUnsignedByte((short) format.channels());
        out.appendUnsignedByte((short) (packet.keyframe() ? 1 : 0));
        out.appendLong(packet.reorderNanos()).appendLong(packet.durationNanos());
        out.appendUnsignedInt(packet.data().length());
        packet.data().appendTo(out);
    }

    /**
     * Reads the item that begins at {@code position}. It may keep the buffer's bytes, which must not change any more.
     *
     * @throws MeshException {@link FailureCode#INVALID} when the bytes are no item of a known version
     */
    public static Item read(Buffer in, int position) {
        Reader reader = new Reader(in, position);
        int version = reader.u8();
        if (version != VERSION) {
            throw MeshException.invalid("version", "an item of version " + version + "; this node knows " + VERSION);
        }
        Topic topic = Topic.parse(reader.text(reader.u16()));
        long epoch = reader.i64();
        long sequence = reader.i64();
        CaptureTime capture = new CaptureTime(reader.i64(), reader.i64());
        Stamp stamp = new Stamp(epoch, sequence, capture, reader.i64(), reader.i64());
        int tag = reader.u8();
        Payload payload =
                switch (tag) {
                    case VIDEO -> readVideo(reader);
                    case AUDIO -> readAudio(reader);
                    case EVENT -> readEvent(reader);
                    case PACKET -> readPacket(reader);
                    case BROADCAST -> readBroadcast(reader);
                    case LIGHT -> VideoFrame.ofMeanLuma(reader.u16(), reader.u16(), reader.luma());
                    default -> throw MeshException.invalid("payload", "an item with the unknown payload tag " + tag);
                };
        return new Item(topic, stamp, payload);
    }

    private static VideoFrame readVideo(Reader reader) {
        int widthPx = reader.u16();
        int heightPx = reader.u16();
        int length = reader.length(MAX_JPEG_BYTES, 1, "JPEG");
        return VideoFrame.of(new Jpeg(widthPx, heightPx, reader.view(length)));
    }

    private static AudioBlock readAudio(Reader reader) {
        long rate = reader.u32();
        int channels = reader.u8();
        int samples = reader.length(MAX_SAMPLES, 2, "audio");
        short[] pcm = new short[samples];
        ByteBuffer.wrap(reader.bytes(samples * Short.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(pcm);
        return AudioBlock.takeOver((int) Math.min(rate, Integer.MAX_VALUE), channels, pcm);
    }

    private static MediaPacket readPacket(Reader reader) {
        int track = reader.u8();
        if (track > 1) {
            throw MeshException.invalid("track", "a packet of the unknown track " + track);
        }
        String codec = reader.text(reader.u8());
        Bytes configuration = reader.view(reader.length(MAX_CONFIGURATION_BYTES, 1, "configuration"));
        int widthPx = reader.u16();
        int heightPx = reader.u16();
        int sampleRateHz = (int) Math.min(reader.u32(), Integer.MAX_VALUE);
        int channels = reader.u8();
        CodedFormat format = new CodedFormat(
                track == 0 ? Track.VIDEO : Track.AUDIO,
                codec,
                configuration,
                widthPx,
                heightPx,
                sampleRateHz,
                channels);
        boolean keyframe = reader.u8() != 0;
        long reorderNanos = reader.i64();
        long durationNanos = reader.i64();
        return new MediaPacket(
                format,
                keyframe,
                reorderNanos,
                durationNanos,
                reader.view(reader.length(MAX_PACKET_BYTES, 1, "packet")));
    }

    private static BroadcastFrame readBroadcast(Reader reader) {
        return new BroadcastFrame(
                reader.view(reader.length(MAX_BROADCAST_BYTES, 1, "broadcast")),
                reader.view(reader.length(MAX_EVENT_BYTES, 1, "metadata")));
    }

    private static Event readEvent(Reader reader) {
        String type = reader.text(reader.u8());
        String json = reader.text(reader.length(MAX_EVENT_BYTES, 1, "event"));
        try {
            JsonObject fields = new JsonObject(json);
            return switch (type) {
                case Intensity.TYPE -> Intensity.ofJson(fields);
                case Detections.TYPE -> Detections.ofJson(fields);
                case Tracks.TYPE -> Tracks.ofJson(fields);
                case ObjectEvents.TYPE -> ObjectEvents.ofJson(fields);
                case Analysis.TYPE -> Analysis.ofWireJson(fields);
                default -> throw MeshException.invalid("type", "an event of the unknown type " + Quoted.of(type));
            };
        } catch (DecodeException | ClassCastException | NullPointerException broken) {
            throw new MeshException(FailureCode.INVALID, "the fields of the " + type + " event are broken", broken);
        }
    }

    /** Reads forward and never past the end. */
    private static final class Reader {
        private final Buffer in;
        private int position;

        Reader(Buffer in, int position) {
            this.in = in;
            this.position = position;
        }

        private int take(int bytes) {
            if (bytes < 0 || bytes > in.length() - position) {
                throw MeshException.invalid("item", "an item that is cut off at byte " + in.length());
            }
            int from = position;
            position += bytes;
            return from;
        }

        int u8() {
            return in.getUnsignedByte(take(1));
        }

        int u16() {
            return in.getUnsignedShort(take(2));
        }

        long u32() {
            return in.getUnsignedInt(take(4));
        }

        long i64() {
            return in.getLong(take(8));
        }

        double luma() {
            double value = in.getDouble(take(8));
            if (!(value >= 0 && value <= 255)) {
                throw MeshException.invalid("luma", "the mean luma of an item is " + value);
            }
            return value;
        }

        /** A count of elements, each of so many bytes, all of which must be there. */
        int length(int limit, int bytesEach, String what) {
            long length = u32();
            if (length > limit || length * bytesEach > in.length() - position) {
                throw MeshException.invalid("item", "the " + what + " in an item claims the length " + length);
            }
            return (int) length;
        }

        byte[] bytes(int length) {
            int from = take(length);
            return in.getBytes(from, from + length);
        }

        /** Not copied where it can be left out: at hundreds of items a second the copies are what fills the heap. */
        Bytes view(int length) {
            ByteBuf wire = ((BufferInternal) in).getByteBuf();
            if (!wire.hasArray()) {
                return Bytes.takeOver(bytes(length));
            }
            return Bytes.takeOver(wire.array(), wire.arrayOffset() + take(length), length);
        }

        String text(int length) {
            return new String(bytes(length), StandardCharsets.UTF_8);
        }
    }
}
