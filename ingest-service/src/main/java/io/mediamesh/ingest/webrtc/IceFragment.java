package io.mediamesh.ingest.webrtc;

import io.mediamesh.contracts.MeshException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client tells of its ICE agent after the offer (application/trickle-ice-sdpfrag, RFC 8840).
 *
 * @param ufrag empty where it is not told
 * @param pwd empty where it is not told
 * @param candidates in order
 */
record IceFragment(String ufrag, String pwd, List<Candidate> candidates) {
    private static final int MAX_CHARS = 50_000;
    private static final int MAX_CANDIDATES = 200;

    /** A candidate of the section with this tag. */
    record Candidate(String mid, String line) {}

    /** Copies the candidates. */
    IceFragment {
        candidates = List.copyOf(candidates);
    }

    /**
     * Reads a fragment.
     *
     * @throws MeshException {@link io.mediamesh.contracts.FailureCode#INVALID}
     */
    static IceFragment parse(String text) {
        if (text.length() > MAX_CHARS) {
            throw wrong("it has more than " + MAX_CHARS + " characters");
        }
        String ufrag = "";
        String pwd = "";
        String mid = "";
        List<Candidate> candidates = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("a=ice-ufrag:")) {
                ufrag = line.substring(12).strip();
            } else if (line.startsWith("a=ice-pwd:")) {
                pwd = line.substring(10).strip();
            } else if (line.startsWith("a=mid:")) {
                mid = line.substring(6).strip();
            } else if (line.startsWith("a=candidate:")) {
                candidates.add(new Candidate(mid, line.substring(2)));
            } else if (!line.isEmpty() && !line.matches("[a-z]=.*")) {
                throw wrong("there is a line that is not of the form letter=value");
            }
        }
        if (candidates.size() > MAX_CANDIDATES) {
            throw wrong("it has more than " + MAX_CANDIDATES + " candidates");
        }
        if (ufrag.isEmpty() != pwd.isEmpty()) {
            throw wrong("a=ice-ufrag and a=ice-pwd belong together");
        }
        if (!ufrag.isEmpty() && !(ufrag.matches("[A-Za-z0-9+/]{4,256}") && pwd.matches("[A-Za-z0-9+/]{22,256}"))) {
            throw wrong("a=ice-ufrag has 4 to 256 and a=ice-pwd 22 to 256 letters, digits, '+' and '/'");
        }
        return new IceFragment(ufrag, pwd, candidates);
    }

    private static MeshException wrong(String why) {
        return MeshException.invalid("fragment", "the ICE fragment can't be used: " + why);
    }
}
