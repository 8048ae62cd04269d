package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The services as processes of their own in one mesh on this machine. */
final class Members implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long POLL_MILLIS = 20;

    private final Lab lab;
    private final int basePort;
    private final int count;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** One process; {@code port} is that of its HTTP server if it is a gateway. */
    record Member(String name, Child child, int port) {
        String service() {
            return name.substring(0, name.indexOf('-'));
        }
    }

    private Members(Lab lab, int basePort, int count) {
        this.lab = lab;
        this.basePort = basePort;
        this.count = count;
    }

    /** Starts so many of each service and waits until all see each other. */
    static Members start(Lab lab, int each, List<String> services) throws IOException, InterruptedException {
        Members all = new Members(lab, Lab.freePort(), each * services.size());
        try {
            for (int number = 1; number <= each; number++) {
                for (String service : services) {
                    all.launch(service + "-" + number);
                    // All at once would be as many clusters first.
                    lab.pause(number == 1 && all.members.size() == 1 ? 2_000 : 0);
                }
            }
            all.awaitAll();
            return all;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            all.close();
            throw failure;
        }
    }

    private Member launch(String name) throws IOException {
        String service = name.substring(0, name.indexOf('-'));
        int port = Lab.freePort();
        String addresses = IntStream.range(basePort, basePort + count)
                .mapToObj(member -> "127.0.0.1:" + member)
                .collect(Collectors.joining(","));
        Map<String, String> environment = new HashMap<>();
        environment.put("MEDIAMESH_CLUSTER_ENABLED", "true");
        environment.put("MEDIAMESH_CLUSTER_NAME", "bench-" + basePort);
        environment.put("MEDIAMESH_CLUSTER_PORT", String.valueOf(basePort));
        environment.put("MEDIAMESH_CLUSTER_MEMBERS", addresses);
        environment.put("MEDIAMESH_NODE_NAME", name);
        environment.put(
                "MEDIAMESH_DATA_DIR", lab.scratch().resolve("data-" + name).toString());
        if (service.equals("gateway")) {
            environment.put("MEDIAMESH_GATEWAY_HTTP_PORT", String.valueOf(port));
            environment.put("MEDIAMESH_GATEWAY_HTTP_EXTRA_PORTS", "");
            for (String protocol : List.of("WEBSOCKET", "TCP", "UDP", "SSE")) {
                environment.put("MEDIAMESH_AUDIO_" + protocol + "_PORT", "off");
            }
        }
        if (service.equals("recorder")) {
            environment.put(
                    "MEDIAMESH_RECORDER_DIRECTORY",
                    lab.scratch().resolve("recordings").toString());
        }
        List<String> command = new ArrayList<>(Product.jvm());
        command.add("io.mediamesh." + service + "." + service.substring(0, 1).toUpperCase(Locale.ROOT)
                + service.substring(1) + "Main");
        Member member = new Member(name, Child.silent(lab, name, command, environment), port);
        members.put(name, member);
        return member;
    }

    /** Puts a new process in the place of one that has ended, and waits until all see it. */
    void replace(Member gone) throws IOException, InterruptedException {
        launch(gone.name());
        awaitAll();
    }

    List<Member> all() {
        return List.copyOf(members.values());
    }

    Member member(String name) {
        return Optional.ofNullable(members.get(name)).orElseThrow();
    }

    /** A gateway that is not the one of this name. */
    Member gatewayBesides(String name) {
        return members.values().stream()
                .filter(member ->
                        member.service().equals("gateway") && !member.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until every gateway is ready and sees everybody. */
    void awaitAll() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Member gateway : all()) {
            if (!gateway.service().equals("gateway")) {
                continue;
            }
            while (!sees(gateway, members.size())) {
                if (!gateway.child().isAlive() || System.nanoTime() > deadline) {
                    throw gateway.child().failure("does not see " + members.size() + " members");
                }
                lab.pause(POLL_MILLIS);
            }
        }
    }

    private boolean sees(Member gateway, int count) throws InterruptedException {
        return isReady(gateway)
                && get(gateway, "/api/v1/cluster")
                        .filter(cluster -> cluster.getInteger("count") == count)
                        .isPresent()
                // Members are there before their services are.
                && get(gateway, "/health")
                        .filter(health -> health.getJsonObject("services").stream()
                                .allMatch(service -> ((JsonObject) service.getValue()).getBoolean("ready", true)))
                        .isPresent();
    }

    /** Whether a load balancer would send requests to the gateway. */
    boolean isReady(Member gateway) throws InterruptedException {
        return status(gateway, "/health/ready") == 200;
    }

    /** The status of a GET; 0 where there was no answer. */
    int status(Member gateway, String path) throws InterruptedException {
        try {
            return http.send(request(gateway, path).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException nobody) {
            return 0;
        }
    }

    /** The JSON of a GET that is answered 200. */
    Optional<JsonObject> get(Member gateway, String path) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    http.send(request(gateway, path).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(new JsonObject(answer.body())) : Optional.empty();
        } catch (IOException nobody) {
            return Optional.empty();
        }
    }

    /** Sends JSON, which has to be answered with this status. */
    JsonObject send(Member gateway, String method, String path, JsonObject body, int expected)
            throws IOException, InterruptedException {
        HttpRequest request = request(gateway, path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw gateway.child()
                    .failure("answered " + answer.statusCode() + " to " + method + " " + path + ": " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    private static HttpRequest.Builder request(Member gateway, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    /** Makes a stream known. */
    void putStream(String id, String url) throws IOException, InterruptedException {
        send(
                gatewayBesides(""),
                "PUT",
                "/api/v1/streams/" + id,
                new JsonObject().put("source", new JsonObject().put("url", url)),
                201);
    }

    /** Who produces a topic. */
    Member producer(Member askedGateway, String stream, String topic) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<String> node = get(askedGateway, "/api/v1/topics")
                    .flatMap(all -> all.getJsonArray("topics").stream()
                            .map(JsonObject.class::cast)
                            .filter(one -> one.getString("stream").equals(stream)
                                    && one.getString("topic").equals(topic))
                            .map(one -> one.getString("node"))
                            .findFirst());
            Optional<JsonObject> cluster = get(askedGateway, "/api/v1/cluster");
            if (node.isPresent() && cluster.isPresent()) {
                for (Object member : cluster.get().getJsonArray("members")) {
                    JsonObject one = (JsonObject) member;
                    if (one.getString("id").equals(node.get())) {
                        return member(one.getString("name"));
                    }
                }
            }
            lab.pause(POLL_MILLIS);
        }
        throw askedGateway.child().failure("knows no producer of " + stream + "/" + topic);
    }

    /** Sends a signal to a process. */
    static void signal(Member member, String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(
                        "kill", "-" + signal, String.valueOf(member.child().pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -" + signal + " of " + member.name() + " failed");
        }
    }

    /** Waits until the process has ended. */
    void awaitEnd(Member member) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (member.child().isAlive()) {
            if (System.nanoTime() > deadline) {
                throw member.child().failure("does not end");
            }
            lab.pause(POLL_MILLIS);
        }
    }

    /** CPU time of all processes. */
    Duration cpuTime() throws IOException {
        Duration sum = Duration.ZERO;
        for (Member member : all()) {
            sum = sum.plus(ProcFs.cpuTime(member.child().pid()));
        }
        return sum;
    }

    @Override
    public void close() {
        members.values().forEach(member -> member.child().close());
        http.close();
    }
}
