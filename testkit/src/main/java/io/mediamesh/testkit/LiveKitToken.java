package io.mediamesh.testkit;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens for LiveKit servers: JSON Web Tokens (RFC 7519) signed with HS256, made without LiveKit's own library. */
public final class LiveKitToken {
    private static final long VALID_SECONDS = 600;

    private LiveKitToken() {}

    /** A token of somebody who may do what the grants say, valid from now on for ten minutes. */
    public static String of(String identity, JsonObject grants) {
        return signed(new JsonObject()
                .put("iss", LiveKitServer.KEY)
                .put("sub", identity)
                .put("nbf", Instant.now().getEpochSecond() - 1)
                .put("exp", Instant.now().getEpochSecond() + VALID_SECONDS)
                .put("video", grants));
    }

    /** Somebody who may join a room, and publish in it. */
    public static String joining(String room, String identity) {
        return of(identity, new JsonObject().put("roomJoin", true).put("room", room));
    }

    /** The same token with another end. */
    public static String ending(String token, Instant end) {
        return signed(claims(token).put("exp", end.getEpochSecond()));
    }

    /** What a token says, unverified. */
    public static JsonObject claims(String token) {
        String payload = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
        return new JsonObject(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
    }

    private static String signed(JsonObject claims) {
        String text = encoded(bytes("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")) + "." + encoded(bytes(claims.encode()));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(LiveKitServer.SECRET), "HmacSHA256"));
            return text + "." + encoded(mac.doFinal(bytes(text)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
