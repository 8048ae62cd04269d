package io.mediamesh.cluster.container;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/** The Compose file of the project, run with ports and a name of its own; removed with its volumes. */
final class ComposeProject implements AutoCloseable {
    /** Ranges, as a user's are, but elsewhere. */
    private static final Map<String, String> PORTS = Map.of(
            "PUBLISH_HTTP", "23080-23089",
            "PUBLISH_HTTP_EXTRA", "23000-23009",
            "PUBLISH_AUDIO_WEBSOCKET", "23765-23799",
            "PUBLISH_AUDIO_TCP", "23766-23799",
            "PUBLISH_AUDIO_SSE", "23768-23799",
            "MEDIAMESH_WEBRTC_MIN_PORT", "23500",
            "MEDIAMESH_WEBRTC_MAX_PORT", "23501");

    private static final long LIMIT_SECONDS = 180;

    private final List<String> compose;
    private final Map<String, String> environment = new HashMap<>(PORTS);

    ComposeProject(String tag) {
        this.compose = program();
        environment.put(
                "COMPOSE_PROJECT_NAME",
                "mediamesh" + UUID.randomUUID().toString().substring(0, 8));
        environment.put("IMAGE_TAG", tag);
    }

    /** Compose v2 where docker has it, else docker-compose; the test is skipped with the reason where there is neither. */
    private static List<String> program() {
        if (Docker.run(20, Map.of(), List.of("docker", "compose", "version")).status() == 0) {
            return List.of("docker", "compose");
        }
        boolean there = Docker.run(20, Map.of(), List.of("sh", "-c", "command -v docker-compose"))
                        .status()
                == 0;
        Assumptions.assumeTrue(
                there, "there is neither docker compose nor docker-compose; ./mediamesh test installs it");
        return List.of("docker-compose");
    }

    /** What a command of Compose says, which must end well. */
    String run(String... arguments) {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of(arguments));
        return Docker.well(Docker.run(LIMIT_SECONDS, environment, command), command);
    }

    /** The ids of the containers of a service, the stopped ones too. */
    List<String> containers(String service) {
        return Docker.docker(
                        "ps",
                        "--all",
                        "--quiet",
                        "--filter",
                        "label=com.docker.compose.project=" + environment.get("COMPOSE_PROJECT_NAME"),
                        "--filter",
                        "label=com.docker.compose.service=" + service)
                .lines()
                .toList();
    }

    @Override
    public void close() {
        run("down", "--volumes", "--timeout", "1");
    }
}
