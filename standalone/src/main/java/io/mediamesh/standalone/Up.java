package io.mediamesh.standalone;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.ingest.SourceRules;
import io.mediamesh.mesh.ExitCode;
import io.mediamesh.mesh.LogConfig;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.NodeConfig;
import io.mediamesh.mesh.NodeLauncher;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Settings;
import io.mediamesh.vision.VisionService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts every service in this process and stays until the process is asked to end. */
@Command(name = "up", description = "Start everything in one process.", mixinStandardHelpOptions = true)
final class Up implements Callable<Integer> {
    private static final Duration MODELS_LIMIT = Duration.ofSeconds(10);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--source",
            paramLabel = "URL",
            description = "A source to open, as URL or NAME=URL; repeat it for more. Without it: a test picture.")
    private List<String> sources = new ArrayList<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:MEDIAMESH_CONFIG}",
            description = "Settings in YAML; else ./mediamesh.yaml where there is one.")
    private @Nullable Path config;

    @Override
    public Integer call() throws InterruptedException {
        EarlyPictureCodec pictures = new EarlyPictureCodec();
        Composition parts = Composition.create();
        List<StreamDescription> streams;
        Settings settings;
        try {
            streams = SourceArgument.parse(sources);
            settings = NodeLauncher.settings(parts.settings(), Optional.ofNullable(config), NodeLauncher.environment());
            streams.forEach(stream -> SourceRules.check(stream.url(), settings));
        } catch (MeshException wrong) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, wrong);
        }
        LogConfig.apply(settings);
        Node node = start(parts.services(), settings, pictures);
        node.stopOnShutdown();
        put(streams, node.mesh());
        GatewayAddress address =
                GatewayAddress.of(settings).withMainPort(parts.gateway().ports().getFirst());
        say(ready(parts, node.mesh(), address).text());
        new CountDownLatch(1).await();
        return 0;
    }

    private static Node start(List<Service> services, Settings settings, EarlyPictureCodec pictures) {
        try {
            Node node = NodeLauncher.await(Node.start(services, settings, pictures));
            pictures.loaded();
            return node;
        } catch (MeshException fault) {
            throw new CommandFailure(ExitCode.NOT_STARTED, fault);
        }
    }

    private void put(List<StreamDescription> streams, Mesh mesh) {
        for (StreamDescription stream : streams) {
            try {
                NodeLauncher.await(mesh.directory().put(stream));
            } catch (MeshException refused) {
                // A stream that was kept from before may have the name of the default one, but not of one asked for.
                if (!sources.isEmpty() || refused.code() != FailureCode.CONFLICT) {
                    throw new CommandFailure(ExitCode.WRONG_INPUT, refused);
                }
            }
        }
    }

    private static ReadyBlock ready(Composition parts, Mesh mesh, GatewayAddress address) {
        return new ReadyBlock(
                NodeConfig.version(),
                address.baseUrl(),
                NodeLauncher.await(mesh.directory().list()),
                visionOf(parts.vision()));
    }

    /** Models load after the start; whoever reads the block wants to know whether they did. */
    private static Service.Health visionOf(VisionService vision) {
        NodeLauncher.await(vision.loaded()
                .timeout(MODELS_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty());
        return vision.health();
    }

    private void say(String text) {
        if (spec != null) {
            spec.commandLine().getOut().println(text);
        }
    }
}
