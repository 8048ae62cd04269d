package io.mediamesh.cluster.container;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The images of the six services, built from the project as it is, once for all tests. */
final class Images {
    static final List<String> SERVICES = List.of("gateway", "ingest", "vision", "tracking", "audio", "recorder");
    static final String TAG = "cluster-tests";

    private static final long BUILD_SECONDS = 420;
    private static final Pattern LINE = Pattern.compile("mediamesh/(\\w+):" + TAG + "\\s+(\\d+) MB");

    private final Map<String, Integer> megabytes;

    private static final class Built {
        static final Images ALL = new Images();
    }

    private Images() {
        List<String> command = List.of("./mediamesh", "images", "--tag", TAG, "--no-rehearsal");
        String told = Docker.well(Docker.run(BUILD_SECONDS, Map.of(), command), command);
        Matcher lines = LINE.matcher(told);
        this.megabytes = lines.results()
                .collect(Collectors.toUnmodifiableMap(line -> line.group(1), line -> Integer.parseInt(line.group(2))));
    }

    /** Builds them if that was not done yet; skips the test, with the reason, where there is no docker. */
    static Images built() {
        Docker.needEngine();
        return Built.ALL;
    }

    /** The sizes that the command told, by service. */
    Map<String, Integer> megabytes() {
        return megabytes;
    }

    static String name(String service) {
        return "mediamesh/" + service + ":" + TAG;
    }
}
