package io.mediamesh.gateway;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.Item;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What goes out of an analysis by the audio protocols: each form is laid out once, when the first consumer needs it, and
 * shared by all. Belongs to a {@link Packet}.
 */
final class AudioForms {
    /** The most that a datagram holds over IPv4. */
    static final int MOST_DATAGRAM_BYTES = 65_507;
    /** Bytes of a padded length line; what clients that read the length with one call ask for at once. */
    static final int PADDED_LINE_BYTES = 1_024;

    private static final int MOST_DOWNSAMPLING = 1_024;

    private final Item item;
    private final Analysis analysis;
    private @Nullable AudioMessage full;
    private @Nullable AudioMessage dashboard;
    private @Nullable ByteBuf fullFrame;
    private @Nullable ByteBuf dashboardFrame;
    private @Nullable ByteBuf plainRecord;
    private @Nullable ByteBuf paddedRecord;
    private @Nullable Buffer fullEvent;
    private @Nullable Buffer dashboardEvent;
    private @Nullable AudioMessage datagram;

    AudioForms(Item item, Analysis analysis) {
        this.item = item;
        this.analysis = analysis;
    }

    void free() {
        for (ByteBuf bytes : new @Nullable ByteBuf[] {fullFrame, dashboardFrame, plainRecord, paddedRecord}) {
            if (bytes != null) {
                bytes.release();
            }
        }
        fullFrame = null;
        dashboardFrame = null;
        plainRecord = null;
        paddedRecord = null;
    }

    /** The text in a form that covers it. */
    AudioMessage message(AudioForm form) {
        return switch (form) {
            case FULL -> {
                AudioMessage made = full == null ? AudioMessage.full(item, analysis) : full;
                full = made;
                yield made;
            }
            case DASHBOARD -> {
                AudioMessage made = dashboard == null
                        ? AudioMessage.dashboard(item, analysis)
                                .orElseThrow(() -> new IllegalStateException(item.topic() + " is on no dashboard"))
                        : dashboard;
                dashboard = made;
                yield made;
            }
        };
    }

    /**
     * A WebSocket frame.
     *
     * @return a new reference to bytes shared by all; the caller releases it by writing it
     */
    ByteBuf frame(AudioForm form, long dropped) {
        if (dropped > 0) {
            return WebSocketFraming.textFrame(message(form).json(dropped));
        }
        ByteBuf present =
                switch (form) {
                    case FULL -> fullFrame;
                    case DASHBOARD -> dashboardFrame;
                };
        ByteBuf shared = present == null ? frameOf(message(form)) : present;
        switch (form) {
            case FULL -> fullFrame = shared;
            case DASHBOARD -> dashboardFrame = shared;
        }
        return shared.retainedDuplicate();
    }

    private static ByteBuf frameOf(AudioMessage message) {
        ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(WebSocketFraming.MAX_HEAD_BYTES + message.length());
        WebSocketFraming.textHead(frame, message.length());
        message.writeTo(frame);
        return frame;
    }

    /** The length in ASCII digits, a line feed and the JSON; shared like {@link #frame}. */
    ByteBuf lengthAndJson(boolean padded, long dropped) {
        if (dropped > 0) {
            return lengthAndJsonOf(message(AudioForm.FULL).json(dropped), padded);
        }
        ByteBuf present = padded ? paddedRecord : plainRecord;
        ByteBuf shared =
                present == null ? lengthAndJsonOf(message(AudioForm.FULL).json(), padded) : present;
        if (padded) {
            paddedRecord = shared;
        } else {
            plainRecord = shared;
        }
        return shared.retainedDuplicate();
    }

    /**
     * Any JSON with its length before it; belongs to the caller.
     *
     * @param padded whether the length has leading zeros, so that its line has {@link #PADDED_LINE_BYTES}
     */
    static ByteBuf lengthAndJsonOf(byte[] json, boolean padded) {
        byte[] digits = String.valueOf(json.length).getBytes(StandardCharsets.US_ASCII);
        int zeros = padded ? PADDED_LINE_BYTES - 1 - digits.length : 0;
        ByteBuf record = ByteBufAllocator.DEFAULT.directBuffer(zeros + digits.length + 1 + json.length);
        for (int zero = 0; zero < zeros; zero++) {
            record.writeByte('0');
        }
        return record.writeBytes(digits).writeByte('\n').writeBytes(json);
    }

    /** One Server-Sent Event without a name. */
    Buffer event(AudioForm form, long dropped) {
        if (dropped > 0) {
            return eventOf(message(form).json(dropped));
        }
        Buffer present =
                switch (form) {
                    case FULL -> fullEvent;
                    case DASHBOARD -> dashboardEvent;
                };
        Buffer shared = present == null ? eventOf(message(form).json()) : present;
        switch (form) {
            case FULL -> fullEvent = shared;
            case DASHBOARD -> dashboardEvent = shared;
        }
        return shared;
    }

    /** Any JSON as an event. */
    static Buffer eventOf(byte[] json) {
        return Buffer.buffer(json.length + 8)
                .appendString("data: ")
                .appendBytes(json)
                .appendString("\n\n");
    }

    /** The JSON of one datagram, of fewer numbers where all of them have no room; empty where even few have none. */
    Optional<byte[]> datagram(long dropped) {
        AudioMessage made = datagram == null ? fitted() : datagram;
        datagram = made;
        byte[] told = made.json(dropped);
        return Optional.of(told.length <= MOST_DATAGRAM_BYTES ? told : made.json())
                .filter(text -> text.length <= MOST_DATAGRAM_BYTES);
    }

    private AudioMessage fitted() {
        AudioMessage message = message(AudioForm.FULL);
        for (int step = 2; message.json().length > MOST_DATAGRAM_BYTES && step <= MOST_DOWNSAMPLING; step *= 2) {
            message = AudioMessage.downsampled(item, analysis, step);
        }
        return message;
    }
}
