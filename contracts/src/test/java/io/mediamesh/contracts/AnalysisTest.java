package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class AnalysisTest {
    private static final Fields FIELDS = Fields.builder()
            .number("frequency_hz", 439.999, 2)
            .number("clarity", Double.NaN, 3)
            .whole("fft_size", 4096)
            .text("note_name", "A\u266f4 \"sharp\"")
            .none("phases")
            .flag("triggered", true)
            .row("levels", Numbers.fixed(new double[] {-3.0103, Double.NEGATIVE_INFINITY, 24_000}, 2))
            .row("amplitudes", Numbers.significant(new double[] {0.70710678, 0.0000012345678, 0}, 5))
            .rows(
                    "columns",
                    List.of(
                            Numbers.fixed(new double[] {-60.126, -61}, 2),
                            Numbers.fixed(new double[] {Double.NaN}, 2),
                            Numbers.fixed(new double[0], 2)))
            .texts("labels", List.of("L", "R"))
            .texts("none_of_them", List.of())
            .build();
    private static final String JSON = "{\"frequency_hz\":440,\"clarity\":null,\"fft_size\":4096,"
            + "\"note_name\":\"A\u266f4 \\\"sharp\\\"\",\"phases\":null,\"triggered\":true,"
            + "\"levels\":[-3.01,null,24000],\"amplitudes\":[0.70711,0.0000012346,0],"
            + "\"columns\":[[-60.13,-61],[null],[]],\"labels\":[\"L\",\"R\"],\"none_of_them\":[]}";

    @Test
    void clientsSeeTheFieldsInTheirOrderAndRounded() {
        Analysis analysis = new Analysis(48_000, FIELDS);
        assertThat(text(analysis.json())).isEqualTo(JSON);
        assertThat(analysis.json()).isSameAs(analysis.json());
        assertThat(analysis.toJson().getInteger("fft_size")).isEqualTo(4096);
    }

    @Test
    void readsTheSameOnAnotherNode() {
        Analysis read = passedOn(new Analysis(44_100, FIELDS));

        assertThat(read.sampleRateHz()).isEqualTo(44_100);
        assertThat(text(read.json())).isEqualTo(JSON);
        assertThat(text(passedOn(read).json())).isEqualTo(JSON);
        assertThat(read.fields().names()).isEqualTo(FIELDS.names());
        assertThat(read.fields().row("levels").orElseThrow().at(0)).isEqualTo(-3.01);
        assertThat(read.fields().rows("columns")).hasSize(3);
        assertThat(read.fields().rows("columns").getFirst().at(0)).isEqualTo(-60.13);
        assertThat(read.fields().rows("labels")).isEmpty();
        assertThat(read.fields().get("labels")).hasValue(new Fields.Value.Texts(List.of("L", "R")));
    }

    @Test
    void numbersAreFoundByName() {
        assertThat(FIELDS.number("frequency_hz")).hasValue(439.999);
        assertThat(FIELDS.number("fft_size")).hasValue(4096);
        assertThat(FIELDS.number("clarity")).isEqualTo(OptionalDouble.empty());
        assertThat(FIELDS.number("note_name")).isEqualTo(OptionalDouble.empty());
        assertThat(FIELDS.number("absent")).isEqualTo(OptionalDouble.empty());
        assertThat(FIELDS.row("frequency_hz")).isEmpty();
        assertThat(FIELDS.row("amplitudes").orElseThrow().size()).isEqualTo(3);
    }

    private static Analysis passedOn(Analysis analysis) {
        Buffer wire = Buffer.buffer();
        Stamp stamp = Stamp.ofSource(1, 2, new CaptureTime(3, 4));
        ItemWire.write(wire, new Item(Topic.of("cam", "levels"), stamp, analysis), Form.BY_REFERENCE);
        return (Analysis) ItemWire.read(wire, 0).payload();
    }

    private static String text(Bytes json) {
        return new String(json.toArray(), StandardCharsets.UTF_8);
    }
}
