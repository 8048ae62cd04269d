package io.mediamesh.gateway;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Fields.Value;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.Numbers;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An analysis as the JSON of one message, written without objects in between: an item goes to a thousand consumers, and
 * its data are up to some ten thousand numbers. Used on the gateway's event loop only.
 */
final class AudioMessage {
    private static final int MOST_DASHBOARD_POINTS = 200;
    private static final byte[] BEFORE_DATA = ascii("},\"data\":");
    private static final byte[] BEHIND_DATA = ascii("}");
    private static final byte[] NOTHING = {};
    /** Shorter rows are of channels or bands, and fewer of them would be others. */
    private static final int LEAST_ROW_TO_THIN = 256;

    private final byte[] head;
    private final byte[] beforeData;
    private final Bytes data;
    private final byte[] behindData;
    private byte @Nullable [] json;

    /**
     * @param head where the number of dropped messages is put in at the end; empty in a form that does not tell it
     */
    private AudioMessage(byte[] head, byte[] beforeData, Bytes data, byte[] behindData) {
        this.head = head;
        this.beforeData = beforeData;
        this.data = data;
        this.behindData = behindData;
    }

    /** {@code {"metadata":{"data_type","stream","timestamp","sequence","sample_rate"},"data":{…}}}. */
    static AudioMessage full(Item item, Analysis analysis) {
        return of(item, analysis, analysis.json(), "");
    }

    /**
     * The same of fewer numbers: of every {@code step} of a long row the first one, or the largest where it is a
     * magnitude or a level. Says so as {@code "downsampled"} in the metadata.
     */
    static AudioMessage downsampled(Item item, Analysis analysis, int step) {
        Fields.Builder fewer = Fields.builder();
        for (String name : analysis.fields().names()) {
            Value value = analysis.fields().get(name).orElseGet(Value.None::new);
            fewer.put(
                    name,
                    value instanceof Value.Row(Numbers numbers) ? new Value.Row(thin(name, numbers, step)) : value);
        }
        return of(item, analysis, fewer.build().toJson(), ",\"downsampled\":" + step);
    }

    private static Numbers thin(String name, Numbers numbers, int step) {
        if (numbers.size() < LEAST_ROW_TO_THIN) {
            return numbers;
        }
        boolean peaks = name.contains("magnitude") || name.contains("level") || name.endsWith("_db");
        return peaks ? numbers.peaksOfEvery(step) : numbers.every(step);
    }

    private static AudioMessage of(Item item, Analysis analysis, Bytes data, String more) {
        byte[] head = ascii("{\"metadata\":{\"data_type\":\"" + item.topic().kind() + "\",\"stream\":\""
                + item.topic().stream() + "\",\"timestamp\":" + Packet.timestamp(item) + ",\"sequence\":"
                + item.stamp().sequence() + ",\"sample_rate\":" + analysis.sampleRateHz() + more);
        return new AudioMessage(head, BEFORE_DATA, data, BEHIND_DATA);
    }

    /** The message of a dashboard; empty for an analysis that has none. */
    static Optional<AudioMessage> dashboard(Item item, Analysis analysis) {
        Fields fields = analysis.fields();
        return switch (item.topic().kind()) {
            case AudioForm.PITCH ->
                update(Fields.builder()
                        .text("type", "pitch_update")
                        .put("frequency", value(fields, "frequency_hz"))
                        .put("note", value(fields, "note_name"))
                        .put("confidence", value(fields, "confidence")));
            case AudioForm.SPECTRUM -> {
                Numbers frequencies = row(fields, "frequencies");
                int step = Math.ceilDiv(frequencies.size(), MOST_DASHBOARD_POINTS);
                yield update(Fields.builder()
                        .text("type", "spectrum_update")
                        .row("frequencies", frequencies.every(step))
                        .row("magnitudes", row(fields, "magnitudes_linear").peaksOfEvery(step))
                        .put("peak_freq", value(fields, "peak_frequency")));
            }
            case AudioForm.LEVELS ->
                update(Fields.builder()
                        .text("type", "levels_update")
                        .row("peak_levels", row(fields, "peak_levels_db"))
                        .row("rms_levels", row(fields, "rms_levels_db")));
            default -> Optional.empty();
        };
    }

    private static Optional<AudioMessage> update(Fields.Builder fields) {
        return Optional.of(new AudioMessage(NOTHING, NOTHING, fields.build().toJson(), NOTHING));
    }

    private static Value value(Fields fields, String name) {
        return fields.get(name).orElseGet(Value.None::new);
    }

    private static Numbers row(Fields fields, String name) {
        return fields.row(name).orElseGet(() -> Numbers.fixed(new double[0], 0));
    }

    /** {@code {"topic","stream","sequence","timestamp",…}}: the analysis as other events of topics are. */
    static byte[] flattened(Item item, Analysis analysis) {
        Bytes data = analysis.json();
        byte[] head = ascii("{\"topic\":\"" + item.topic().kind() + "\",\"stream\":\""
                + item.topic().stream() + "\",\"sequence\":" + item.stamp().sequence() + ",\"timestamp\":"
                + Packet.timestamp(item) + (data.length() > 2 ? "," : ""));
        byte[] json = new byte[head.length + data.length() - 1];
        System.arraycopy(head, 0, json, 0, head.length);
        data.copyTo(1, json, head.length, data.length() - 1);
        return json;
    }

    /** The UTF-8 text of the message, made once. Shared: nobody changes it. */
    byte[] json() {
        byte[] known = json;
        if (known == null) {
            known = assembled(NOTHING);
            json = known;
        }
        return known;
    }

    /** The message of a consumer that lost so many before it. */
    byte[] json(long dropped) {
        return dropped == 0 || head.length == 0 ? json() : assembled(ascii(",\"dropped\":" + dropped));
    }

    private byte[] assembled(byte[] told) {
        byte[] all = new byte[length() + told.length];
        int at = put(head, all, 0);
        at = put(told, all, at);
        at = put(beforeData, all, at);
        data.copyTo(0, all, at, data.length());
        put(behindData, all, at + data.length());
        return all;
    }

    private static int put(byte[] part, byte[] target, int at) {
        System.arraycopy(part, 0, target, at, part.length);
        return at + part.length;
    }

    /** Bytes of the text. */
    int length() {
        return head.length + beforeData.length + data.length() + behindData.length;
    }

    /** Writes the text without an array of it, which most messages never need. */
    void writeTo(ByteBuf target) {
        target.ensureWritable(length());
        target.writeBytes(head).writeBytes(beforeData);
        int at = target.writerIndex();
        data.copyTo(MemorySegment.ofBuffer(target.internalNioBuffer(at, data.length())));
        target.writerIndex(at + data.length()).writeBytes(behindData);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
