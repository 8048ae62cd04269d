package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.MeshException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An offer of a client (RFC 8866, RFC 8829), checked as far as is needed to refuse what can't work with a message for
 * a person, before libwebrtc sees it. Immutable.
 */
final class SdpOffer {
    static final int MAX_CHARS = 200_000;
    private static final int MAX_LINES = 4_000;
    private static final int MAX_SECTIONS = 32;
    private static final Pattern LINE = Pattern.compile("[a-z]=.*");
    private static final Pattern MEDIA = Pattern.compile("m=(\\S+) (\\d{1,5})(?:/\\d{1,5})? (\\S+)((?: \\S+)+)");
    private static final Pattern RTPMAP = Pattern.compile("a=rtpmap:(\\d{1,3}) ([^/\\s]+)/.*");

    /** A part of the description that begins with an m-line. */
    private record Section(String kind, List<String> lines) {
        boolean sends() {
            return lines.stream().noneMatch(line -> line.equals("a=recvonly") || line.equals("a=inactive"));
        }

        boolean receives() {
            return lines.stream().noneMatch(line -> line.equals("a=sendonly") || line.equals("a=inactive"));
        }

        boolean isRejected() {
            return lines.getFirst().matches("m=\\S+ 0 .*")
                    && lines.stream().noneMatch(line -> line.equals("a=bundle-only"));
        }
    }

    private final List<String> session;
    private final List<Section> sections;

    private SdpOffer(List<String> session, List<Section> sections) {
        this.session = session;
        this.sections = sections;
    }

    /**
     * Takes an offer apart.
     *
     * @throws MeshException {@link io.mediamesh.contracts.FailureCode#INVALID} of the field {@code sdp}
     */
    static SdpOffer parse(String sdp) {
        if (sdp.length() > MAX_CHARS) {
            throw wrong("it has more than " + MAX_CHARS + " characters");
        }
        List<String> lines = sdp.lines().toList();
        if (lines.size() > MAX_LINES) {
            throw wrong("it has more than " + MAX_LINES + " lines");
        }
        if (lines.isEmpty() || !lines.getFirst().equals("v=0")) {
            throw wrong("it must begin with the line v=0");
        }
        List<String> session = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        for (int index = 0; index < lines.size(); index++) {
            String line = lines.get(index);
            if (line.isEmpty() && index == lines.size() - 1) {
                break;
            }
            if (!LINE.matcher(line).matches() || line.chars().anyMatch(Character::isISOControl)) {
                throw wrong("line " + (index + 1) + " is not of the form letter=value");
            }
            if (line.startsWith("m=")) {
                sections.add(section(line, index));
            }
            (sections.isEmpty() ? session : sections.getLast().lines()).add(line);
        }
        if (sections.isEmpty()) {
            throw wrong("it offers no media: there is no m= line");
        }
        if (sections.size() > MAX_SECTIONS) {
            throw wrong("it has more than " + MAX_SECTIONS + " m= lines");
        }
        SdpOffer offer = new SdpOffer(List.copyOf(session), List.copyOf(sections));
        offer.checkTransport();
        return offer;
    }

    private static Section section(String line, int index) {
        Matcher media = MEDIA.matcher(line);
        if (!media.matches()) {
            throw wrong("line " + (index + 1) + " is not of the form m=media port protocol format");
        }
        return new Section(media.group(1), new ArrayList<>());
    }

    private void checkTransport() {
        for (String needed : List.of("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:")) {
            boolean everywhere =
                    has(session, needed) || sections.stream().anyMatch(section -> has(section.lines(), needed));
            if (!everywhere) {
                throw wrong("it has no line " + needed + " so that no secure connection can be made");
            }
        }
    }

    private static boolean has(List<String> lines, String beginning) {
        return lines.stream().anyMatch(line -> line.startsWith(beginning));
    }

    /** Whether the client wants to send video. */
    boolean sendsVideo() {
        return sections.stream().anyMatch(part -> part.kind().equals("video") && part.sends() && !part.isRejected());
    }

    /** Whether the client wants to send sound. */
    boolean sendsAudio() {
        return sections.stream().anyMatch(part -> part.kind().equals("audio") && part.sends() && !part.isRejected());
    }

