package io.mediamesh.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What an analysis of sound found: named values, whatever they are, so that a new analysis needs no new type. Its JSON is
 * made once for everybody who gets it. The capture time of its item is that of the middle of what was analysed.
 */
public final class Analysis implements Event {
    static final String TYPE = "analysis";

    /** Set apart in the JSON between nodes, where the fields are the analysis' own. */
    private static final String SAMPLE_RATE = "sample_rate";

    private static final String FIELDS = "fields";
    private static final int DIGITS_FROM_ELSEWHERE = 9;

    private final int sampleRateHz;
    private final Fields fields;
    private volatile @Nullable Bytes json;

    /**
     * A result.
     *
     * @param sampleRateHz of the sound that was analysed
     * @param fields what clients see as {@code data}
     */
    public Analysis(int sampleRateHz, Fields fields) {
        this.sampleRateHz = sampleRateHz;
        this.fields = fields;
    }

    /** Samples a second of the sound that was analysed. */
    public int sampleRateHz() {
        return sampleRateHz;
    }

    /** What was found. */
    public Fields fields() {
        return fields;
    }

    /** The fields as the JSON object that clients see. */
    public Bytes json() {
        Bytes known = json;
        if (known == null) {
            known = fields.toJson();
            json = known;
        }
        return known;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public JsonObject toJson() {
        return new JsonObject(json().toBuffer());
    }

    @Override
    public Bytes toWireJson() {
        Bytes data = json();
        return new JsonText(data.length() + 64)
                .raw('{')
                .text(SAMPLE_RATE)
                .raw(':')
                .whole(sampleRateHz)
                .raw(',')
                .text(FIELDS)
                .raw(':')
                .raw(data)
                .raw('}')
                .toBytes();
    }

    static Analysis ofWireJson(JsonObject json) {
        Fields.Builder fields = Fields.builder();
        json.getJsonObject(FIELDS).forEach(entry -> fields.put(entry.getKey(), valueOf(entry.getValue())));
        return new Analysis(json.getInteger(SAMPLE_RATE), fields.build());
    }

    private static Fields.Value valueOf(@Nullable Object value) {
        return switch (value) {
            case null -> new Fields.Value.None();
            case Boolean yes -> new Fields.Value.Flag(yes);
            case Integer count -> new Fields.Value.Whole(count);
            case Long count -> new Fields.Value.Whole(count);
            case Number number -> new Fields.Value.Real(number.doubleValue(), DIGITS_FROM_ELSEWHERE);
            case JsonArray list -> listOf(list);
            default -> new Fields.Value.Text(value.toString());
        };
    }

    private static Fields.Value listOf(JsonArray list) {
        if (!list.isEmpty() && list.stream().allMatch(String.class::isInstance)) {
            return new Fields.Value.Texts(list.stream().map(String.class::cast).toList());
        }
        if (!list.isEmpty() && list.stream().allMatch(JsonArray.class::isInstance)) {
            return new Fields.Value.Rows(list.stream()
                    .map(JsonArray.class::cast)
                    .map(Analysis::rowOf)
                    .toList());
        }
        return new Fields.Value.Row(rowOf(list));
    }

    private static Numbers rowOf(JsonArray list) {
        double[] numbers = list.stream()
                .mapToDouble(entry -> entry instanceof Number number ? number.doubleValue() : Double.NaN)
                .toArray();
        return Numbers.significant(numbers, DIGITS_FROM_ELSEWHERE);
    }
}
