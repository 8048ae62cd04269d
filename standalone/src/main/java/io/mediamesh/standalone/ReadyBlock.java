package io.mediamesh.standalone;

import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.mesh.Service;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@code up} prints once everything is ready.
 *
 * @param version of the product
 * @param baseUrl the address of the gateway, ending in a slash
 * @param streams every stream there is
 * @param vision what the vision service says about itself
 */
record ReadyBlock(String version, String baseUrl, List<StreamDescription> streams, Service.Health vision) {
    private static final int STREAMS_SHOWN = 10;

    String text() {
        return """

                mediamesh %s is ready.

                  Dashboard  %s
                  Streams    %s
                  Detectors  %s
                  Try        curl -o snapshot.jpg %sapi/v1/streams/%s/snapshot.jpg
                  Stop       Ctrl-C
                """.formatted(
                        version,
                        baseUrl,
                        streamLines(),
                        vision.ready() ? vision.detail() : "not ready: " + vision.detail(),
                        baseUrl,
                        streams.isEmpty() ? "NAME" : streams.getFirst().id());
    }

    private String streamLines() {
        if (streams.isEmpty()) {
            return "none yet; add one on the dashboard";
        }
        String shown = streams.stream()
                .limit(STREAMS_SHOWN)
                .map(stream -> stream.id() + "  " + stream.url().masked())
                .collect(Collectors.joining("\n             "));
        int more = streams.size() - STREAMS_SHOWN;
        return more > 0 ? shown + "\n             and " + more + " more" : shown;
    }
}
