package io.mediamesh.standalone;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.mesh.ExitCode;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.NodeLauncher;
import io.mediamesh.mesh.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Starts everything, takes one picture from the test source, and ends: a run that the JVM can learn from, so that it
 * starts quickly from then on. Uses free ports and a folder of its own.
 */
@Command(name = "rehearse", hidden = true, description = "Start, take one picture, and end.")
final class Rehearsal implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("mediamesh-rehearsal");
        try {
            rehearse(folder);
            return 0;
        } catch (MeshException fault) {
            throw new CommandFailure(ExitCode.NOT_STARTED, fault);
        } finally {
            delete(folder);
        }
    }

    private static void rehearse(Path folder) {
        Composition parts = Composition.create();
        Map<String, String> given = new HashMap<>();
        GatewayAddress.SOUND_PORTS.forEach(port -> given.put(port, "off"));
        given.putAll(Map.of("data.dir", folder.toString(), GatewayAddress.PORT, "0", GatewayAddress.EXTRA_PORTS, ""));
        Settings settings = Settings.of(parts.settings(), given);
        List<StreamDescription> streams = SourceArgument.parse(List.of());
        Node node = NodeLauncher.await(Node.start(parts.services(), settings, new EarlyPictureCodec()));
        try {
            for (StreamDescription stream : streams) {
                NodeLauncher.await(node.mesh().directory().put(stream));
            }
            // Held until both are here: Vert.x closes a client that nobody refers to any more.
            HttpClient client = node.mesh().vertx().createHttpClient();
            takePicture(client, parts.gateway().ports().getFirst(), "annotated");
            takePicture(client, parts.gateway().ports().getFirst(), "video");
            NodeLauncher.await(client.close());
        } finally {
            NodeLauncher.await(node.stop());
        }
    }

    private static void takePicture(HttpClient client, int port, String topic) {
        Buffer picture = NodeLauncher.await(
                client.request(HttpMethod.GET, port, "127.0.0.1", "/api/v1/streams/test/snapshot.jpg?topic=" + topic)
                        .compose(request -> request.send())
                        .compose(HttpClientResponse::body));
        if (picture.length() == 0) {
            throw new IllegalStateException("the rehearsal got no picture");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