    /** Whether the client wants to receive video. */
    boolean receivesVideo() {
        return sections.stream().anyMatch(part -> part.kind().equals("video") && part.receives() && !part.isRejected());
    }

    /** Whether the client wants to receive sound. */
    boolean receivesAudio() {
        return sections.stream().anyMatch(part -> part.kind().equals("audio") && part.receives() && !part.isRejected());
    }

    /** Identification tags of the m-lines, in order (RFC 9143); empty where a section has none. */
    List<String> mids() {
        return sections.stream()
                .map(section -> valueOf(section.lines(), "a=mid:"))
                .toList();
    }

    /** User name fragment of the client's ICE agent. */
    String iceUfrag() {
        return sections.stream()
                .map(section -> valueOf(section.lines(), "a=ice-ufrag:"))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElseGet(() -> valueOf(session, "a=ice-ufrag:"));
    }

    private static String valueOf(List<String> lines, String beginning) {
        return lines.stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()).strip())
                .findFirst()
                .orElse("");
    }

    /** The same offer with other ICE credentials and without candidates: a restart (RFC 8839, section 5.4). */
    SdpOffer restarted(String ufrag, String pwd) {
        return new SdpOffer(
                withCredentials(session, ufrag, pwd),
                sections.stream()
                        .map(section -> new Section(section.kind(), withCredentials(section.lines(), ufrag, pwd)))
                        .toList());
    }

    private static List<String> withCredentials(List<String> lines, String ufrag, String pwd) {
        return lines.stream()
                .filter(line -> !line.startsWith("a=candidate:") && !line.equals("a=end-of-candidates"))
                .map(line -> line.startsWith("a=ice-ufrag:") ? "a=ice-ufrag:" + ufrag : line)
                .map(line -> line.startsWith("a=ice-pwd:") ? "a=ice-pwd:" + pwd : line)
                .toList();
    }

    /**
     * The same offer with the video formats in this order of preference, which an answerer follows, and with a limit
     * of what may be sent to the client (RFC 3890).
     *
     * @param codecs encoding names in upper case; formats of others come last
     */
    SdpOffer preferring(List<String> codecs, int maxVideoBitsPerSecond) {
        return new SdpOffer(
                session,
                sections.stream()
                        .map(section -> section.kind().equals("video")
                                ? ordered(section, codecs, maxVideoBitsPerSecond)
                                : section)
                        .toList());
    }

    private static Section ordered(Section section, List<String> codecs, int maxBitsPerSecond) {
        Matcher media = MEDIA.matcher(section.lines().getFirst());
        if (!media.matches()) {
            return section;
        }
        Map<String, Integer> ranks = new HashMap<>();
        for (String line : section.lines()) {
            Matcher map = RTPMAP.matcher(line);
            if (map.matches()) {
                int rank = codecs.indexOf(map.group(2).toUpperCase(Locale.ROOT));
                ranks.put(map.group(1), rank < 0 ? codecs.size() : rank);
            }
        }
        List<String> formats = new ArrayList<>(List.of(media.group(4).strip().split(" ")));
        formats.sort(Comparator.comparing(format -> ranks.getOrDefault(format, codecs.size())));
        List<String> lines = new ArrayList<>(section.lines());
        lines.removeIf(line -> line.startsWith("b="));
        lines.set(0, lines.getFirst().substring(0, media.start(4)) + " " + String.join(" ", formats));
        int afterConnection = lines.size() > 1 && lines.get(1).startsWith("c=") ? 2 : 1;
        lines.add(afterConnection, "b=TIAS:" + maxBitsPerSecond);
        return new Section(section.kind(), List.copyOf(lines));
    }

    /** The description as text. */
    String text() {
        StringBuilder text = new StringBuilder();
        session.forEach(line -> text.append(line).append("\r\n"));
        sections.forEach(
                section -> section.lines().forEach(line -> text.append(line).append("\r\n")));
        return text.toString();
    }

    private static MeshException wrong(String why) {
        return MeshException.invalid("sdp", "the field sdp is not an offer that can be answered: " + why);
    }
}
