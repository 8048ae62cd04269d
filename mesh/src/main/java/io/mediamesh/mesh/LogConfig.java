package io.mediamesh.mesh;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** How much the log tells. */
public final class LogConfig {
    private static final Set<String> NO = Set.of("", "0", "false", "no", "off");

    // DEBUG is a variable that many programs share and give values of their own: anything but a no means yes.
    static final Setting<Boolean> DEBUG = new Setting<>(
            "log.debug",
            "true or false",
            "false",
            "Log what the product does in detail.",
            "DEBUG",
            false,
            text -> !NO.contains(text.strip().toLowerCase(Locale.ROOT)));

    private LogConfig() {}

    /** All settings of the log. */
    public static List<Setting<?>> all() {
        return List.of(DEBUG);
    }

    /** Lets the log tell so much from now on. */
    public static void apply(Settings settings) {
        if (settings.get(DEBUG) && LoggerFactory.getLogger("io.mediamesh") instanceof Logger logger) {
            logger.setLevel(Level.DEBUG);
        }
    }
}
