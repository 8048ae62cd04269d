package io.mediamesh.ingest.livekit;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import livekit.LivekitModels;

/** Who is in the room, as the server tells it, without us. Belongs to the room's thread. */
final class Roster {
    private final Optional<String> only;
    private final Map<String, Guest> guests = new HashMap<>();
    private String ownSid = "";

    /** A room in which nobody but the one with this identity counts, where there is one. */
    Roster(Optional<String> only) {
        this.only = only;
    }

    /** We have joined; these were there before. */
    void joined(String sid, Collection<LivekitModels.ParticipantInfo> others) {
        ownSid = sid;
        guests.clear();
        update(others);
    }

    /** What the server tells is the whole state of some participants. */
    void update(Collection<LivekitModels.ParticipantInfo> infos) {
        for (LivekitModels.ParticipantInfo info : infos) {
            if (info.getSid().equals(ownSid)
                    || only.filter(name -> !name.equals(info.getIdentity())).isPresent()) {
                continue;
            }
            if (info.getState() != LivekitModels.ParticipantInfo.State.DISCONNECTED) {
                guests.put(info.getIdentity(), Guest.of(info));
            } else {
                // Who comes back is a new participant under the old name, and word of the old one may come later.
                guests.computeIfPresent(
                        info.getIdentity(), (name, known) -> known.sid().equals(info.getSid()) ? null : known);
            }
        }
    }

    /** Those who publish, who came first first. */
    List<Guest> publishing() {
        return guests.values().stream()
                .filter(Guest::publishes)
                .sorted(Guest.BY_ARRIVAL)
                .toList();
    }

    /** The ids of the tracks of shared screens. */
    Set<String> sharedTracks() {
        return guests.values().stream()
                .flatMap(guest -> guest.tracks().stream())
                .filter(Guest.Track::isShared)
                .map(Guest.Track::sid)
                .collect(Collectors.toSet());
    }

    /** How many there are besides us. */
    int size() {
        return guests.size();
    }

    Optional<Guest> bySid(String sid) {
        return guests.values().stream().filter(guest -> guest.sid().equals(sid)).findFirst();
    }
}
