package io.mediamesh.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How a client speaks to its server.
 *
 * @param bearerToken sent with every request, where the server asks for one; visible ASCII characters only
 * @param requestTimeout how long a request or the opening of a WebSocket waits for its answer, an hour at most
 */
public record ClientOptions(Optional<String> bearerToken, Duration requestTimeout) {
    /**
     * No token, 15 seconds: a server gives up an offer after 10, and what it then says should arrive.
     */
    public static final ClientOptions DEFAULT = new ClientOptions(Optional.empty(), Duration.ofSeconds(15));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the one that can't be right; the token itself is not shown
     */
    public ClientOptions {
        if (bearerToken.isPresent() && !isVisibleAscii(bearerToken.get())) {
            throw new IllegalArgumentException("bearerToken must have visible ASCII characters, and only those");
        }
        if (requestTimeout.compareTo(Duration.ofMillis(1)) < 0 || requestTimeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "requestTimeout must be between a millisecond and an hour, not " + requestTimeout);
        }
    }

    private static boolean isVisibleAscii(String token) {
        return !token.isEmpty() && token.chars().allMatch(character -> character > ' ' && character < 0x7f);
    }

    /** The same with this token. */
    public ClientOptions withBearerToken(String token) {
        return new ClientOptions(Optional.of(token), requestTimeout);
    }

    /** The same with this limit. */
    public ClientOptions withRequestTimeout(Duration limit) {
        return new ClientOptions(bearerToken, limit);
    }

    /** For logs, where a token has no place. */
    @Override
    public String toString() {
        return "ClientOptions[bearerToken=" + (bearerToken.isPresent() ? "***" : "none") + ", requestTimeout="
                + requestTimeout + "]";
    }
}
