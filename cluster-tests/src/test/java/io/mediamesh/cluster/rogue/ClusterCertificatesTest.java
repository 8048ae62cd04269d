package io.mediamesh.cluster.rogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.mesh.Node;
import io.mediamesh.mesh.Settings;
import io.mediamesh.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What operators do to certificates, right and wrong. Those that are wrong are OpenSSL's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterCertificatesTest {
    private final Path folder;
    private final Certificates certificates;

    ClusterCertificatesTest(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.certificates = Certificates.create(folder.resolve("certificates"), "north", "south");
    }

    /** The message with which a start is refused. */
    private static String refusal(Map<String, String> settings) {
        Map<String, String> values = new HashMap<>(settings);
        values.put("cluster.enabled", "true");
        values.put("cluster.port", "25960");
        Throwable failure = Await.failure(
                Node.start(List.of(), Settings.of(Node.settingsOf(List.of()), values), PictureCodec.NONE));
        assertThat(failure).isInstanceOf(MeshException.class);
        return String.valueOf(failure.getMessage());
    }

    private String refusalWith(String setting, Path file) {
        Map<String, String> settings = new HashMap<>(certificates.settings("north"));
        settings.put(setting, file.toString());
        return refusal(settings);
    }

    /** A certificate of the same authority for north's key that the script would not make. */
    private Path signed(String name, int days, String extensions) throws IOException, InterruptedException {
        Path extensionsFile = Files.writeString(folder.resolve(name + ".extensions"), extensions);
        Path request = folder.resolve(name + ".csr");
        Path certificate = folder.resolve(name + ".crt");
        Path authority = folder.resolve("certificates");
        assertThat(Certificates.run(List.of(
                                "openssl",
                                "req",
                                "-new",
                                "-key",
                                certificates.file("north", "tls.key").toString(),
                                "-subj",
                                "/CN=" + name,
                                "-out",
                                request.toString()))
                        .exitCode())
                .isZero();
        Certificates.Said said = Certificates.run(List.of(
                "openssl",
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-CA",
                authority.resolve("ca.crt").toString(),
                "-CAkey",
                authority.resolve("ca.key").toString(),
                "-days",
                String.valueOf(days),
                "-extfile",
                extensionsFile.toString(),
                "-out",
                certificate.toString()));
        assertThat(said.exitCode()).as(said.output()).isZero();
        return certificate;
    }

    @Test
    void aPartOfTheSettingsIsRefusedNamingTheOthers() {
        assertThat(refusal(Map.of(
                        "cluster.tls.key", certificates.file("north", "tls.key").toString())))
                .contains("not set: cluster.tls.certificate, cluster.tls.trust");
    }

    @Test
    void aFileThatIsMissingOrEmptyOrSomethingElseIsNamed() throws IOException {
        Path absent = folder.resolve("absent.pem");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path text = Files.writeString(folder.resolve("text.pem"), "not a certificate\n");
        for (String setting : List.of("cluster.tls.certificate", "cluster.tls.key", "cluster.tls.trust")) {
            assertThat(refusalWith(setting, absent))
                    .contains(absent + " of the setting " + setting + " does not exist");
            assertThat(refusalWith(setting, empty)).contains(empty + " of the setting " + setting + " is empty");
            assertThat(refusalWith(setting, text)).contains(text + " of the setting " + setting, "PEM form");
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        Path other = certificates.file("south", "tls.key");
        assertThat(refusalWith("cluster.tls.key", other))
                .contains(other + " of the setting cluster.tls.key is not the key of the certificate in");
    }

    @Test
    void aCertificateThatHasExpiredIsRefused() throws IOException, InterruptedException {
        Path expired = signed("expired", -1, "extendedKeyUsage = serverAuth, clientAuth\n");
        assertThat(refusalWith("cluster.tls.certificate", expired)).contains(expired.toString(), "has expired at");
    }

    @Test
    void aCertificateForOneEndOfAConnectionIsRefused() throws IOException, InterruptedException {
        Path server = signed("server", 10, "extendedKeyUsage = serverAuth\n");
        assertThat(refusalWith("cluster.tls.certificate", server))
                .contains(server.toString(), "may not be used as clientAuth (TLS client)");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws IOException, InterruptedException {
        Certificates others = Certificates.create(folder.resolve("others"), "east");
        assertThat(refusalWith("cluster.tls.trust", others.file("east", "ca.crt")))
                .contains(
                        certificates.file("north", "tls.crt")
                                + " of the setting cluster.tls.certificate is not accepted",
                        others.file("east", "ca.crt").toString());
    }

    @Test
    void theScriptOverwritesNothingAndKeepsKeysToTheirOwner() throws IOException, InterruptedException {
        String before = certificates.text("north", "tls.crt");
        Path made = folder.resolve("certificates");
        Certificates.Said again = Certificates.script(List.of("create", made.toString(), "west", "north"));
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.output()).contains("north is there; nothing is overwritten");
        assertThat(made.resolve("west")).doesNotExist();
        assertThat(certificates.text("north", "tls.crt")).isEqualTo(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificates.file("north", "tls.key"))))
                .isEqualTo("rw-------");
        assertThat(Certificates.script(List.of("create", made.toString(), "No Name"))
                        .exitCode())
                .isEqualTo(2);
        assertThat(Certificates.script(List.of("create", made.toString())).exitCode())
                .isEqualTo(2);
    }

    @Test
    void theScriptPrintsSecretsWithTheFilesAsTheyAre() throws IOException, InterruptedException {
        Certificates.Said said = Certificates.script(
                List.of("secrets", folder.resolve("certificates").toString(), "north"));
        assertThat(said.exitCode()).as(said.output()).isZero();
        assertThat(said.output()).contains("name: mediamesh-north-tls", "type: kubernetes.io/tls");
        for (String file : List.of("tls.crt", "tls.key", "ca.crt")) {
            String encoded = Base64.getEncoder()
                    .encodeToString(certificates.text("north", file).getBytes(StandardCharsets.UTF_8));
            assertThat(said.output()).contains("  " + file + ": " + encoded + "\n");
        }
    }
}
