package io.mediamesh.mesh;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One setting: its key, its type and default, and the sentence that the settings reference prints.
 *
 * @param key dotted lower-case words, for example {@code gateway.http.port}; {@code MEDIAMESH_GATEWAY_HTTP_PORT} sets it
 *     from the environment
 * @param kind the type for people, with the allowed values
 * @param defaultText the default, as one would write it
 * @param description what it does
 * @param alias another environment variable that sets it, or empty
 * @param secret whether its value is never shown
 * @param parser text to value; throws with a message that names the allowed values
 */
public record Setting<T>(
        String key,
        String kind,
        String defaultText,
        String description,
        String alias,
        boolean secret,
        Function<String, T> parser) {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)");

    /** Any text. */
    public static Setting<String> text(String key, String defaultText, String description) {
        return new Setting<>(key, "text", defaultText, description, "", false, text -> text);
    }

    /** Yes or no. */
    public static Setting<Boolean> flag(String key, boolean defaultValue, String description) {
        return new Setting<>(
                key,
                "true or false",
                String.valueOf(defaultValue),
                description,
                "",
                false,
                text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true", "yes", "on", "1" -> true;
                    case "false", "no", "off", "0" -> false;
                    default -> throw new IllegalArgumentException("true or false");
                });
    }

    /** A whole number within bounds. */
    public static Setting<Integer> integer(String key, int defaultValue, int min, int max, String description) {
        String kind = min + " to " + max;
        return new Setting<>(key, kind, String.valueOf(defaultValue), description, "", false, text -> {
            try {
                int value = Integer.parseInt(text.strip());
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException notANumber) {
                // told below, together with the bounds
            }
            throw new IllegalArgumentException("a whole number from " + kind);
        });
    }

    /** A port, 0 for one that the system chooses, or {@code off} for none. */
    public static Setting<Optional<Integer>> port(String key, String defaultText, String description) {
        String told = description + "; 0 lets the system choose";
        return new Setting<>(key, "0 to 65535, or off", defaultText, told, "", false, text -> {
            String word = text.strip().toLowerCase(Locale.ROOT);
            // What YAML makes of a bare off.
            if (word.equals("off") || word.equals("false")) {
                return Optional.empty();
            }
            if (word.matches("\\d{1,5}") && Integer.parseInt(word) <= 65_535) {
                return Optional.of(Integer.valueOf(word));
            }
            throw new IllegalArgumentException("a port from 0 to 65535 or off");
        });
    }

    /** A number within bounds. */
    public static Setting<Double> number(String key, double defaultValue, double min, double max, String description) {
        String kind = min + " to " + max;
        return new Setting<>(key, kind, String.valueOf(defaultValue), description, "", false, text -> {
            try {
                double value = Double.parseDouble(text.strip());
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException notANumber) {
                // told below, together with the bounds
            }
            throw new IllegalArgumentException("a number from " + kind);
        });
    }

    /** A duration such as {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 30d}; a bare number is seconds. */
    public static Setting<Duration> duration(String key, String defaultText, String description) {
        return new Setting<>(key, "duration (500ms, 5s, 2m, 1h, 30d)", defaultText, description, "", false, text -> {
            String value = text.strip().toLowerCase(Locale.ROOT);
            var match = DURATION.matcher(value.matches("\\d+(\\.\\d+)?") ? value + "s" : value);
            if (!match.matches()) {
                throw new IllegalArgumentException("a duration such as 500ms, 5s, 2m, 1h or 30d");
            }
            double unitNanos =
                    switch (match.group(2)) {
                        case "ms" -> 1e6;
                        case "s" -> 1e9;
                        case "m" -> 60e9;
                        case "h" -> 3600e9;
                        default -> 86_400e9;
                    };
            return Duration.ofNanos(Math.round(Double.parseDouble(match.group(1)) * unitNanos));
        });
    }

    /** The address of a web service without a slash at the end, or empty. */
    public static Setting<String> webUrl(String key, String defaultText, String description) {
        return new Setting<>(key, "URL", defaultText, description, "", false, Setting::checkedUrl);
    }

    private static String checkedUrl(String text) {
        String url = text.strip().replaceFirst("/+$", "");
        if (url.isEmpty()) {
            return "";
        }
        try {
            URI uri = new URI(url);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException malformed) {
            // told below
        }
        throw new IllegalArgumentException(
                "a URL such as http://localhost:8000 with http or https, without user, password and query");
    }

    /** Words separated by commas; in YAML also a list. */
    public static Setting<List<String>> words(String key, String defaultText, String description) {
        return new Setting<>(key, "list", defaultText, description, "", false, text -> Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList());
    }

    /** One of some words. */
    public static Setting<String> choice(String key, String defaultText, List<String> allowed, String description) {
        String kind = String.join(" | ", allowed);
        return new Setting<>(key, kind, defaultText, description, "", false, text -> {
            if (!allowed.contains(text)) {
                throw new IllegalArgumentException("one of " + kind);
            }
            return text;
        });
    }

    /** The same setting, also read from this environment variable, which an older system used for it. */
    public Setting<T> withAlias(String environmentVariable) {
        return new Setting<>(key, kind, defaultText, description, environmentVariable, secret, parser);
    }

    /** The same setting with a value that is never shown. */
    public Setting<T> asSecret() {
        return new Setting<>(key, kind, defaultText, description, alias, true, parser);
    }

    /** The environment variable that sets it. */
    public String environmentVariable() {
        return environmentVariable(key);
    }

    /** The environment variable that sets a key. */
    static String environmentVariable(String key) {
        return "MEDIAMESH_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /**
     * The value that this text stands for.
     *
     * @throws MeshException naming the setting and what is allowed
     */
    public T parse(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException wrong) {
            String shown = secret ? "the given value" : Quoted.of(text);
            throw MeshException.invalid(
                    key, "the setting " + key + " must be " + wrong.getMessage() + ", not " + shown);
        }
    }
}
