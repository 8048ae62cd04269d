package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mediamesh.testkit.Await;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of the server, and for whom. */
final class AudioClientTest extends AudioClientFixture {
    @Test
    void nothingIsAskedOfTheServerBeforeThereIsAConsumer() {
        Await.result(client.setRate(AudioType.LEVELS, 10));
        assertThat(Await.result(client.statistics()).connections()).isZero();

        assertThat(server.requests).isEmpty();
    }

    @Test
    void aConsumerGetsResultsInOrderWithWhatTheyBelongTo() {
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.tell(FakeSoundServer.levels(7));
        server.tell(FakeSoundServer.levels(8));

        Await.until("two results", () -> seen.size() == 2);
        assertThat(server.requests).containsExactly("/?types=levels");
        assertThat(sequences()).containsExactly(7L, 8L);
        assertThat(seen.getFirst().metadata())
                .isEqualTo(new AudioMetadata(AudioType.LEVELS, "test", 1763700000.125, 7, 48_000, 0));
        assertThat(seen.getFirst().data())
                .isEqualTo(new LevelsData(
                        List.of(-6.02, -150.0),
                        List.of(-9.03, -150.0),
                        List.of(-6.02, -150.0),
                        List.of("L", "R"),
                        0.3,
                        1));
        assertThat(seen.getFirst().json()).isEqualTo(FakeSoundServer.levels(7));
    }

    @Test
    void oneConnectionCarriesAllTypesThatAreWantedAndClosesWithTheLast() {
        AudioRegistration levels = register(AudioType.LEVELS, seen::add);
        AudioRegistration pitch = register(AudioType.PITCH_TRACKER, seen::add);
        awaitTypes("levels,pitch_tracker");
        assertThat(server.commands).containsExactly("{\"types\":[\"levels\",\"pitch_tracker\"]}");

        Await.result(levels.close());
        awaitTypes("pitch_tracker");
        server.tell(FakeSoundServer.levels(1));
        server.tell(FakeSoundServer.pitch(2));
        Await.until("the pitch", () -> sequences().equals(List.of(2L)));

        Await.result(pitch.close());
        Await.result(pitch.close());
        awaitTypes();
        assertThat(server.socketsEver).hasValue(1);
        assertThat(levels.ended().succeeded()).isTrue();
    }

    @Test
    void consumersThatAreRegisteredAtOnceShareOneConnection() {
        var one = client.registerConsumer(AudioType.LEVELS, seen::add);
        var other = client.registerConsumer(AudioType.PITCH_TRACKER, seen::add);
        Await.result(one);
        Await.result(other);

        awaitTypes("levels,pitch_tracker");
        assertThat(server.socketsEver).hasValue(1);
    }

    @Test
    void twoConsumersOfATypeAreOneToTheServer() {
        AudioConsumer consumer = seen::add;
        register(AudioType.LEVELS, consumer);
        register(AudioType.LEVELS, data -> seen.add(data));
        awaitTypes("levels");
        server.tell(FakeSoundServer.levels(1));
        Await.until("both have it", () -> seen.size() == 2);

        Await.result(client.unregisterConsumer(AudioType.LEVELS, consumer));
        server.tell(FakeSoundServer.levels(2));
        Await.until("the other has it", () -> seen.size() == 3);
        assertThat(server.commands).isEmpty();
    }

    @Test
    void aTypeOfItsOwnRateHasAConnectionOfItsOwn() {
        register(AudioType.LEVELS, seen::add);
        register(AudioType.PITCH_TRACKER, seen::add);
        awaitTypes("levels,pitch_tracker");

        Await.result(client.setRate(AudioType.LEVELS, 5));
        awaitTypes("levels", "pitch_tracker");
        assertThat(server.requests).contains("/?types=levels&rate=5.0");

        Await.result(client.resetRate(AudioType.LEVELS));
        awaitTypes("levels,pitch_tracker");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aRateThatCantBeOneIsRefusedHere(double rateHz) {
        assertThat(Await.failure(client.setRate(AudioType.LEVELS, rateHz)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rateHz");
    }

    @Test
    void theStreamAndTheTokenAreSent() {
        AudioClient other = AudioClient.create(
                vertx,
                URI.create(server.url() + "/api/v1/audio/stream/"),
                Optional.of("door 1"),
                ClientOptions.DEFAULT.withBearerToken("secret"));
        Await.result(other.registerConsumer(AudioType.LEVELS, seen::add));

        assertThat(server.requests).containsExactly("/api/v1/audio/stream?types=levels&stream=door+1");
        assertThat(server.tokens).containsExactly("Bearer secret");
    }

    @Test
    void aTypeThatTheServerDoesNotHaveFailsAloneWhereItIsAddedToOthers() {
        register(AudioType.LEVELS, seen::add);
        AudioRegistration unknown = register(UNKNOWN, seen::add);

        assertThat(Await.failure(unknown.ended()))
                .isInstanceOf(MediameshException.class)
                .hasMessageContaining("did you mean");
        awaitTypes("levels");
        server.tell(FakeSoundServer.levels(1));
        Await.until("the others go on", () -> seen.size() == 1);
        assertThat(server.socketsEver).hasValue(1);
        assertThat(errors).extracting(AudioError::kind).containsExactly(AudioError.Kind.REFUSAL);
    }

    @Test
    void aTypeThatTheServerDoesNotHaveFailsAloneWhereAllAreAskedForAtOnce() {
        var unknown = client.registerConsumer(UNKNOWN, seen::add);
        var levels = client.registerConsumer(AudioType.LEVELS, seen::add);

        assertThat(Await.failure(Await.result(unknown).ended())).hasMessageContaining("pich");
        awaitTypes("levels");
        assertThat(Await.result(levels).ended().isComplete()).isFalse();
    }

    @Test
    void aStreamThatIsNotThereFailsAllConsumers() {
        AudioClient other = AudioClient.create(vertx, server.url(), Optional.of("gone"), ClientOptions.DEFAULT);
        AudioRegistration registration = Await.result(other.registerConsumer(AudioType.LEVELS, seen::add));

        assertThat(Await.failure(registration.ended())).isInstanceOfSatisfying(MediameshException.class, told -> {
            assertThat(told.field()).contains("stream");
            assertThat(told.code()).isEqualTo("not_found");
        });
        assertThat(Await.result(other.statistics()).activeConsumers()).isZero();
    }

    @Test
    void afterTheShutdownNothingComesAndNothingIsTaken() {
        AudioRegistration registration = register(AudioType.LEVELS, seen::add);

        Await.result(client.shutdown());
        Await.result(client.shutdown());

        awaitTypes();
        assertThat(registration.ended().succeeded()).isTrue();
        assertThat(Await.failure(client.registerConsumer(AudioType.LEVELS, seen::add)))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1:8765", "ws:///x", "ws://me:secret@host", "ws://host?types=levels"})
    void anAddressThatCantBeOneIsRefused(String url) {
        assertThat(catchThrowable(() -> AudioClient.create(vertx, URI.create(url))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }
}
