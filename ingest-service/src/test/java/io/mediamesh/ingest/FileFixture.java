package io.mediamesh.ingest;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A folder for clips, and what plays them. */
abstract class FileFixture {
    static Path folder;
    static Vertx vertx;

    @BeforeAll
    static void start(@TempDir Path temporary) {
        folder = temporary;
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        Await.result(vertx.close());
    }

    static Recording play(Path file, boolean loop) {
        return Recording.of(TestConfigs.source(vertx, file.toUri().toString(), loop, TestConfigs.local()));
    }
}
