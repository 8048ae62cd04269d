package io.mediamesh.standalone;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.mesh.ExitCode;
import io.mediamesh.mesh.NodeLauncher;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.ServiceProcess;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Starts one service in this process, a member of a mesh, and stays until the process is asked to end. */
@Command(
        name = "service",
        description = "Start one service as a process of its own, a member of a mesh.",
        mixinStandardHelpOptions = true)
final class ServiceCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            arity = "1",
            description = "The service: ingest, vision, tracking, audio, recorder or gateway.")
    private String name = "";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:MEDIAMESH_CONFIG}",
            description =
                    "Settings in YAML, which may be the same for all services; else ./mediamesh.yaml where there is"
                            + " one.")
    private @Nullable Path config;

    @Override
    public Integer call() throws InterruptedException {
        Composition parts = Composition.create();
        Service service = chosen(parts.services());
        Settings settings;
        try {
            settings = ServiceProcess.settings(
                    service,
                    parts.settings().stream().map(Setting::key).toList(),
                    Optional.ofNullable(config),
                    NodeLauncher.environment());
        } catch (MeshException wrong) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, wrong);
        }
        // Sound has no pictures, and the library for them takes its time and memory.
        PictureCodec pictures = service == parts.audio() ? PictureCodec.NONE : new OpenCvPictureCodec();
        try {
            ServiceProcess.serve(service, settings, pictures);
        } catch (MeshException fault) {
            throw new CommandFailure(ExitCode.NOT_STARTED, fault);
        }
        new CountDownLatch(1).await();
        return 0;
    }

    private Service chosen(List<Service> services) {
        return services.stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandLine.ParameterException(
                        spec == null ? new CommandLine(this) : spec.commandLine(),
                        "there is no service '" + name + "', but "
                                + services.stream().map(Service::name).collect(Collectors.joining(", "))));
    }
}
