package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class JsonLogTest {
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Encoder<ILoggingEvent> encoder = JsonLog.encoder(context, "north", false, LogConfig::masked);

    private String line(String message, Throwable fault, Object... arguments) {
        ILoggingEvent event = new LoggingEvent(
                JsonLogTest.class.getName(),
                context.getLogger("io.mediamesh.test"),
                Level.WARN,
                message,
                fault,
                arguments);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private String line(String message, Object... arguments) {
        return new String(
                encoder.encode(new LoggingEvent(
                        JsonLogTest.class.getName(),
                        context.getLogger("io.mediamesh.test"),
                        Level.INFO,
                        message,
                        null,
                        arguments)),
                StandardCharsets.UTF_8);
    }

    @Test
    void aLineIsOneObjectWithTheTimeInUtcAndWhatItIsAbout() {
        String text = line("{} started, epoch {}", Topic.of("door", "video"), 7);
        assertThat(text).endsWith(System.lineSeparator()).hasLineCount(1);
        JsonObject json = new JsonObject(text);
        assertThat(Instant.parse(json.getString("time"))).isBefore(Instant.now().plusSeconds(1));
        assertThat(json.getString("time")).endsWith("Z");
        assertThat(json.getString("level")).isEqualTo("INFO");
        assertThat(json.getString("logger")).isEqualTo("io.mediamesh.test");
        assertThat(json.getString("thread")).isEqualTo(Thread.currentThread().getName());
        assertThat(json.getString("member")).isEqualTo("north");
        assertThat(json.getString("message")).isEqualTo("door/video started, epoch 7");
        assertThat(json.getString("stream")).isEqualTo("door");
        assertThat(json.getString("topic")).isEqualTo("video");
        assertThat(json.fieldNames()).doesNotContain("stack", "trace_id");
    }

    @Test
    void aLineAboutAStreamNamesItAndOneAboutNothingNamesNothing() {
        assertThat(new JsonObject(line("the stream {} is left aside", new StreamId("door"))).getString("stream"))
                .isEqualTo("door");
        assertThat(new JsonObject(line("ready")).fieldNames()).doesNotContain("stream", "topic");
    }

    @Test
    void aFaultIsOneStringWithItsStack() {
        String text = line("it failed", new IllegalStateException("why\nnot"));
        assertThat(text).hasLineCount(1);
        assertThat(new JsonObject(text).getString("stack"))
                .contains("java.lang.IllegalStateException: why\nnot", "JsonLogTest");
    }

    @Test
    void credentialsInAddressesAppearNeitherInTheMessageNorInTheStack() {
        String text = line(
                "can't open {}",
                new IllegalStateException("rtsp://admin:secret@10.0.0.7/stream refused"),
                "rtsp://admin:secret@10.0.0.7/stream");
        assertThat(text).doesNotContain("secret").contains("rtsp://***@10.0.0.7/stream refused");
        assertThat(LogConfig.masked("see http://example.org/a@b")).isEqualTo("see http://example.org/a@b");
    }
}
