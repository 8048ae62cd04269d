package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Connections that are not had, break, and are had again. */
final class AudioConnectionTest extends AudioClientFixture {
    @Test
    void aServerThatCannotBeReachedFailsTheRegistration() {
        server.close();

        assertThat(Await.failure(client.registerConsumer(AudioType.LEVELS, seen::add)))
                .isInstanceOf(NoAnswerException.class);
        server = FakeSoundServer.start();
    }

    @Test
    void aRefusedConnectionFailsTheRegistrationWithTheReason() {
        server.status = 401;

        assertThat(Await.failure(client.registerConsumer(AudioType.LEVELS, seen::add)))
                .isInstanceOfSatisfying(MediameshException.class, told -> assertThat(told.status())
                        .isEqualTo(401));
        server.status = 101;
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
    }

    @Test
    void aBrokenConnectionIsToldAndOpenedAgainWithAllTypes() {
        register(AudioType.LEVELS, seen::add);
        register(AudioType.PITCH_TRACKER, seen::add);
        awaitTypes("levels,pitch_tracker");

        server.breakSockets();
        Await.until("another connection", () -> server.socketsEver.get() == 2);
        awaitTypes("levels,pitch_tracker");
        server.tell(FakeSoundServer.pitch(3));
        Await.until("a result", () -> seen.size() == 1);

        assertThat(told(AudioError.Kind.CONNECTION)).isTrue();
        assertThat(Await.result(client.statistics()).reconnects()).isEqualTo(1);
    }

    @Test
    void aConnectionThatTheServerEndsIsToldWithWhatItSaidBefore() {
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.tell("{\"type\":\"state\",\"data_type\":\"levels\",\"stream\":\"test\",\"state\":\"ended\","
                + "\"reason\":\"the stream test has no sound\"}");
        server.sockets.keySet().forEach(socket -> socket.close((short) 1000));

        Await.until("it is told", () -> told(AudioError.Kind.CONNECTION));
        assertThat(errors.getFirst().message()).contains("1000", "has no sound", "next try");
    }

    @Test
    void aServerThatWasRestartedIsFoundAgain() {
        AudioRegistration registration = register(AudioType.LEVELS, seen::add);
        server = server.restarted();

        awaitTypes("levels");
        assertThat(registration.ended().isComplete()).isFalse();
    }

    @Test
    void aServerThatIsBusyForAWhileIsAskedAgain() {
        register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.status = 503;
        server.breakSockets();
        Await.until("it was asked twice", () -> server.requests.size() >= 3);
        server.status = 101;

        awaitTypes("levels");
    }

    @Test
    void aServerThatFallsSilentIsAskedAgain() {
        AudioClient watchful = AudioClient.create(
                vertx, server.url(), Optional.empty(), ClientOptions.DEFAULT, Duration.ofMillis(300));
        Await.result(watchful.registerConsumer(AudioType.LEVELS, seen::add));

        Await.until("a second connection", () -> server.socketsEver.get() >= 2);
    }

    @Test
    void takingTheLastConsumerAwayWhileTheConnectionIsBrokenEndsTheAttempts() {
        AudioRegistration registration = register(AudioType.LEVELS, seen::add);
        awaitTypes("levels");
        server.status = 503;
        server.breakSockets();
        Await.until("it is asked for again", () -> server.requests.size() >= 2);
        Await.result(registration.close());
        int asked = server.requests.size();
        server.status = 101;

        register(AudioType.PITCH_TRACKER, seen::add);
        awaitTypes("pitch_tracker");
        assertThat(server.requests.subList(asked, server.requests.size()))
                .containsAnyOf("/?types=pitch_tracker")
                .hasSizeBetween(1, 2);
    }
}
