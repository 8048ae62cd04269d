package io.mediamesh.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Containers of the services on a network of their own, by docker's command. */
final class ContainerMesh implements AutoCloseable {
    private static final String PREFIX = "mediamesh-bench-";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long RETRY_MILLIS = 20;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();

    private final Lab lab;
    private final List<Container> open = new ArrayList<>();

    private ContainerMesh(Lab lab) {
        this.lab = lab;
    }

    static ContainerMesh open(Lab lab) throws IOException {
        docker("network", "create", PREFIX + "network");
        return new ContainerMesh(lab);
    }

    /** Starts a container as an operator is advised to; it joins the one that was started first. */
    Container start(String service, String name) throws IOException {
        long begin = System.nanoTime();
        String id = docker(
                "run",
                "--detach",
                "--name",
                PREFIX + name,
                "--network",
                PREFIX + "network",
                "--read-only",
                "--tmpfs",
                "/tmp:exec",
                "--cap-drop",
                "ALL",
                "--memory",
                "768m",
                "--env",
                "MEDIAMESH_CLUSTER_MEMBERS=" + PREFIX + "first",
                "--env",
                "MEDIAMESH_AUTH=none",
                image(service));
        String address = docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", id);
        Container container = new Container(id, URI.create("http://" + address + ":8081/health/ready"), begin);
        open.add(container);
        return container;
    }

    private static String image(String service) {
        return "mediamesh/" + service + ":latest";
    }

    long imageBytes(String service) throws IOException {
        return Long.parseLong(docker("image", "inspect", "--format", "{{.Size}}", image(service)));
    }

    @Override
    public void close() throws IOException {
        for (Container container : List.copyOf(open)) {
            container.close();
        }
        docker("network", "rm", PREFIX + "network");
    }

    /** One of them. */
    final class Container implements AutoCloseable {
        private final String id;
        private final URI ready;
        private final long beginNanos;

        private Container(String id, URI ready, long beginNanos) {
            this.id = id;
            this.ready = ready;
            this.beginNanos = beginNanos;
        }

        /** Waits until it takes work; the seconds since it was started. */
        double awaitReady() throws InterruptedException {
            HttpRequest question =
                    HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(1)).build();
            while (System.nanoTime() - beginNanos < PATIENCE.toNanos()) {
                try {
                    if (HTTP.send(question, BodyHandlers.discarding()).statusCode() == 200) {
                        return (System.nanoTime() - beginNanos) / 1e9;
                    }
                } catch (IOException notYet) {
                    // The port is not open yet.
                }
                lab.pause(RETRY_MILLIS);
            }
            throw new IllegalStateException("a container is not ready after " + PATIENCE.toSeconds() + " s");
        }

        long residentBytes() throws IOException {
            return ProcFs.residentBytesOf(docker("exec", id, "cat", "/proc/1/status"));
        }

        @Override
        public void close() throws IOException {
            if (open.remove(this)) {
                docker("rm", "--force", "--volumes", id);
            }
        }
    }

    private static String docker(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("docker " + arguments[0] + ": " + told);
            }
            return told;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("docker " + arguments[0] + " was interrupted", interrupted);
        }
    }
}
