package io.mediamesh.mesh;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** How much the log tells, and in which form. */
public final class LogConfig {
    private static final Set<String> NO = Set.of("", "0", "false", "no", "off");
    private static final String TEXT = "text";
    private static final String JSON = "json";
    private static final String TERMINAL = "terminal";

    /** Whoever is named before the host of an address; logback.xml has the same for text. */
    private static final Pattern CREDENTIALS = Pattern.compile("(://)[^/@\\s]+@");

    // DEBUG is a variable that many programs share and give values of their own: anything but a no means yes.
    static final Setting<Boolean> DEBUG = new Setting<>(
            "log.debug",
            "true or false",
            "false",
            "Log what the product does in detail.",
            "DEBUG",
            false,
            text -> !NO.contains(text.strip().toLowerCase(Locale.ROOT)));

    static final Setting<String> FORMAT = Setting.choice(
            "log.format",
            TEXT,
            List.of(TEXT, JSON),
            "Lines of the log for people, or one JSON object a line for collectors.");

    private LogConfig() {}

    /** All settings of the log. */
    public static List<Setting<?>> all() {
        return List.of(DEBUG, FORMAT);
    }

    /** Does what the settings say, from now on. */
    public static void apply(Settings settings) {
        if (settings.get(DEBUG) && LoggerFactory.getLogger("io.mediamesh") instanceof Logger logger) {
            logger.setLevel(Level.DEBUG);
        }
        if (settings.get(FORMAT).equals(JSON)
                && LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root
                && root.getAppender(TERMINAL) instanceof ConsoleAppender<ILoggingEvent> terminal) {
            terminal.stop();
            String member = value(settings, "node.name");
            terminal.setEncoder(JsonLog.encoder(
                    root.getLoggerContext(),
                    member.isEmpty() ? "mediamesh" : member,
                    !value(settings, "tracing.url").isEmpty(),
                    LogConfig::masked));
            terminal.start();
        }
    }

    /** The text without the user and password of any address in it. */
    static String masked(String text) {
        return CREDENTIALS.matcher(text).replaceAll("$1***@");
    }

    /** Of a setting that every node has; empty where this process knows none of that name. */
    private static String value(Settings settings, String key) {
        return settings.known().stream()
                .filter(setting -> setting.key().equals(key))
                .map(setting -> String.valueOf(settings.get(setting)))
                .findFirst()
                .orElse("");
    }
}
