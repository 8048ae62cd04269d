package io.mediamesh.gateway;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.BroadcastFrame;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Event;
import io.mediamesh.contracts.Intensity;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.MediaPacket.CodedFormat;
import io.mediamesh.contracts.VideoFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An item on its way to the viewers of a hub. Each form that goes out is made once, when the first viewer needs it, and
 * its bytes are shared by all of them. Used on the hub's event loop only; counted, because the bytes that go to
 * WebSockets lie outside the heap: whoever keeps a packet retains it and releases it.
 */
final class Packet {
    /** The boundary of the MJPEG parts. */
    static final String BOUNDARY = "mediamesh-frame";

    private final Item item;
    private final Optional<Jpeg> jpeg;
    private final byte[] sound;
    private int holders = 1;
    private @Nullable ByteBuf messages;
    private int binaryStart;
    private @Nullable ByteBuf cameraMessage;
    private @Nullable ByteBuf connectionMessage;
    private @Nullable ByteBuf soundMessage;
    private @Nullable ByteBuf hubMessage;
    private @Nullable Buffer mjpegPart;
    private @Nullable String json;
    private @Nullable AudioForms audio;
    private @Nullable String connectionJson;

    /**
     * @param item for video in a form that is encoded already
     * @param form the form of the subscription that it came from
     */
    Packet(Item item, JpegForm form) {
        this(item, item.payload() instanceof VideoFrame frame ? frame.jpegIfMade(form) : Optional.empty(), new byte[0]);
    }

    /**
     * @param sound the samples as the viewers of live sessions get them
     */
    Packet(Item item, byte[] sound) {
        this(item, Optional.empty(), sound);
    }

    private Packet(Item item, Optional<Jpeg> jpeg, byte[] sound) {
        this.item = item;
        this.jpeg = jpeg;
        this.sound = sound;
    }

    Item item() {
        return item;
    }

    /** The picture, where the item is one. */
    Optional<Jpeg> jpeg() {
        return jpeg;
    }

    Packet retain() {
        holders++;
        return this;
    }

    void release() {
        holders--;
        if (holders == 0) {
            free(messages);
            free(cameraMessage);
            free(connectionMessage);
            free(soundMessage);
            free(hubMessage);
            if (audio != null) {
                audio.free();
                audio = null;
            }
            messages = null;
            cameraMessage = null;
            connectionMessage = null;
            soundMessage = null;
            hubMessage = null;
        }
    }

    /** The JSON text of an event, or the text that goes before the bytes of a picture or a sound. */
    String json(long dropped) {
        String text = json;
        if (text == null) {
            text = item.payload() instanceof Analysis analysis
                    ? new String(AudioMessage.flattened(item, analysis), StandardCharsets.UTF_8)
                    : describe().encode();
            json = text;
        }
        return dropped == 0 ? text : text.substring(0, text.length() - 1) + ",\"dropped\":" + dropped + "}";
    }

    /**
     * Everything that a viewer of the topic gets, laid out as WebSocket frames.
     *
     * @return a new reference to bytes shared by all viewers; the caller releases it by writing it
     */
    ByteBuf messages(long dropped) {
        ByteBuf shared = laidOut();
        if (dropped == 0) {
            return shared.retainedDuplicate();
        }
        ByteBuf head = WebSocketFraming.textFrame(json(dropped).getBytes(StandardCharsets.UTF_8));
        int rest = shared.readableBytes() - binaryStart;
        return rest == 0
                ? head
                : ByteBufAllocator.DEFAULT
                        .compositeDirectBuffer(2)
                        .addComponent(true, head)
                        .addComponent(true, shared.retainedSlice(binaryStart, rest));
    }

    /** The message of {@code /ws/video-stream}, as a WebSocket frame; shared like {@link #messages}. */
    ByteBuf cameraMessage() {
        ByteBuf shared = cameraMessage;
        if (shared == null) {
            byte[] data = Base64.getEncoder().encode(picture().bytes().toArray());
            byte[] before = "{\"type\":\"frame\",\"data\":\"".getBytes(StandardCharsets.US_ASCII);
            byte[] after = ("\",\"timestamp\":" + timestamp() + "}").getBytes(StandardCharsets.US_ASCII);
            shared = WebSocketFraming.textFrame(before, data, after);
            cameraMessage = shared;
        }
        return shared.retainedDuplicate();
    }

    /** What the watchers of a connection get for an intensity. */
    String connectionJson() {
        String text = connectionJson;
        if (text == null) {
            if (!(item.payload() instanceof Intensity intensity)) {
                throw new IllegalStateException(item.topic() + " is not an intensity");
            }
            text = intensity
                    .toConnectionJson(
                            item.topic().stream().value(), item.stamp().capture())
                    .put("timestamp", timestamp())
                    .encode();
            connectionJson = text;
        }
        return text;
    }

    /** {@link #connectionJson} as a WebSocket frame; shared like {@link #messages}. */
    ByteBuf connectionMessage() {
        ByteBuf shared = connectionMessage;
        if (shared == null) {
            shared = WebSocketFraming.textFrame(connectionJson().getBytes(StandardCharsets.UTF_8));
            connectionMessage = shared;
        }
        return shared.retainedDuplicate();
    }

    /** What the viewers of a live session get: a picture without a word about it, or sound; shared like {@link #messages}. */
    ByteBuf liveMessage() {
        if (jpeg.isPresent()) {
            ByteBuf shared = laidOut();
            return shared.retainedSlice(binaryStart, shared.readableBytes() - binaryStart);
        }
        ByteBuf shared = soundMessage;
        if (shared == null) {
            byte[] data = Base64.getEncoder().encode(sound);
            byte[] before = "audio:".getBytes(StandardCharsets.US_ASCII);
            shared = WebSocketFraming.textFrame(before, data);
            soundMessage = shared;
        }
        return shared.retainedDuplicate();
    }

