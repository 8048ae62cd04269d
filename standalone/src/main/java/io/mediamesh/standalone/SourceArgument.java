package io.mediamesh.standalone;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.Quoted;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code --source} arguments: {@code URL}, {@code NAME=URL} or the path of a file. */
final class SourceArgument {
    private static final String DEFAULT_NAME = "test";
    private static final String DEFAULT_URL = "test:";

    // What stands before the first "=" is a name only if a URL or a path follows and it is no URL itself.
    private static final Pattern NAMED = Pattern.compile("([^=:]*)=(.+)", Pattern.DOTALL);
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*", Pattern.DOTALL);

    private SourceArgument() {}

    /**
     * The streams that the arguments stand for, in their order; the built-in test picture without any. Streams without
     * a name are called {@code cam1}, {@code cam2}, … by their place.
     *
     * @throws MeshException {@link FailureCode#INVALID} naming the argument
     */
    static List<StreamDescription> parse(List<String> arguments) {
        if (arguments.isEmpty()) {
            return List.of(describe(DEFAULT_NAME, DEFAULT_URL));
        }
        List<StreamDescription> streams = new ArrayList<>();
        Set<StreamId> names = new HashSet<>();
        for (String argument : arguments) {
            StreamDescription stream = parse(argument, "cam" + (streams.size() + 1));
            if (!names.add(stream.id())) {
                throw MeshException.invalid(
                        "source",
                        "two sources have the name " + stream.id() + "; name them apart with --source NAME=URL");
            }
            streams.add(stream);
        }
        return List.copyOf(streams);
    }

    private static StreamDescription parse(String argument, String defaultName) {
        Matcher named = NAMED.matcher(argument);
        if (named.matches() && !isFile(argument)) {
            return describe(named.group(1), urlOf(named.group(2)));
        }
        return describe(defaultName, urlOf(argument));
    }

    private static StreamDescription describe(String name, String url) {
        return new StreamDescription(new StreamId(name), SourceUrl.parse(url), true, Map.of());
    }

    private static String urlOf(String text) {
        if (URL.matcher(text).matches()) {
            return text;
        }
        Path path = Path.of(text).toAbsolutePath().normalize();
        if (!Files.isRegularFile(path)) {
            throw MeshException.invalid(
                    "source",
                    "the source " + Quoted.of(text) + " is neither a URL (test:, file:, rtsp:, http:, https:, device:)"
                            + " nor a file that is there");
        }
        return "file://" + path;
    }

    private static boolean isFile(String text) {
        return Files.isRegularFile(Path.of(text));
    }
}
