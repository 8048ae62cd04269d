package io.mediamesh.mesh;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * Mutual TLS on the event bus. Whoever has a certificate of the trusted authority is a member, and nobody else; names
 * in certificates are not compared with addresses, because members are known by addresses that come and go. So the
 * authority must issue certificates to members only. Files are read when a process starts.
 *
 * @param certificate PEM file of this member's certificate, and of those between it and the authority
 * @param key PEM file of its private key, without a password
 * @param trust PEM file of the authorities whose certificates make a member
 */
public record ClusterTls(Path certificate, Path key, Path trust) {
    static final Setting<String> CERTIFICATE = Setting.text(
            "cluster.tls.certificate",
            "",
            "PEM file of this member's certificate, followed by those between it and the authority. It switches mutual"
                    + " TLS on the event bus on, for which cluster.tls.key and cluster.tls.trust are needed too.");
    static final Setting<String> KEY = Setting.text(
            "cluster.tls.key", "", "PEM file of the private key of cluster.tls.certificate, without a password.");
    static final Setting<String> TRUST = Setting.text(
            "cluster.tls.trust",
            "",
            "PEM file of the authorities of the members' certificates. Whoever has a certificate of theirs is a member,"
                    + " so they must have issued none to others.");

    private static final String TLS_1_3 = "TLSv1.3";
    /** Shorter than requests wait, so that a peer that does not speak TLS fails them and does not hold them up. */
    private static final long HANDSHAKE_MILLIS = 2000;
    /** What a certificate may be used for, where it says so: a member is both. */
    private static final Map<String, String> USES = new LinkedHashMap<>(
            Map.of("1.3.6.1.5.5.7.3.1", "serverAuth (TLS server)", "1.3.6.1.5.5.7.3.2", "clientAuth (TLS client)"));

    /**
     * What the settings say; empty where none of the three is set.
     *
     * @throws MeshException naming those that are missing
     */
    static Optional<ClusterTls> of(Settings settings) {
        List<Setting<String>> three = List.of(CERTIFICATE, KEY, TRUST);
        List<String> missing = three.stream()
                .filter(setting -> settings.get(setting).isBlank())
                .map(Setting::key)
                .toList();
        if (missing.size() == three.size()) {
            return Optional.empty();
        }
        if (!missing.isEmpty()) {
            throw new MeshException(
                    FailureCode.FATAL,
                    "TLS on the event bus needs all of " + CERTIFICATE.key() + ", " + KEY.key() + " and " + TRUST.key()
                            + "; not set: " + String.join(", ", missing));
        }
        return Optional.of(new ClusterTls(
                Path.of(settings.get(CERTIFICATE)), Path.of(settings.get(KEY)), Path.of(settings.get(TRUST))));
    }

    /** Makes the bus speak TLS 1.3 with members only. */
    void applyTo(EventBusOptions bus) {
        bus.setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                // The bus trusts everybody unless it is told otherwise.
                .setTrustAll(false)
                .setSslHandshakeTimeout(HANDSHAKE_MILLIS)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeyCertOptions(keyAndCertificate())
                .setTrustOptions(authorities())
                .setEnabledSecureTransportProtocols(Set.of(TLS_1_3));
    }

    /**
     * Reads the files, as the bus will, and looks whether other members would accept them. Blocks.
     *
     * @return until when the certificate is valid
     * @throws MeshException {@link FailureCode#FATAL} naming the file and what is wrong with it
     */
    Instant check() {
        X509Certificate own = certificates(CERTIFICATE, certificate).getFirst();
        certificates(TRUST, trust);
        requireReadable(KEY, key);
        requireValidNow(own);
        requireUses(own);
        Vertx reader = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        try {
            X509KeyManager pair = keyManager(reader);
            List<X509Certificate> chain = chainOf(pair);
            requireMatch(own, privateKeyOf(pair));
            requireTrusted(reader, chain);
        } finally {
            reader.close();
        }
        warmUp();
        return own.getNotAfter().toInstant();
    }

    /** The first context of a process takes long on a busy machine, and the bus would make it on an event loop. */
    private static void warmUp() {
        try {
            SSLContext.getInstance(TLS_1_3).init(new KeyManager[0], new TrustManager[0], new SecureRandom());
        } catch (GeneralSecurityException absent) {
            throw new MeshException(
                    FailureCode.FATAL, "this Java cannot speak " + TLS_1_3 + ": " + absent.getMessage());
        }
    }

    private PemKeyCertOptions keyAndCertificate() {
        return new PemKeyCertOptions().addCertPath(certificate.toString()).addKeyPath(key.toString());
    }

    private PemTrustOptions authorities() {
        return new PemTrustOptions().addCertPath(trust.toString());
    }

