package io.mediamesh.ingest.livekit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a LiveKit server may have us send: to the addresses at which we reached it, and to those at which sources are
 * allowed. Without this, whoever may name a server could have us send to machines of the private network. Belongs to
 * the room's thread.
 */
final class MediaAddresses {
    private static final int MOST_NAMED = 5;
    private static final int ADDRESS = 4;
    /** RFC 7064 and RFC 7065. */
    private static final Pattern ICE_SERVER =
            Pattern.compile("(stuns?|turns?):(\\[[0-9A-Fa-f:.]+]|[^:?\\[\\]]+)(:\\d{1,5})?(\\?.*)?");

    private final Predicate<InetAddress> allowed;
    private final Set<InetAddress> own;
    private final Set<String> refused = new TreeSet<>();

    /**
     * @param allowed whether sources may be at an address
     * @param own the addresses of the server itself, which are allowed
     */
    MediaAddresses(Predicate<InetAddress> allowed, Collection<InetAddress> own) {
        this.allowed = allowed;
        this.own = Set.copyOf(own);
    }

    /**
     * Whether a candidate (RFC 8839, section 5.1) has an address that is allowed. One with a name instead of an address
     * has none: libwebrtc would ask for it later, and might be told another address than we.
     */
    boolean permitsCandidate(String candidate) {
        String[] words = candidate.strip().split(" +", ADDRESS + 2);
        if (words.length <= ADDRESS) {
            return false;
        }
        try {
            return permits(InetAddress.ofLiteral(words[ADDRESS]));
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    /** The description without candidates that are not allowed. */
    String cleared(String sdp) {
        return Stream.of(sdp.split("(?<=\n)", -1))
                .filter(line -> !line.startsWith("a=candidate:") || permitsCandidate(line))
                .collect(Collectors.joining());
    }

    /**
     * An ICE server with the address that was found for it, where all that were found are allowed; with TLS with its
     * name, which the certificate has to fit. Blocks.
     */
    Optional<String> resolved(String url) {
        Matcher parts = ICE_SERVER.matcher(url);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            List<InetAddress> found =
                    List.of(InetAddress.getAllByName(parts.group(2).replaceAll("[\\[\\]]", "")));
            if (!found.stream().allMatch(this::permits)) {
                return Optional.empty();
            }
            String rest = orEmpty(parts.group(3)) + orEmpty(parts.group(4));
            return Optional.of(
                    parts.group(1).endsWith("s") ? url : parts.group(1) + ":" + literal(found.getFirst()) + rest);
        } catch (UnknownHostException notNow) {
            return Optional.empty();
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    private boolean permits(InetAddress address) {
        boolean permitted = own.contains(address) || allowed.test(address);
        if (!permitted && refused.size() < MOST_NAMED) {
            refused.add(address.getHostAddress());
        }
        return permitted;
    }

    /** Some of the addresses that were refused, for people; empty where none was. */
    String refused() {
        return String.join(", ", refused);
    }
}
