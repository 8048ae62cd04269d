package io.mediamesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntensityTest {
    private static final String SOCKET = "WS /api/connections/door/intensity";

    private final Vertx vertx = Vertx.vertx();
    private final List<IntensityData> seen = new CopyOnWriteArrayList<>();
    private FakeServer server = FakeServer.start().withConnection("door");
    private VideoClient client;

    @BeforeEach
    void create() {
        client = VideoClient.create(vertx, server.url());
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
        server.close();
    }

    private Registration register(List<IntensityData> into) {
        Registration registration = Await.result(client.registerIntensityHandler("door", into::add));
        Await.until("the server has the socket", () -> !server.sockets.isEmpty());
        return registration;
    }

    private void frame(double average) {
        server.tell(FakeServer.intensity("door", average).encode());
    }

    private static List<Double> averages(List<IntensityData> data) {
        return data.stream().map(IntensityData::averageIntensity).toList();
    }

    @Test
    void aHandlerGetsEveryFrameInOrderWithAllItsFields() {
        register(seen);
        frame(102);
        frame(103);
        frame(104);

        Await.until("three frames", () -> seen.size() == 3);
        assertThat(seen.getFirst()).isEqualTo(new IntensityData(1763700000.125, 51, 0.2, 102, 0.4, 30, "door"));
        assertThat(averages(seen)).containsExactly(102.0, 103.0, 104.0);
    }

    @Test
    void allHandlersOfAConnectionShareOneSocketThatClosesWithTheLast() {
        List<IntensityData> seenByOther = new CopyOnWriteArrayList<>();
        Registration one = register(seen);
        Registration other = register(seenByOther);
        frame(1);
        Await.until("both have it", () -> seen.size() == 1 && seenByOther.size() == 1);

        Await.result(one.close());
        frame(2);
        Await.until("the other has it", () -> seenByOther.size() == 2);

        assertThat(seen).hasSize(1);
        assertThat(server.socketsEver).hasValue(1);
        assertThat(one.ended().succeeded()).isTrue();
        assertThat(other.ended().isComplete()).isFalse();

        Await.result(other.close());
        Await.result(other.close());
        Await.until("the socket is closed", () -> server.sockets.isEmpty());
    }

    @Test
    void handlersThatAreRegisteredAtOnceShareOneSocketToo() {
        var one = client.registerIntensityHandler("door", seen::add);
        var other = client.registerIntensityHandler("door", seen::add);
        Await.result(one);
        Await.result(other);
        Await.until("the server has the socket", () -> !server.sockets.isEmpty());
        frame(1);

        Await.until("both have it", () -> seen.size() == 2);
        assertThat(server.socketsEver).hasValue(1);
    }

    @Test
    void theSameHandlerTwiceIsCalledTwiceAndClosedOneByOne() {
        Consumer<IntensityData> handler = seen::add;
        Registration one = Await.result(client.registerIntensityHandler("door", handler));
        Await.result(client.registerIntensityHandler("door", handler));
        Await.result(one.close());
        Await.until("the server has the socket", () -> !server.sockets.isEmpty());
        frame(1);
        frame(2);

        Await.until("two frames", () -> seen.size() >= 2);
        assertThat(averages(seen)).containsExactly(1.0, 2.0);
    }

    @Test
    void aHandlerThatThrowsIsCalledAgainAndDoesNotStopTheOthers() {
        List<IntensityData> seenByFaulty = new CopyOnWriteArrayList<>();
        Await.result(client.registerIntensityHandler("door", data -> {
            seenByFaulty.add(data);
            throw new IllegalStateException("a fault of the user's code");
        }));
        register(seen);
        frame(1);
        frame(2);

        Await.until("both have both", () -> seen.size() == 2 && seenByFaulty.size() == 2);
    }

    @Test
    void aHandlerMayCloseItself() {
        CompletableFuture<Registration> own = new CompletableFuture<>();
        own.complete(Await.result(client.registerIntensityHandler("door", data -> {
            seen.add(data);
            own.thenAccept(Registration::close);
        })));
        Await.until("the server has the socket", () -> !server.sockets.isEmpty());
        frame(1);

        Await.until("the socket is closed", () -> server.sockets.isEmpty());
        assertThat(seen).hasSize(1);
    }

    @Test
    void handlersAreCalledOnTheContextOfTheClientAndFuturesOnThatOfTheCaller() {
        Set<Context> handlerContexts = ConcurrentHashMap.newKeySet();
        register(seen);
        Await.result(client.registerIntensityHandler("door", data -> handlerContexts.add(vertx.getOrCreateContext())));
        frame(1);
        frame(2);
        Await.until("two frames", () -> seen.size() == 2);
        assertThat(handlerContexts).hasSize(1);

        Context caller = vertx.getOrCreateContext();
        AtomicReference<Context> answered = new AtomicReference<>();
        caller.runOnContext(now -> client.connectionCount().onComplete(done -> answered.set(Vertx.currentContext())));
        Await.until("an answer", () -> answered.get() != null);
        assertThat(answered.get()).isEqualTo(caller);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "7",
                "{}",
                "{\"timestamp\":\"now\"}",
                "{\"type\":\"state\"}",
                "{\"timestamp\":1,\"current_intensity\":1,\"current_normalized\":1,\"average_intensity\":1,"
                        + "\"average_normalized\":1,\"frame_count\":99999999999,\"connection_id\":\"door\"}",
            })
    void aMessageThatIsNotUnderstoodIsPassedOver(String message) {
        Registration registration = register(seen);
        server.tell(message);
        frame(1);

        Await.until("the frame after it", () -> !seen.isEmpty());
        assertThat(averages(seen)).containsExactly(1.0);
        assertThat(registration.ended().isComplete()).isFalse();
        assertThat(server.socketsEver).hasValue(1);
    }

    @Test
    void fieldsOfANewerServerAreLeftAlone() {
        register(seen);
        server.tell(FakeServer.intensity("door", 9).put("dropped", 3).encode());

        Await.until("the frame", () -> seen.size() == 1);
    }

    @Test
    void aBrokenSocketIsOpenedAgainForAllHandlers() {
        List<IntensityData> seenByOther = new CopyOnWriteArrayList<>();
        Registration registration = register(seen);
        register(seenByOther);

        server.breakSockets();
        Await.until("a second socket", () -> server.socketsEver.get() == 2 && server.sockets.size() == 1);
        frame(5);

        Await.until(
                "both have it",
                () -> averages(seen).contains(5.0) && averages(seenByOther).contains(5.0));
        assertThat(registration.ended().isComplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(shorts = {1001, 1011, 1008})
    void aSocketThatIsClosedForAnotherReasonThanTheEndIsOpenedAgain(short code) {
        register(seen);
        server.sockets.forEach(socket -> socket.close(code));

        Await.until("a second socket", () -> server.socketsEver.get() == 2);
    }

    @Test
    void aServerThatComesBackWithTheConnectionIsFoundAgain() {
        register(seen);
        server = server.restarted();

        Await.until("a socket", () -> !server.sockets.isEmpty());
        frame(6);
        Await.until("the frame", () -> averages(seen).contains(6.0));
    }

    @Test
    void aServerThatIsBusyForAWhileIsAskedAgain() {
        register(seen);
        server.canned.put(SOCKET, new FakeServer.Canned(503, "{\"error\":\"not now\",\"code\":\"unavailable\"}"));
        server.breakSockets();
        Await.until("it was asked twice", () -> server.asked(SOCKET) >= 3);
        server.canned.clear();

        Await.until("a socket", () -> !server.sockets.isEmpty());
    }

    @Test
    void aServerThatFallsSilentIsAskedAgain() {
        VideoClient watchful = VideoClient.create(
                vertx, server.url(), VideoConfig.DEFAULT, ClientOptions.DEFAULT, Duration.ofMillis(300));
        Await.result(watchful.registerIntensityHandler("door", seen::add));

        Await.until("a second socket", () -> server.socketsEver.get() >= 2);
    }

    @Test
    void theEndOfTheConnectionIsTheEndOfItsHandlers() {
        Registration registration = register(seen);
        server.connections.clear();
        server.sockets.forEach(socket -> socket.close((short) 1000));

        Await.result(registration.ended());
        assertThat(server.asked(SOCKET)).isEqualTo(1);
        Await.result(registration.close());
    }

    @Test
    void aConnectionThatIsGoneWhenTheSocketIsOpenedAgainHasEnded() {
        Registration registration = register(seen);
        server.connections.clear();
        server.breakSockets();

        Await.result(registration.ended());
        assertThat(server.asked(SOCKET)).isEqualTo(2);
    }

    @Test
    void aRefusalWhenTheSocketIsOpenedAgainIsToldToTheHandlersOwner() {
        Registration registration = register(seen);
        server.canned.put(
                SOCKET, new FakeServer.Canned(401, "{\"error\":\"the token has run out\",\"code\":\"unauthorized\"}"));
        server.breakSockets();

        assertThat(Await.failure(registration.ended()))
                .isInstanceOf(MediameshException.class)
                .hasMessage("the token has run out");
    }

    @Test
    void aHandlerThatIsRegisteredBeforeItsConnectionGetsFramesOnceThatIsConnected() {
        Registration early = Await.result(client.registerIntensityHandler("yard", seen::add));
        assertThat(early.ended().isComplete()).isFalse();

        Await.result(client.connect("yard", "v=0 offer", "offer"));
        Await.until("the server has the socket", () -> !server.sockets.isEmpty());
        server.tell(FakeServer.intensity("yard", 7).encode());

        Await.until("the frame", () -> seen.size() == 1);
        assertThat(seen.getFirst().connectionId()).isEqualTo("yard");
    }

    @Test
    void aConnectionThatSomebodyElseMakesIsFoundByTheHandlersThatWaitForIt() {
        Await.result(client.registerIntensityHandler("yard", seen::add));
        Await.until("it is asked for again", () -> server.asked("WS /api/connections/yard/intensity") >= 2);

        server.withConnection("yard");
        Await.until("the server has the socket", () -> !server.sockets.isEmpty());
        server.tell(FakeServer.intensity("yard", 7).encode());

        Await.until("the frame", () -> seen.size() == 1);
    }

    @Test
    void aHandlerThatWaitsForItsConnectionCanBeTakenAway() {
        Registration early = Await.result(client.registerIntensityHandler("yard", seen::add));

        Await.result(client.unregisterIntensityHandler("yard"));
        Await.result(early.ended());
        Await.result(client.connect("yard", "v=0 offer", "offer"));
        Await.result(client.registerIntensityHandler("yard", data -> {}));

        Await.until("the one socket", () -> server.socketsEver.get() == 1);
    }

    @Test
    void aWaitingHandlersConnectionThatComesAndGoesHasEnded() {
        Registration early = Await.result(client.registerIntensityHandler("yard", seen::add));
        Await.result(client.connect("yard", "v=0 offer", "offer"));
        Await.until("the server has the socket", () -> !server.sockets.isEmpty());

        server.connections.clear();
        server.breakSockets();

        Await.result(early.ended());
    }

    @Test
    void unregisteringTakesAllHandlersAwayAndClosesTheSocketButNotTheConnection() {
        Registration one = register(seen);
        Registration other = register(seen);

        Await.result(client.unregisterIntensityHandler("door"));

        Await.until("the socket is closed", () -> server.sockets.isEmpty());
        assertThat(one.ended().succeeded()).isTrue();
        assertThat(other.ended().succeeded()).isTrue();
        assertThat(server.connections).containsKey("door");
        Await.result(client.unregisterIntensityHandler("door"));

        register(seen);
        Await.result(one.close());
        frame(8);
        Await.until("the new handler has the frame", () -> seen.size() == 1);
    }

    @Test
    void unregisteringWhileTheSocketIsBeingOpenedOpensNone() {
        server.canned.put(SOCKET, new FakeServer.Canned(FakeServer.HELD, ""));
        var registering = client.registerIntensityHandler("door", seen::add);
        Await.until("it is asked for", () -> server.asked(SOCKET) == 1);

        Await.result(client.unregisterIntensityHandler("door"));

        assertThat(Await.result(registering).ended().succeeded()).isTrue();
        server.openHeld(SOCKET);
        Await.until("it was opened and closed", () -> server.socketsEver.get() == 1 && server.sockets.isEmpty());
    }

    @Test
    void unregisteringWhileTheSocketIsBrokenEndsTheAttempts() {
        register(seen);
        server.canned.put(SOCKET, new FakeServer.Canned(503, ""));
        server.breakSockets();
        Await.until("it is asked for again", () -> server.asked(SOCKET) >= 2);
        Await.result(client.unregisterIntensityHandler("door"));

        long asked = server.asked(SOCKET);
        server.canned.clear();
        register(seen);
        assertThat(server.asked(SOCKET)).isBetween(asked + 1, asked + 2);
        Await.until("one socket", () -> server.sockets.size() == 1);
    }

    @Test
    void disconnectingEndsTheHandlers() {
        Registration registration = register(seen);

        Await.result(client.disconnect("door"));

        Await.result(registration.ended());
        Await.until("the socket is closed", () -> server.sockets.isEmpty());
    }

    @Test
    void manyConnectionsHaveASocketEach() {
        for (int index = 0; index < 60; index++) {
            server.withConnection("c" + index);
            Await.result(client.registerIntensityHandler("c" + index, seen::add));
        }
        Await.until("sixty sockets", () -> server.sockets.size() == 60);
    }
}
