package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes from the server, and who is told of it. */
final class AudioMessagesTest extends AudioClientFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "7",
                "[7]",
                "[null]",
                "{\"metadata\":7,\"data\":{}}",
                "{\"metadata\":{\"data_type\":\"levels\"},\"data\":{}}",
                "{\"metadata\":{\"data_type\":\"A B\",\"stream\":\"test\",\"timestamp\":1,\"sequence\":1,"
                        + "\"sample_rate\":48000},\"data\":{}}",
                "{\"metadata\":{\"data_type\":\"levels\",\"stream\":\"test\",\"timestamp\":1,\"sequence\":1,"
                        + "\"sample_rate\":48000},\"data\":{\"peak_levels_db\":[\"loud\"]}}",
            })
    void aMessageThatIsNotUnderstoodIsToldAndPassedOver(String message) {
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.tell(message);
        server.tell(FakeSoundServer.levels(1));

        Await.until("the result after it", () -> seen.size() == 1);
        assertThat(errors).extracting(AudioError::kind).containsExactly(AudioError.Kind.MESSAGE);
        assertThat(Await.result(client.statistics()).malformed()).isEqualTo(1);
        assertThat(server.socketsEver).hasValue(1);
    }

    @Test
    void messagesOfANewerServerAndOtherTypesAreNoErrors() {
        register(AudioType.LEVELS, seen::add);
        register(new AudioType("loudness"), seen::add);
        awaitTypes("levels,loudness");
        server.tell("{\"type\":\"hello\"}");
        server.tell(FakeSoundServer.message("loudness", 1, "{\"momentary_lufs\":-23.0}"));

        Await.until("the loudness", () -> seen.size() == 1);
        assertThat(seen.getFirst().data()).isInstanceOfSatisfying(OtherData.class, other -> assertThat(
                        other.fields().getDouble("momentary_lufs"))
                .isEqualTo(-23.0));
        assertThat(errors).isEmpty();
    }

    @Test
    void aBatchIsTakenApart() {
        register(AudioType.LEVELS, seen::add);
        register(AudioType.PITCH_TRACKER, seen::add);
        awaitTypes("levels,pitch_tracker");
        server.tell("[" + FakeSoundServer.levels(1) + "," + FakeSoundServer.pitch(2) + "]");

        Await.until("both results", () -> sequences().equals(List.of(1L, 2L)));
        assertThat(new JsonObject(seen.getLast().json())).isEqualTo(new JsonObject(FakeSoundServer.pitch(2)));
    }

    @Test
    void aRateThatTheServerChangesByItselfIsTold() {
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.tell("{\"type\":\"notice\",\"rate\":25}");

        Await.until("it is told", () -> told(AudioError.Kind.RATE));
        assertThat(errors.getFirst().message()).contains("25");
    }

    @Test
    void aConsumerThatThrowsIsToldAndStopsNobody() {
        register(AudioType.LEVELS, data -> {
            throw new IllegalStateException("defect");
        });
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.tell(FakeSoundServer.levels(1));
        server.tell(FakeSoundServer.levels(2));

        Await.until("the other has both", () -> seen.size() == 2);
        assertThat(errors).extracting(AudioError::kind).containsOnly(AudioError.Kind.CONSUMER);
        assertThat(errors.getFirst().message()).contains("levels", "defect");
    }

    @Test
    void errorsOfAConsumerOfTwoTypesAreToldOnce() {
        CallbackConsumer consumer = new CallbackConsumer(data -> {
            throw new IllegalStateException("defect");
        });
        register(AudioType.LEVELS, consumer);
        register(AudioType.PITCH_TRACKER, consumer);
        awaitTypes("levels,pitch_tracker");
        server.tell(FakeSoundServer.levels(1));

        Await.until("it is told", () -> told(AudioError.Kind.CONSUMER));
        Await.until("it is counted", () -> consumer.statistics().failed() == 1);
        assertThat(errors).hasSize(1);
    }

    @Test
    void aListenerThatFailsDoesNotStopTheOthers() {
        client.addErrorListener(error -> {
            throw new IllegalStateException("defect");
        });
        List<AudioError> after = new CopyOnWriteArrayList<>();
        client.addErrorListener(after::add);
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.tell("not json");

        Await.until("the listener after it is told", () -> after.size() == 1);
    }

    @Test
    void statisticsTellConsumersResultsAndWhatTheServerLeftOut() {
        register(AudioType.LEVELS, seen::add);
        register(AudioType.LEVELS, data -> {});
        register(AudioType.PITCH_TRACKER, seen::add);
        awaitTypes("levels,pitch_tracker");
        server.tell(FakeSoundServer.levels(1));
        server.tell(FakeSoundServer.levels(5).replace("\"sample_rate\"", "\"dropped\":3,\"sample_rate\""));
        server.tell(FakeSoundServer.pitch(1));
        Await.until("all results", () -> seen.size() == 3);

        AudioStatistics statistics = Await.result(client.statistics());
        assertThat(statistics.types().keySet()).containsOnly(AudioType.LEVELS, AudioType.PITCH_TRACKER);
        assertThat(statistics.types().get(AudioType.LEVELS)).satisfies(levels -> {
            assertThat(levels.activeConsumers()).isEqualTo(2);
            assertThat(levels.received()).isEqualTo(2);
            assertThat(levels.dropped()).isEqualTo(3);
        });
        assertThat(statistics.activeConsumers()).isEqualTo(3);
        assertThat(statistics.dropped()).isEqualTo(3);
        assertThat(statistics.connections()).isEqualTo(1);
    }
}
