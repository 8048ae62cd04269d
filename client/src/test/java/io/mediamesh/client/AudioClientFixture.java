package io.mediamesh.client;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of analyses of sound, and a server that speaks their contract. */
abstract class AudioClientFixture {
    static final AudioType UNKNOWN = new AudioType("pich");

    final Vertx vertx = Vertx.vertx();
    final List<AudioData> seen = new CopyOnWriteArrayList<>();
    final List<AudioError> errors = new CopyOnWriteArrayList<>();
    FakeSoundServer server = FakeSoundServer.start();
    AudioClient client;

    @BeforeEach
    void create() {
        client = AudioClient.create(vertx, server.url());
        client.addErrorListener(errors::add);
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
        server.close();
    }

    AudioRegistration register(AudioType type, AudioConsumer consumer) {
        return Await.result(client.registerConsumer(type, consumer));
    }

    void awaitTypes(String... types) {
        Await.until("the server is asked for the types", server::types, List.of(types)::equals);
    }

    List<Long> sequences() {
        return seen.stream().map(data -> data.metadata().sequence()).toList();
    }

    boolean told(AudioError.Kind kind) {
        return errors.stream().anyMatch(error -> error.kind() == kind);
    }
}
