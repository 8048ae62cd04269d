package io.mediamesh.ingest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers a server's challenge: Digest (RFC 7616, with qop auth or none) where it is offered, else Basic (RFC 7617). */
final class HttpAuthorization {
    private static final Pattern PARAMETER = Pattern.compile("([a-zA-Z]+)=(?:\"([^\"]*)\"|([^\\s,]+))");
    private static final SecureRandom RANDOM = new SecureRandom();

    private HttpAuthorization() {}

    /**
     * The value of the Authorization header for a GET.
     *
     * @param userInfo {@code user:password}, percent-encoded
     * @param challenges the WWW-Authenticate headers
     * @param uri path and query of the request
     */
    static Optional<String> answer(String userInfo, List<String> challenges, String uri) {
        if (userInfo.isEmpty()) {
            return Optional.empty();
        }
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
        for (String challenge : challenges) {
            if (challenge.toLowerCase(Locale.ROOT).startsWith("digest ")) {
                Optional<String> digest = digest(user, password, parameters(challenge), uri);
                if (digest.isPresent()) {
                    return digest;
                }
            }
        }
        for (String challenge : challenges) {
            if (challenge.toLowerCase(Locale.ROOT).startsWith("basic")) {
                byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
                return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> digest(String user, String password, Map<String, String> challenge, String uri) {
        String algorithm = challenge.getOrDefault("algorithm", "MD5");
        Optional<String> hash =
                switch (algorithm.toUpperCase(Locale.ROOT)) {
                    case "MD5" -> Optional.of("MD5");
                    case "SHA-256" -> Optional.of("SHA-256");
                    default -> Optional.empty();
                };
        if (hash.isEmpty()) {
            return Optional.empty();
        }
        String realm = challenge.getOrDefault("realm", "");
        String nonce = challenge.getOrDefault("nonce", "");
        boolean qop = List.of(challenge.getOrDefault("qop", "").split("\\s*,\\s*", -1))
                .contains("auth");
        String clientNonce = HexFormat.of().formatHex(randomBytes());
        String secret = hex(hash.get(), user + ":" + realm + ":" + password);
        String request = hex(hash.get(), "GET:" + uri);
        String response = hex(
                hash.get(), secret + ":" + nonce + (qop ? ":00000001:" + clientNonce + ":auth" : "") + ":" + request);
        StringBuilder header = new StringBuilder("Digest username=\"" + quotable(user) + "\", realm=\""
                + quotable(realm)
                + "\", nonce=\"" + quotable(nonce) + "\", uri=\"" + uri + "\", algorithm=" + algorithm + ", response=\""
                + response + "\"");
        if (qop) {
            header.append(", qop=auth, nc=00000001, cnonce=\"")
                    .append(clientNonce)
                    .append('"');
        }
        @Nullable String opaque = challenge.get("opaque");
        if (opaque != null) {
            header.append(", opaque=\"").append(quotable(opaque)).append('"');
        }
        return Optional.of(header.toString());
    }

    private static Map<String, String> parameters(String challenge) {
        Map<String, String> result = new HashMap<>();
        var matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            result.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return result;
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String hex(String algorithm, String text) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    private static String quotable(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }
}
