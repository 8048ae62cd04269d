package io.mediamesh.cluster.kubernetes;

import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A real Kubernetes API server with its etcd, on loopback; without a kubelet, so that nothing is run. */
final class ApiServer implements AutoCloseable {
    private static final String TOKEN = "token-of-the-tests";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final int port = freePort();
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, JsonArray> resources = new ConcurrentHashMap<>();
    private HttpClient client = HttpClient.newHttpClient();

    private ApiServer(Path folder) {
        this.folder = folder;
    }

    /** Starts both and waits until the API answers. */
    static ApiServer start(Path folder) throws IOException, GeneralSecurityException {
        ApiServer server = new ApiServer(folder);
        try {
            server.run();
            return server;
        } catch (IOException | GeneralSecurityException | RuntimeException | Error failed) {
            server.close();
            throw failed;
        }
    }

    private void run() throws IOException, GeneralSecurityException {
        int etcd = freePort();
        int peer = freePort();
        spawn(
                "etcd",
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=http://127.0.0.1:" + etcd,
                "--advertise-client-urls=http://127.0.0.1:" + etcd,
                "--listen-peer-urls=http://127.0.0.1:" + peer,
                // What is written here need not survive.
                "--unsafe-no-fsync");
        Path key = serviceAccountKey();
        Path tokens = Files.writeString(folder.resolve("tokens.csv"), TOKEN + ",tester,tester,system:masters\n");
        Path certificates = Files.createDirectory(folder.resolve("certificates"));
        spawn(
                "kube-apiserver",
                "--etcd-servers=http://127.0.0.1:" + etcd,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + certificates,
                "--token-auth-file=" + tokens,
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.test",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                // Nobody here makes the service account `default` of a namespace.
                "--disable-admission-plugins=ServiceAccount");
        Path certificate = certificates.resolve("apiserver.crt");
        Await.until("the API server's certificate", LIMIT, () -> Files.exists(certificate));
        Await.until("the API server is ready", LIMIT, () -> isReady(certificate));
    }

    private static Path privateKeyFile(Path folder, byte[] encoded) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                folder.resolve("service-account.key"),
                "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    }

    private Path serviceAccountKey() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return privateKeyFile(folder, generator.generateKeyPair().getPrivate().getEncoded());
    }

    private void spawn(String program, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(KubernetesTools.file(program).toString()));
        command.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(program + ".log").toFile())
                .start());
    }

    private boolean isReady(Path certificate) {
        for (Process process : processes) {
            if (!process.isAlive()) {
                throw new AssertionError("ended: " + process.info().command() + logs());
            }
        }
        try {
            client = HttpClient.newBuilder().sslContext(trusting(certificate)).build();
            return get("/readyz").statusCode() == 200;
        } catch (UncheckedIOException | IOException | GeneralSecurityException notYet) {
            return false;
        }
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        for (String program : List.of("etcd", "kube-apiserver")) {
            try {
                String log = Files.readString(folder.resolve(program + ".log"));
                all.append('\n').append(log.substring(Math.max(0, log.length() - 3000)));
            } catch (IOException none) {
                all.append("\nno log of ").append(program);
            }
        }
        return all.toString();
    }

    private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(file)) {
            int index = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("server" + index++, certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    /** What the server says of an object; nothing is kept. */
    HttpResponse<String> tryOut(JsonObject object) {
        return apply(object, "&dryRun=All");
    }

    /** Applies an object, as {@code kubectl apply --server-side --validate=strict} does. */
    HttpResponse<String> apply(JsonObject object) {
        return apply(object, "");
    }

    private HttpResponse<String> apply(JsonObject object, String besides) {
        return send(HttpRequest.newBuilder(uri(pathOf(object) + "/" + Manifests.nameOf(object)
                        + "?fieldManager=tests&fieldValidation=Strict&force=true" + besides))
                .header("Content-Type", "application/apply-patch+yaml")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(object.encode())));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    private URI uri(String path) {
        return URI.create("https://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(
                    request.header("Authorization", "Bearer " + TOKEN)
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Where objects of its kind lie, as the server itself says. */
    private String pathOf(JsonObject object) {
        String version = object.getString("apiVersion");
        String base = (version.contains("/") ? "/apis/" : "/api/") + version;
        JsonObject resource = find(base, object.getString("kind"))
                .orElseThrow(
                        () -> new AssertionError("the server knows no " + object.getString("kind") + " of " + version));
        String namespace = object.getJsonObject("metadata").getString("namespace", "default");
        return base
                + (resource.getBoolean("namespaced") ? "/namespaces/" + namespace : "")
                + "/"
                + resource.getString("name");
    }

    /** Whether the server knows the kind. */
    boolean knows(String version, String kind) {
        String base = (version.contains("/") ? "/apis/" : "/api/") + version;
        return find(base, kind).isPresent();
    }

    /** A group that has been defined a moment ago may have a part of its kinds only, so what is missing is asked again. */
    private Optional<JsonObject> find(String base, String kind) {
        Optional<JsonObject> known = among(resources.getOrDefault(base, new JsonArray()), kind);
        if (known.isPresent()) {
            return known;
        }
        HttpResponse<String> answer = get(base);
        if (answer.statusCode() != 200) {
            return Optional.empty();
        }
        JsonArray all = new JsonObject(answer.body()).getJsonArray("resources");
        resources.put(base, all);
        return among(all, kind);
    }

    private static Optional<JsonObject> among(JsonArray resources, String kind) {
        return resources.stream()
                .map(JsonObject.class::cast)
                .filter(resource -> resource.getString("kind").equals(kind)
                        && !resource.getString("name").contains("/"))
                .findFirst();
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
