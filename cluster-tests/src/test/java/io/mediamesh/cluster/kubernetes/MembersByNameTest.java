package io.mediamesh.cluster.kubernetes;

import io.mediamesh.audio.AudioMain;
import io.mediamesh.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of their own that know each other by a name only, as pods know the headless service. The JDK's own hosts
 * file stands for the cluster's DNS.
 */
@Tag("slow")
final class MembersByNameTest {
    private static final int CLUSTER_PORT = 25_980;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAME = "mediamesh-members";

    private final Path folder;
    private final Path hosts;
    private final List<Process> processes = new ArrayList<>();

    MembersByNameTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private void start(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        AudioMain.class.getName())
                .directory(Files.createDirectory(folder.resolve(name)).toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(name));
        builder.environment()
                .putAll(Map.of(
                        "MEDIAMESH_CLUSTER_ENABLED",
                        "true",
                        "MEDIAMESH_CLUSTER_NAME",
                        "by-name",
                        "MEDIAMESH_CLUSTER_PORT",
                        String.valueOf(CLUSTER_PORT),
                        "MEDIAMESH_CLUSTER_MEMBERS",
                        NAME,
                        "MEDIAMESH_NODE_NAME",
                        name));
        processes.add(builder.start());
    }

    private File log(String name) {
        return folder.resolve(name + ".log").toFile();
    }

    private void awaitLine(String name, String line) {
        Await.until(name + " says: " + line, LIMIT, () -> said(name).contains(line));
    }

    private String said(String name) {
        try {
            return Files.readString(log(name).toPath());
        } catch (IOException nothingYet) {
            return "";
        }
    }

    /** As pods do that start before DNS knows them. */
    @Test
    void membersThatBeganAloneFindEachOtherOnceTheNameHasTheirAddresses() throws IOException {
        start("audio-a");
        start("audio-b");
        for (String name : List.of("audio-a", "audio-b")) {
            awaitLine(name, "the name \"" + NAME + "\" of cluster.members has no address yet");
            awaitLine(name, "ready: audio");
        }
        Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.1 " + NAME + "\n");
        awaitLine("audio-a", "member audio-b has joined");
        awaitLine("audio-b", "member audio-a has joined");

        start("audio-c");
        awaitLine("audio-c", "ready: audio");
        awaitLine("audio-a", "member audio-c has joined");
        awaitLine("audio-b", "member audio-c has joined");
    }
}
