package io.mediamesh.ingest.livekit;

import io.mediamesh.testkit.LiveKitServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** Tests with a real LiveKit server and, for each of them, a {@link Stage} with settings of its own. */
@Tag("slow")
abstract class OnStage {
    static LiveKitServer server;

    Stage stage;

    @BeforeAll
    static void startServer() {
        server = LiveKitServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void start() {
        stage = new Stage(settings());
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    /** The settings of the stage, as key, value, key, value, … */
    String[] settings() {
        return new String[0];
    }
}
