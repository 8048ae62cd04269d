package io.mediamesh.mesh;

import io.mediamesh.contracts.Quoted;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where other members may be: the hosts of the setting {@code cluster.members}. A name stands for all of its
 * addresses, as those of a headless service or of a scaled one of Compose. Looking them up blocks.
 */
final class MemberAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(MemberAddresses.class);
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?<host>[^\\s:\\[\\]]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>\\d{1,5}))?");
    private static final Pattern BARE_IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final String DNS_CACHE = "networkaddress.cache.ttl";
    private static final String DNS_CACHE_SECONDS = "5";
    private static final int PORTS_OF_A_MACHINE = 3;

    private final List<Place> places;
    private final Lookup lookup;
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    /** How a name becomes addresses. */
    interface Lookup {
        InetAddress[] of(String name) throws UnknownHostException;
    }

    /** A host with {@code :port} behind it, or nothing. */
    private record Place(String host, String port) {}

    /**
     * @param members each {@code host} or {@code host:port}, as {@link #words} gives them
     */
    MemberAddresses(List<String> members, Lookup lookup) {
        this.places = members.stream().map(MemberAddresses::place).toList();
        this.lookup = lookup;
    }

    /** Members that are separated by commas. */
    static List<String> words(String text) {
        List<String> words = Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
        words.forEach(MemberAddresses::place);
        return words;
    }

    /**
     * Keeps the JVM from believing for long in addresses that a name no longer has; only before the first look-up of
     * the process, and not where somebody set it.
     */
    static void keepLookupsShort() {
        if (Security.getProperty(DNS_CACHE) == null && System.getProperty("sun.net.inetaddr.ttl") == null) {
            Security.setProperty(DNS_CACHE, DNS_CACHE_SECONDS);
        }
    }

    /** The addresses as they are now. */
    List<InetAddress> addresses() {
        return places.stream()
                .flatMap(place -> Arrays.stream(resolve(place.host)))
                .distinct()
                .toList();
    }

    /**
     * The addresses as they are now, each with a port; IPv6 in brackets. Where none was given it is the usual one, on this
     * machine also those behind it. Hazelcast would try three everywhere, and after a cut spend five seconds on each that
     * nobody listens on.
     *
     * @param host the address of this member
     * @param port the first one that a member takes
     */
    List<String> current(String host, int port) {
        Set<String> all = new LinkedHashSet<>();
        for (Place place : places) {
            for (InetAddress address : resolve(place.host)) {
                String text = address.getHostAddress();
                String shown = text.contains(":") ? "[" + text + "]" : text;
                boolean here = address.isLoopbackAddress() || text.equals(host);
                if (place.port.isEmpty()) {
                    IntStream.range(port, port + (here ? PORTS_OF_A_MACHINE : 1))
                            .forEach(each -> all.add(shown + ":" + each));
                } else {
                    all.add(shown + place.port);
                }
            }
        }
        return List.copyOf(all);
    }

    private InetAddress[] resolve(String host) {
        try {
            InetAddress[] found = lookup.of(host);
            if (unknown.remove(host)) {
                LOG.info("the name {} of cluster.members has addresses now", Quoted.of(host));
            }
            return found;
        } catch (UnknownHostException none) {
            if (unknown.add(host)) {
                LOG.info(
                        "the name {} of cluster.members has no address yet; it is looked up again and again",
                        Quoted.of(host));
            }
            return new InetAddress[0];
        }
    }

    private static Place place(String word) {
        if (BARE_IPV6.matcher(word).matches()) {
            return new Place("[" + word + "]", "");
        }
        Matcher parts = HOST_AND_PORT.matcher(word);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a list of host or host:port");
        }
        String port = parts.group("port");
        if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535)) {
            throw new IllegalArgumentException("a list of host or host:port with ports from 1 to 65535");
        }
        return new Place(parts.group("host"), port == null ? "" : ":" + port);
    }
}
