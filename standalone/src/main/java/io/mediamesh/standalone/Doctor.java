package io.mediamesh.standalone;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.mesh.ExitCode;
import io.mediamesh.mesh.LogConfig;
import io.mediamesh.mesh.NodeConfig;
import io.mediamesh.mesh.NodeLauncher;
import io.mediamesh.mesh.Settings;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at what the product needs of this machine, and says what to do where something is missing. */
@Command(
        name = "doctor",
        description = "Check JDK, native libraries, ports, disk, addresses and clock; or a cluster that runs.",
        mixinStandardHelpOptions = true)
final class Doctor implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:MEDIAMESH_CONFIG}",
            description = "Settings in YAML; else ./mediamesh.yaml where there is one.")
    private @Nullable Path config;

    @Option(
            names = "--cluster",
            description = "Look at the members of the running cluster instead: versions, services, clocks, ports.")
    private boolean cluster;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "Any gateway of the cluster; else the one that the settings describe. Only with --cluster.")
    private @Nullable URI gateway;

    @Override
    public Integer call() {
        Check clock = new ClockCheck();
        Settings settings;
        try {
            settings = NodeLauncher.settings(
                    Composition.create().settings(), Optional.ofNullable(config), NodeLauncher.environment());
        } catch (MeshException wrong) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, wrong);
        }
        LogConfig.apply(settings);
        GatewayAddress address = GatewayAddress.of(settings);
        if (cluster) {
            URI asked = gateway == null ? URI.create(address.baseUrl()) : checked(gateway);
            return report(new ClusterCheck(asked).findings(), "The cluster is well.");
        }
        if (gateway != null) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, "--gateway needs --cluster");
        }
        List<Check> checks = List.of(
                new JdkCheck(),
                new NativeLibraryCheck(),
                new PortCheck(address),
                new DiskCheck(Path.of(settings.get(NodeConfig.DATA_DIR)), NodeConfig.DATA_DIR.key()),
                new AddressCheck(address.host(), address.mainPort(), GatewayAddress.HOST),
                new WebRtcAddressCheck(settings),
                new RecorderCheck(settings),
                clock);
        return report(
                checks.stream().flatMap(check -> check.findings().stream()).toList(),
                "Everything that is needed is there.");
    }

    private static URI checked(URI address) {
        String scheme = address.getScheme();
        if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new CommandFailure(
                    ExitCode.WRONG_INPUT, "--gateway must be an address like http://10.0.0.11:8080/, not " + address);
        }
        return address;
    }

    private int report(List<Finding> findings, String good) {
        long bad = findings.stream()
                .filter(finding -> finding.level() == Finding.Level.BAD)
                .count();
        if (spec != null) {
            PrintWriter out = spec.commandLine().getOut();
            findings.forEach(finding -> out.println(finding.line()));
            out.println();
            out.println(bad == 0 ? good : "Not ready: " + bad + " of these must be put right.");
        }
        return bad == 0 ? 0 : ExitCode.FAILED;
    }
}
