package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The whole product as a process of its own. */
@Tag("slow")
final class UpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern DASHBOARD = Pattern.compile("Dashboard +(http://\\S+/)");

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "the exit code tells of SIGTERM")
    void servesWhatItSaysAndEndsOnSigterm() throws Exception {
        Process up = up("0", "--source", "door=test:");
        URI dashboard = URI.create(waitForDashboard(up));
        assertThat(output()).contains("door  test:").contains("Detectors");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> streams = client.send(
                    HttpRequest.newBuilder(dashboard.resolve("api/v1/streams")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(streams.statusCode()).isEqualTo(200);
            assertThat(streams.body()).contains("\"door\"");
            HttpResponse<byte[]> picture = client.send(
                    HttpRequest.newBuilder(dashboard.resolve("api/v1/streams/door/snapshot.jpg"))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            // ISO/IEC 10918-1, B.1.1.3: every JPEG begins with the marker SOI.
            assertThat(picture.body()).startsWith(0xFF, 0xD8);
        }
        up.destroy();
        assertThat(up.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isEqualTo(143);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the holder of a port is found in Linux's /proc")
    void aPortInUseEndsItWithTheNameOfTheHolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process up = up(String.valueOf(taken.getLocalPort()));
            assertThat(up.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(up.exitValue()).as(output()).isEqualTo(6);
            assertThat(output())
                    .contains("port " + taken.getLocalPort())
                    .contains("process " + ProcessHandle.current().pid())
                    .contains("gateway.http.port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void theRehearsalTakesAPictureAndEndsWell() throws Exception {
        Process rehearsal = start(List.of("rehearse"), "0");
        assertThat(rehearsal.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(rehearsal.exitValue()).as(output()).isZero();
    }

    private Process up(String port, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("up"));
        command.addAll(List.of(arguments));
        return start(command, port);
    }

    private Process start(List<String> arguments, String port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir"),
                "-cp",
                System.getProperty("java.class.path"),
                StandaloneMain.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put("MEDIAMESH_GATEWAY_HTTP_PORT", port);
        builder.environment().put("MEDIAMESH_GATEWAY_HTTP_EXTRA_PORTS", "");
        for (String sound : List.of("WEBSOCKET", "TCP", "UDP", "SSE")) {
            builder.environment().put("MEDIAMESH_AUDIO_" + sound + "_PORT", "off");
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String waitForDashboard(Process up) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && !up.waitFor(50, TimeUnit.MILLISECONDS)) {
            Matcher line = DASHBOARD.matcher(output());
            if (line.find()) {
                return line.group(1);
            }
        }
        throw new AssertionError("it did not get ready: " + output());
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }
}
