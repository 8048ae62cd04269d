package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mediamesh.gateway.MissingRegions.Reason;
import io.mediamesh.testkit.ManualClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MissingRegionsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(MissingRegions.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ManualClock clock = new ManualClock();
    private final MissingRegions missing = new MissingRegions("demo", new HubCounters(meters), clock);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void theOperatorIsToldWhenItBeginsWhenTheReasonChangesAndWhenItIsOver() {
        missing.with();
        missing.without(Reason.UNAVAILABLE, "nobody tracks");
        clock.advance(Duration.ofSeconds(20));
        missing.without(Reason.UNAVAILABLE, "nobody tracks");
        missing.without(Reason.OVERDUE, "");
        clock.advance(Duration.ofSeconds(20));
        missing.with();
        missing.with();

        assertThat(lines()).hasSize(3);
        assertThat(lines().getFirst()).contains("broadcast demo", "not available", "(nobody tracks)", "/health");
        assertThat(lines().get(1)).contains("hub.max_hold");
        assertThat(lines().getLast()).contains("broadcast demo", "again", "3 went out without");
    }

    @Test
    void whatChangesWithEveryFrameIsSaidOnceInTenSeconds() {
        for (int frame = 0; frame < 30; frame++) {
            missing.without(Reason.FAILED, "");
            missing.with();
        }
        assertThat(lines()).hasSize(1);
        clock.advance(Duration.ofSeconds(10));
        missing.with();
        assertThat(lines()).hasSize(2).last().asString().contains("30 went out without");
    }

    @Test
    void framesThatAreNotAnsweredYetAreCountedOnly() {
        missing.without(Reason.PENDING, "");
        assertThat(lines()).isEmpty();
        assertThat(meters.get("mediamesh.hub.frames.without.regions")
                        .tag("reason", "pending")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
