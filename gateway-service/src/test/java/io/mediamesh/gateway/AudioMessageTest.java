package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.Analysis;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.Fields;
import io.mediamesh.contracts.Item;
import io.mediamesh.contracts.Stamp;
import io.mediamesh.contracts.Topic;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AudioMessageTest {
    private static Item item(String type, Analysis analysis) {
        return new Item(
                Topic.of("cam1", type), Stamp.ofSource(1, 7, new CaptureTime(5, 1_763_700_012_345_678_900L)), analysis);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void theFullFormTellsWhatItIsAndEveryField() {
        Analysis analysis = new Analysis(
                44_100,
                Fields.builder().number("x", 0.25, 2).text("note", "A♯\"4").build());

        assertThat(text(AudioMessage.full(item("scope", analysis), analysis).json()))
                .isEqualTo("{\"metadata\":{\"data_type\":\"scope\",\"stream\":\"cam1\",\"timestamp\":1763700012.345678,"
                        + "\"sequence\":7,\"sample_rate\":44100},\"data\":{\"x\":0.25,\"note\":\"A♯\\\"4\"}}");
    }

    @Test
    void dropsAreToldInTheMetadataAndOnlyWhereThereAreAny() {
        Analysis analysis = Analyses.levels(1);
        AudioMessage message = AudioMessage.full(item("levels", analysis), analysis);

        assertThat(message.json(0)).isSameAs(message.json());
        JsonObject told = new JsonObject(Buffer.buffer(message.json(12)));
        assertThat(told.getJsonObject("metadata").remove("dropped")).isEqualTo(12);
        assertThat(told).isEqualTo(new JsonObject(Buffer.buffer(message.json())));
    }

    @Test
    void topicsGetTheFieldsBesideTheStampAsOfOtherEvents() {
        Analysis analysis = Analyses.levels(2);
        Packet packet = new Packet(item("levels", analysis), new byte[0]);

        JsonObject json = new JsonObject(packet.json(3));

        assertThat(json.fieldNames())
                .startsWith("topic", "stream", "sequence", "timestamp", "peak_levels_db", "rms_levels_db")
                .endsWith("dropped");
        assertThat(json.getString("topic")).isEqualTo("levels");
        assertThat(json.getJsonArray("peak_levels_db")).isEqualTo(JsonArray.of(-6.02, -2));
        Analysis nothing = new Analysis(8_000, Fields.builder().build());
        assertThat(text(AudioMessage.flattened(item("onset", nothing), nothing)))
                .isEqualTo("{\"topic\":\"onset\",\"stream\":\"cam1\",\"sequence\":7,\"timestamp\":1763700012.345678}");
    }

    @Test
    void dashboardsGetTheThreeUpdatesAndNoOthers() {
        assertThat(dashboard("pitch_tracker"))
                .isEqualTo(new JsonObject()
                        .put("type", "pitch_update")
                        .put("frequency", 440.04)
                        .put("note", "A4")
                        .put("confidence", 0.97));
        assertThat(dashboard("levels"))
                .isEqualTo(new JsonObject()
                        .put("type", "levels_update")
                        .put("peak_levels", JsonArray.of(-6.02, 0))
                        .put("rms_levels", JsonArray.of(-9.03, -12.5)));
        JsonObject spectrum = dashboard("fft_spectrum");
        assertThat(spectrum.fieldNames()).containsExactly("type", "frequencies", "magnitudes", "peak_freq");
        assertThat(spectrum.getJsonArray("frequencies").size())
                .isEqualTo(spectrum.getJsonArray("magnitudes").size())
                .isBetween(100, 200);
        assertThat(spectrum.getJsonArray("magnitudes"))
                .as("the line in the bin 37")
                .contains(0.5);
        Analysis scope = Analyses.of("scope", 0);
        assertThat(AudioMessage.dashboard(item("scope", scope), scope)).isEmpty();
    }

    @Test
    void apartOfADatagramThatIsTooLargeIsLeftOutButNotItsPeak() {
        Analysis analysis = Analyses.spectrum(16_385);
        AudioForms forms = new AudioForms(item("fft_spectrum", analysis), analysis);
        assertThat(forms.message(AudioForm.FULL).json().length).isGreaterThan(AudioForms.MOST_DATAGRAM_BYTES);

        byte[] datagram = forms.datagram(0).orElseThrow();

        assertThat(datagram.length).isLessThanOrEqualTo(AudioForms.MOST_DATAGRAM_BYTES);
        JsonObject json = new JsonObject(Buffer.buffer(datagram));
        int step = json.getJsonObject("metadata").getInteger("downsampled");
        JsonArray frequencies = json.getJsonObject("data").getJsonArray("frequencies");
        assertThat(frequencies).hasSize(Math.ceilDiv(16_385, step));
        assertThat(frequencies.getDouble(1)).isEqualTo(Math.round(step * 11718.75) / 1e3);
        assertThat(json.getJsonObject("data").getJsonArray("magnitudes_linear")).contains(0.5);
        assertThat(json.getJsonObject("data").getString("window_type")).isEqualTo("hann");
    }

    private static JsonObject dashboard(String type) {
        Analysis analysis = Analyses.of(type, 0);
        return new JsonObject(Buffer.buffer(AudioMessage.dashboard(item(type, analysis), analysis)
                .orElseThrow()
                .json()));
    }
}
