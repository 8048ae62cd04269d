package io.mediamesh.ingest.webrtc;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our answer as clients get it. libwebrtc listens on all addresses of the machine with one socket and names only the
 * one of the default route, so its host candidates are multiplied by the addresses that clients shall use.
 */
final class SdpAnswer {
    private static final Pattern HOST_CANDIDATE =
            Pattern.compile("a=candidate:(\\S+) (\\d+) (?i:udp) (\\d+) (\\S+) (\\d+) typ host(.*)");

    /** Type preference 126, local preference 65535, component 1 (RFC 8445, section 5.1.2.1). */
    private static final long HOST_PRIORITY = (126L << 24) + (65_535L << 8) + 255;

    private SdpAnswer() {}

    /**
     * The description with its host candidates at these addresses; what is not UDP over IPv4 goes.
     *
     * @param port where we listen, for a machine without a default route, of which libwebrtc names no address at all; 0
     *     where it is not known
     */
    static String advertising(String sdp, List<String> addresses, int port) {
        List<String> lines = sdp.lines().toList();
        boolean nameless =
                lines.stream().noneMatch(line -> HOST_CANDIDATE.matcher(line).matches());
        StringBuilder text = new StringBuilder();
        for (String line : rewritten(nameless && port != 0 ? withHost(lines, port) : lines, addresses)) {
            text.append(line).append("\r\n");
        }
        return text.toString();
    }

    /** Each section with a candidate at our port, the address of which is still to be replaced. */
    private static List<String> withHost(List<String> lines, int port) {
        List<String> result = new ArrayList<>();
        for (String line : lines) {
            result.add(line);
            if (line.startsWith("a=ice-ufrag:")) {
                result.add("a=candidate:1 1 udp " + HOST_PRIORITY + " 0.0.0.0 " + port + " typ host");
            }
        }
        return result;
    }

    /** The ICE part of the description, as a fragment (RFC 8840, section 9). */
    static String iceFragment(String sdp) {
        StringBuilder text = new StringBuilder();
        boolean inMedia = false;
        for (String line : sdp.lines().toList()) {
            if (line.startsWith("m=")) {
                if (inMedia) {
                    // All sections share the transport of the first (RFC 9143).
                    break;
                }
                inMedia = true;
                text.append(line).append("\r\n");
            } else if (line.startsWith("a=mid:")
                    || line.startsWith("a=ice-ufrag:")
                    || line.startsWith("a=ice-pwd:")
                    || line.startsWith("a=candidate:")) {
                text.append(line).append("\r\n");
            }
        }
        return text.append("a=end-of-candidates\r\n").toString();
    }

    private static List<String> rewritten(List<String> lines, List<String> addresses) {
        List<String> result = new ArrayList<>();
        for (String line : lines) {
            if (!line.startsWith("a=candidate:")) {
                result.add(line);
                continue;
            }
            Matcher host = HOST_CANDIDATE.matcher(line);
            if (host.matches()) {
                if (host.group(4).indexOf(':') < 0) {
                    multiply(host, addresses, result);
                }
            } else if (line.contains(" udp ") || line.contains(" UDP ")) {
                result.add(line);
            }
        }
        return result;
    }

    private static void multiply(Matcher host, List<String> addresses, List<String> result) {
        long priority = Long.parseLong(host.group(3));
        for (int index = 0; index < addresses.size(); index++) {
            // The local preference, 16 bits from bit 8 on, tells which address is tried first (RFC 8445, 5.1.2.1).
            long lowered = Math.max(1, priority - ((long) index << 8));
            result.add("a=candidate:" + host.group(1) + index + " " + host.group(2) + " udp " + lowered + " "
                    + addresses.get(index) + " " + host.group(5) + " typ host" + host.group(6));
        }
    }
}
