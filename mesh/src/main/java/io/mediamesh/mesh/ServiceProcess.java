package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One service as a process of its own, a member of a cluster: the body of every service's main class. It stays until the
 * process is asked to end, and drains then.
 */
public final class ServiceProcess {
    /**
     * System property: a file with the keys of all settings of all services, one a line. A service knows only its own; with
     * the file all services can share one settings file and one environment, and what is misspelt is still found.
     */
    static final String KEYS_PROPERTY = "mediamesh.settings.keys";

    private ServiceProcess() {}

    /** Starts it, or ends the process with one of {@link ExitCode} and a sentence on standard error. */
    public static void run(String[] arguments, Service service, PictureCodec pictures) {
        Optional<Integer> end = start(List.of(arguments), service, pictures, System.out, System.err);
        end.ifPresent(System::exit);
    }

    /** The exit code where there is nothing to wait for; nothing where it serves. */
    static Optional<Integer> start(
            List<String> arguments, Service service, PictureCodec pictures, PrintStream out, PrintStream err) {
        Settings settings;
        try {
            Map<String, String> environment = NodeLauncher.environment();
            ServiceArguments given = ServiceArguments.parse(arguments, environment);
            if (given.help()) {
                out.print(usage(service));
                return Optional.of(0);
            }
            if (given.version()) {
                out.println("mediamesh " + NodeConfig.version());
                return Optional.of(0);
            }
            settings = settings(service, otherKeys(), given.file(), environment);
        } catch (MeshException wrong) {
            err.println("mediamesh: " + wrong.getMessage());
            return Optional.of(wrong.code() == FailureCode.INVALID ? ExitCode.WRONG_USAGE : ExitCode.WRONG_INPUT);
        }
        try {
            serve(service, settings, pictures);
            return Optional.empty();
        } catch (MeshException fault) {
            err.println("mediamesh: " + fault.getMessage());
            return Optional.of(ExitCode.NOT_STARTED);
        }
    }

    /**
     * The settings of a service that is on its own.
     *
     * @param others keys of the settings of other services, which may be set and are not looked at
     * @throws MeshException {@link FailureCode#FATAL} saying everything that is wrong with them, or that there is no cluster
     */
    public static Settings settings(
            Service service, Collection<String> others, Optional<Path> file, Map<String, String> environment) {
        Settings settings = NodeLauncher.settings(Node.settingsOf(List.of(service)), others, file, environment);
        if (!settings.get(ClusterConfig.ENABLED)) {
            throw new MeshException(
                    FailureCode.FATAL,
                    "the service " + service.name() + " works only together with the others: set "
                            + ClusterConfig.ENABLED.key() + " (" + ClusterConfig.ENABLED.environmentVariable()
                            + "=true) and, in " + ClusterConfig.MEMBERS.key()
                            + ", where they are; or run all of them in"
                            + " one process with ./mediamesh up");
        }
        return settings;
    }

    /**
     * Joins the cluster and serves, until the process is asked to end.
     *
     * @throws MeshException when it can't start
     */
    public static void serve(Service service, Settings settings, PictureCodec pictures) {
        LogConfig.apply(settings);
        NodeLauncher.await(Node.start(List.of(service), settings, pictures)).stopOnShutdown();
    }

    private static List<String> otherKeys() {
        String file = System.getProperty(KEYS_PROPERTY, "");
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException unreadable) {
            throw new MeshException(
                    FailureCode.FATAL,
                    "the list of all settings, " + file + ", can't be read: " + unreadable,
                    unreadable);
        }
    }

    private static String usage(Service service) {
        return """
                mediamesh %1$s: the service %1$s as a process of its own, a member of a mesh.

                  --config FILE  settings in YAML; else what MEDIAMESH_CONFIG names, or mediamesh.yaml of the working folder
                  --help         this text
                  --version      the version

                It needs cluster.enabled and cluster.members: docs/containers.md. SIGTERM drains and ends it.
                Exit codes: 2 wrong usage · 5 a setting is not right · 6 it could not start · 130/143 it was stopped
                """.formatted(service.name());
    }
}
