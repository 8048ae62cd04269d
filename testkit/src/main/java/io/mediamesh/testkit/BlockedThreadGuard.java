package io.mediamesh.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails every test class during which Vert.x complained that one of its threads was blocked. */
public final class BlockedThreadGuard implements BeforeAllCallback, AfterAllCallback {
    private static final Queue<String> COMPLAINTS = new ConcurrentLinkedQueue<>();
    private static final Object LISTENING = listen();

    private static Object listen() {
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                COMPLAINTS.add(event.getFormattedMessage());
            }
        };
        appender.start();
        ((Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker")).addAppender(appender);
        return appender;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (LISTENING == null) {
            throw new IllegalStateException("not listening");
        }
        COMPLAINTS.clear();
    }

    static boolean hasComplaints() {
        return !COMPLAINTS.isEmpty();
    }

    static void forget() {
        COMPLAINTS.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        failIfBlocked();
    }

    static void failIfBlocked() {
        if (!COMPLAINTS.isEmpty()) {
            throw new AssertionError("an event loop was blocked: " + COMPLAINTS);
        }
    }
}