    /** What the viewers of a broadcast get; shared like {@link #messages}. */
    ByteBuf hubMessage() {
        ByteBuf shared = hubMessage;
        if (shared == null) {
            if (!(item.payload() instanceof BroadcastFrame frame)) {
                throw new IllegalStateException(item.topic() + " is not a broadcast");
            }
            shared = HubText.frameOf(frame);
            hubMessage = shared;
        }
        return shared.retainedDuplicate();
    }

    /** What goes out by the audio protocols, where the item is an analysis. */
    AudioForms audio() {
        AudioForms forms = audio;
        if (forms == null) {
            if (!(item.payload() instanceof Analysis analysis)) {
                throw new IllegalStateException(item.topic() + " is not an analysis of sound");
            }
            forms = new AudioForms(item, analysis);
            audio = forms;
        }
        return forms;
    }

    /** One part of a multipart/x-mixed-replace answer. */
    Buffer mjpegPart() {
        Buffer part = mjpegPart;
        if (part == null) {
            Bytes bytes = picture().bytes();
            part = Buffer.buffer(bytes.length() + 128)
                    .appendString("--" + BOUNDARY + "\r\nContent-Type: image/jpeg\r\nContent-Length: " + bytes.length()
                            + "\r\nX-Timestamp: " + timestamp() + "\r\n\r\n")
                    .appendBuffer(bytes.toBuffer())
                    .appendString("\r\n");
            mjpegPart = part;
        }
        return part;
    }

    /** Capture time in Unix seconds with microseconds, never in exponential form. */
    BigDecimal timestamp() {
        return timestamp(item);
    }

    /** The same of any item. */
    static BigDecimal timestamp(Item item) {
        return BigDecimal.valueOf(item.stamp().capture().unixNanos() / 1_000, 6);
    }

    private JsonObject describe() {
        JsonObject head = new JsonObject();
        switch (item.payload()) {
            case VideoFrame frame ->
                stamp(head)
                        .put("width", picture().widthPx())
                        .put("height", picture().heightPx());
            case AudioBlock block ->
                stamp(head)
                        .put("sample_rate", block.sampleRateHz())
                        .put("channels", block.channels())
                        .put("samples", block.frames());
            case MediaPacket packet -> {
                CodedFormat format = packet.format();
                stamp(head)
                        .put("track", format.track().name().toLowerCase(Locale.ROOT))
                        .put("codec", format.codec())
                        .put("keyframe", packet.keyframe());
                if (packet.keyframe()) {
                    head.put(
                            "configuration",
                            Base64.getEncoder()
                                    .encodeToString(format.configuration().toArray()));
                }
            }
            case BroadcastFrame frame -> {
                return stamp(HubText.jsonOf(frame));
            }
            case Event event -> {
                head.put("topic", item.topic().kind())
                        .put("stream", item.topic().stream().value());
                if (event instanceof Intensity) {
                    head.put("connection_id", item.topic().stream().value());
                }
                stamp(head).mergeIn(event.toJson());
            }
        }
        return head;
    }

    private JsonObject stamp(JsonObject json) {
        return json.put("sequence", item.stamp().sequence()).put("timestamp", timestamp());
    }

    private ByteBuf laidOut() {
        ByteBuf shared = messages;
        if (shared == null) {
            shared = layOutMessages();
            messages = shared;
        }
        return shared;
    }

    private ByteBuf layOutMessages() {
        byte[] text = item.payload() instanceof Analysis analysis
                ? AudioMessage.flattened(item, analysis)
                : json(0).getBytes(StandardCharsets.UTF_8);
        int binaryBytes =
                switch (item.payload()) {
                    case VideoFrame frame -> picture().bytes().length();
                    case AudioBlock block -> 2 * block.frames() * block.channels();
                    case MediaPacket packet -> packet.data().length();
                    case BroadcastFrame frame -> 0;
                    case Event event -> 0;
                };
        ByteBuf target =
                ByteBufAllocator.DEFAULT.directBuffer(2 * WebSocketFraming.MAX_HEAD_BYTES + text.length + binaryBytes);
        WebSocketFraming.textHead(target, text.length);
        target.writeBytes(text);
        binaryStart = target.readableBytes();
        switch (item.payload()) {
            case VideoFrame frame -> {
                WebSocketFraming.binaryHead(target, binaryBytes);
                int at = target.writerIndex();
                picture().bytes().copyTo(MemorySegment.ofBuffer(target.internalNioBuffer(at, binaryBytes)));
                target.writerIndex(at + binaryBytes);
            }
            case AudioBlock block -> {
                WebSocketFraming.binaryHead(target, binaryBytes);
                for (int frame = 0; frame < block.frames(); frame++) {
                    for (int channel = 0; channel < block.channels(); channel++) {
                        target.writeShortLE(block.sample(frame, channel));
                    }
                }
            }
            case MediaPacket packet -> {
                WebSocketFraming.binaryHead(target, binaryBytes);
                target.writeBytes(packet.data().toArray());
            }
            case BroadcastFrame frame -> {}
            case Event event -> {}
        }
        return target;
    }

    private Jpeg picture() {
        return jpeg.orElseThrow(() -> new IllegalStateException(item.topic() + " gave a picture in another form"));
    }

    private static void free(@Nullable ByteBuf bytes) {
        if (bytes != null) {
            bytes.release();
        }
    }
}
