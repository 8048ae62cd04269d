package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.StreamStatus;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A secret is put and used, and then looked for in whatever leaves the gateway. */
class SecretsTest {
    private static final String CANARY = "kanarienvogel";

    /** Everything that is logged, at every level. */
    private static final class Ear extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        final List<String> lines = new CopyOnWriteArrayList<>();
        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final Logger own = (Logger) LoggerFactory.getLogger("io.mediamesh");
        private final Level before = own.getLevel();

        Ear() {
            own.setLevel(Level.TRACE);
            start();
            root.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
            for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
                lines.add(String.valueOf(cause.getMessage()));
            }
        }

        @Override
        public void close() {
            root.detachAppender(this);
            own.setLevel(before);
        }
    }

    @Test
    void theSecretOfTheLiveKitServerLeavesTheGatewayNowhere(@TempDir Path directory) {
        try (Ear ear = new Ear();
                RunningGateway gateway = RunningGateway.withRooms(directory, Map.of(), mesh -> new LiveRooms(mesh)
                        .answering(StreamStatus.State.FAILED, "the key is not known"))) {
            gateway.withStream(new StreamDescription(
                    new StreamId("taken"), SourceUrl.parse("rtsp://u:" + CANARY + "@10.0.0.1/x"), false, Map.of()));
            List<String> told = new CopyOnWriteArrayList<>();
            told.add(gateway.putJson(
                            "/api/config",
                            new JsonObject()
                                    .put("livekit_url", "ws://live.example")
                                    .put("livekit_api_key", "devkey")
                                    .put("livekit_api_secret", CANARY)
                                    .encode())
                    .body());
            told.add(gateway.putJson(
                            "/api/config",
                            new JsonObject()
                                    .put("livekit_url", "ws://u:" + CANARY + "@live.example")
                                    .encode())
                    .body());
            told.add(gateway.putJson("/api/config", "{\"livekit_api_secret\":[\"" + CANARY + "\"]}")
                    .body());
            told.add(gateway.putJson("/api/config", "{\"livekit_api_secret\":\"" + CANARY + "\"")
                    .body());
            for (String room : List.of("room", "taken")) {
                HttpResponse<String> answer =
                        gateway.postJson("/api/live-sessions/start", new JsonObject().put("room_name", room));
                assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
                told.add(answer.body());
            }
            for (String path : List.of(
                    "/api/config",
                    "/api/live-sessions/active",
                    "/api/v1/streams",
                    "/api/v1/topics",
                    "/api/v1/cluster",
                    "/health",
                    "/metrics")) {
                HttpResponse<String> answer = gateway.get(path);
                told.add(answer.body() + answer.headers().map());
            }

            assertThat(told).noneMatch(text -> text.contains(CANARY));
            assertThat(ear.lines).isNotEmpty().noneMatch(line -> line.contains(CANARY));
        }
    }
}
