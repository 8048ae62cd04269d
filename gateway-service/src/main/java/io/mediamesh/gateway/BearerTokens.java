package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens with which clients may use WebRTC (RFC 6750). Without any, everybody may. */
final class BearerTokens {
    /** The form of a token in a header: token68 of RFC 9110, section 11.2. */
    static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final Pattern HEADER = Pattern.compile("Bearer +(" + SHAPE + ") *", Pattern.CASE_INSENSITIVE);

    private final List<byte[]> digests;

    BearerTokens(List<String> tokens) {
        this.digests = tokens.stream().map(BearerTokens::sha256).toList();
    }

    /**
     * Who sends the request.
     *
     * @return the SHA-256 of its token in hexadecimal digits; empty where it has none and needs none
     * @throws MeshException {@link FailureCode#UNAUTHORIZED}
     */
    String identify(HttpServerRequest request) {
        Optional<byte[]> digest = digestOf(request);
        if (!admits(digest)) {
            throw new MeshException(
                    FailureCode.UNAUTHORIZED,
                    digest.isEmpty()
                            ? "this needs a token: Authorization: Bearer …"
                            : "this token is not among those of the setting " + GatewayConfig.TOKENS.key(),
                    "Authorization");
        }
        return digest.map(HexFormat.of()::formatHex).orElse("");
    }

    /** Whether the request may be answered with what is for holders of a token only. */
    boolean admits(HttpServerRequest request) {
        return admits(digestOf(request));
    }

    /** All tokens are compared, each in a time that tells nothing of how alike they are. */
    private boolean admits(Optional<byte[]> digest) {
        boolean known = digests.isEmpty();
        if (digest.isPresent()) {
            for (byte[] allowed : digests) {
                known |= MessageDigest.isEqual(allowed, digest.get());
            }
        }
        return known;
    }

    private static Optional<byte[]> digestOf(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return Optional.empty();
        }
        Matcher bearer = HEADER.matcher(header);
        return bearer.matches() ? Optional.of(sha256(bearer.group(1))) : Optional.empty();
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