    private static List<X509Certificate> certificates(Setting<String> setting, Path file) {
        requireReadable(setting, file);
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream pem = Files.newInputStream(file)) {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(pem)
                    .forEach(one -> found.add((X509Certificate) one));
        } catch (IOException | CertificateException broken) {
            throw wrong(setting, file, "is no certificate in PEM form: " + broken.getMessage());
        }
        if (found.isEmpty()) {
            throw wrong(setting, file, "has no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }
        return found;
    }

    private static void requireReadable(Setting<String> setting, Path file) {
        try (InputStream any = Files.newInputStream(file)) {
            if (any.read() < 0) {
                throw wrong(setting, file, "is empty");
            }
        } catch (NoSuchFileException absent) {
            throw wrong(setting, file, "does not exist");
        } catch (IOException unreadable) {
            throw wrong(setting, file, "cannot be read: " + unreadable.getMessage());
        }
    }

    private void requireValidNow(X509Certificate own) {
        try {
            own.checkValidity();
        } catch (CertificateExpiredException over) {
            throw wrong(
                    CERTIFICATE,
                    certificate,
                    "has expired at " + own.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException early) {
            throw wrong(
                    CERTIFICATE,
                    certificate,
                    "is valid from " + own.getNotBefore().toInstant() + " only; is the clock of this machine right?");
        }
    }

    private void requireUses(X509Certificate own) {
        List<String> allowed;
        try {
            allowed = own.getExtendedKeyUsage();
        } catch (CertificateException malformed) {
            throw wrong(CERTIFICATE, certificate, "has a malformed extended key usage: " + malformed.getMessage());
        }
        if (allowed != null) {
            List<String> missing = USES.entrySet().stream()
                    .filter(use -> !allowed.contains(use.getKey()))
                    .map(Map.Entry::getValue)
                    .sorted()
                    .toList();
            if (!missing.isEmpty()) {
                throw wrong(
                        CERTIFICATE,
                        certificate,
                        "may not be used as " + String.join(" and ", missing)
                                + "; a member needs both extended key usages");
            }
        }
    }

    private X509KeyManager keyManager(Vertx reader) {
        try {
            return (X509KeyManager)
                    keyAndCertificate().getKeyManagerFactory(reader).getKeyManagers()[0];
        } catch (Exception unusable) {
            throw wrong(
                    KEY,
                    key,
                    "is no private key in PEM form without a password (PKCS#8, or PKCS#1 for RSA): "
                            + unusable.getMessage());
        }
    }

    private static String aliasOf(X509KeyManager pair) {
        for (String type : List.of("EC", "RSA", "EdDSA", "Ed25519", "DSA")) {
            String[] aliases = pair.getServerAliases(type, null);
            if (aliases != null && aliases.length > 0) {
                return aliases[0];
            }
        }
        return "";
    }

    private List<X509Certificate> chainOf(X509KeyManager pair) {
        X509Certificate[] chain = pair.getCertificateChain(aliasOf(pair));
        if (chain == null) {
            throw wrong(CERTIFICATE, certificate, "has a kind of key that TLS does not use; take RSA or EC");
        }
        return List.of(chain);
    }

    private PrivateKey privateKeyOf(X509KeyManager pair) {
        PrivateKey own = pair.getPrivateKey(aliasOf(pair));
        if (own == null) {
            throw wrong(KEY, key, "has a kind of key that TLS does not use; take RSA or EC");
        }
        return own;
    }

    /** Signs with one and verifies with the other. */
    private void requireMatch(X509Certificate own, PrivateKey secret) {
        try {
            String algorithm =
                    switch (secret.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> "EdDSA";
                    };
            byte[] text = own.getSerialNumber().toByteArray();
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(secret);
            signing.update(text);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(own.getPublicKey());
            verifying.update(text);
            if (verifying.verify(signing.sign())) {
                return;
            }
        } catch (GeneralSecurityException different) {
            // told below: the keys are not even of one kind
        }
        throw wrong(KEY, key, "is not the key of the certificate in " + certificate);
    }

    /** As the members at both ends of a connection will look at it. */
    private void requireTrusted(Vertx reader, List<X509Certificate> chain) {
        X509Certificate[] presented = chain.toArray(X509Certificate[]::new);
        try {
            for (TrustManager manager :
                    authorities().getTrustManagerFactory(reader).getTrustManagers()) {
                if (manager instanceof X509TrustManager judge) {
                    judge.checkClientTrusted(presented, "UNKNOWN");
                    judge.checkServerTrusted(presented, "UNKNOWN");
                }
            }
        } catch (CertificateException refused) {
            throw wrong(
                    CERTIFICATE,
                    certificate,
                    "is not accepted by the authorities in " + trust + ": " + refused.getMessage());
        } catch (Exception unusable) {
            throw wrong(TRUST, trust, "cannot be used: " + unusable.getMessage());
        }
    }

    private static MeshException wrong(Setting<String> setting, Path file, String what) {
        return new MeshException(
                FailureCode.FATAL, "the file " + file + " of the setting " + setting.key() + " " + what);
    }
}
