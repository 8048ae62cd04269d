package io.mediamesh.ingest.livekit;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import livekit.LivekitRtc;

/** Which track is in which section of an offer. */
final class OfferedTracks {
    private static final Pattern OWN_STREAM =
            Pattern.compile("^(a=(?:ssrc:\\d+ )?msid:)([^ |]+)\\|(TR_[^ |]+) ", Pattern.MULTILINE);

    private OfferedTracks() {}

    /**
     * Track ids by the name of the section (RFC 5888, mid), of sections in which something is sent. The server tells
     * them beside the offer; where it does not, they stand in it (RFC 8830, msid).
     */
    static Map<String, String> bySection(LivekitRtc.SessionDescription offer) {
        Map<String, String> found = new HashMap<>();
        String mid = "";
        String track = "";
        boolean sends = false;
        for (String line : (offer.getSdp() + "\nm=").split("\r?\n", -1)) {
            if (line.startsWith("m=")) {
                if (sends && !track.isEmpty()) {
                    found.put(mid, track);
                }
                mid = "";
                track = "";
                sends = true;
            } else if (line.startsWith("a=mid:")) {
                mid = line.substring("a=mid:".length()).strip();
                track = offer.getMidToTrackIdOrDefault(mid, track);
            } else if (line.startsWith("a=msid:") && track.isEmpty()) {
                String[] words = line.substring("a=msid:".length()).strip().split(" ", 2);
                track = words.length > 1 ? words[1].strip() : "";
            } else if (line.equals("a=inactive") || line.equals("a=recvonly")) {
                sends = false;
            }
        }
        return found;
    }

    /**
     * The offer with all tracks of a participant in one media stream, those of a shared screen in another: libwebrtc
     * keeps pictures and sound together that are of one stream, and the server offers each track in a stream of its own
     * ({@code PA_…|TR_…}), unless who publishes has named one.
     *
     * @param shared the ids of tracks of shared screens
     */
    static String grouped(String sdp, Set<String> shared) {
        return OWN_STREAM
                .matcher(sdp)
                .replaceAll(found ->
                        found.group(1) + found.group(2) + (shared.contains(found.group(3)) ? "|screen " : " "));
    }
}
