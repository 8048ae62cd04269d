package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.ingest.webrtc.MediaFeed;
import io.mediamesh.ingest.webrtc.MediaSink;
import io.mediamesh.ingest.webrtc.ReceivingPeer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import livekit.LivekitModels;
import livekit.LivekitRtc;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of a room is received, and who takes it. Belongs to the room's thread. */
final class RoomMedia {
    private static final Logger LOG = LoggerFactory.getLogger(RoomMedia.class);
    private static final int MOST_EARLY = 100;

    private final RoomAddress address;
    private final Rooms rooms;
    private final Guests guests;
    private final Room.Host host;
    private final Signalling signalling;
    private final Consumer<Word> tell;
    private final Runnable look;
    private final Roster roster;
    private final TakenTracks tracks;
    private final RoomMeters.Figures figures;
    private final SpeakerTurn speakers = new SpeakerTurn();
    private MainChoice choice = MainChoice.NOBODY;
    private MediaAddresses addresses;
    private int peerNumber;
    private @Nullable ReceivingPeer peer;
    private boolean connected;
    private boolean answered;
    private final List<String> earlyCandidates = new ArrayList<>();
    private final Map<String, String> sidOfSection = new HashMap<>();
    private Situation told = new Situation.Unknown();

    /** What the host has been told. */
    private sealed interface Situation {
        record Unknown() implements Situation {}

        record Waiting(String reason) implements Situation {}

        record Live(Optional<StreamStatus.Video> video, Optional<StreamStatus.Audio> audio) implements Situation {}
    }

    RoomMedia(
            RoomAddress address,
            Rooms rooms,
            Guests guests,
            Room.Host host,
            Signalling signalling,
            Consumer<Word> tell,
            Runnable look) {
        this.address = address;
        this.rooms = rooms;
        this.guests = guests;
        this.host = host;
        this.signalling = signalling;
        this.tell = tell;
        this.look = look;
        this.roster = new Roster(address.participant());
        this.tracks = new TakenTracks(signalling);
        this.addresses = rooms.mediaAddresses();
        this.figures = rooms.meters().room();
        guests.onDemand(look);
    }

    boolean isPresent(int number) {
        return number == peerNumber && peer != null;
    }

    /** The server was found there. */
    void serverIsAt(InetAddress... found) {
        addresses = rooms.mediaAddresses(found);
    }

    /** What to do where the server has named addresses for the media at which sources are not allowed. */
    String refusedAddresses() {
        return addresses.refused().isEmpty()
                ? ""
                : "; it names " + addresses.refused()
                        + ", where no source is allowed: see the setting ingest.allowed_addresses";
    }

    /** We are a new participant, so everything begins anew. */
    void joined(LivekitRtc.JoinResponse join) {
        closePeer();
        told = new Situation.Unknown();
        roster.joined(join.getParticipant().getSid(), join.getOtherParticipantsList());
        guests.joined(System.nanoTime());
        int number = ++peerNumber;
        peer = rooms.receive("room " + address, join.getIceServersList(), addresses, new ReceivingPeer.Events() {
            @Override
            public void candidate(String mid, int section, String candidate) {
                tell.accept(new Word.Candidate(number, mid, section, candidate));
            }

            @Override
            public void transport(ReceivingPeer.Transport now) {
                tell.accept(new Word.Transport(number, now));
            }
        });
    }

    boolean isConnected() {
        return connected;
    }

    void transport(ReceivingPeer.Transport now) {
        connected = now == ReceivingPeer.Transport.CONNECTED;
    }

    void hear(SignalResponse message) throws RoomFault {
        switch (message.getMessageCase()) {
            case OFFER -> answer(message.getOffer());
            case TRICKLE -> candidate(message.getTrickle());
            case UPDATE -> {
                message.getUpdate().getParticipantsList().stream()
                        .filter(info -> info.getState() == LivekitModels.ParticipantInfo.State.DISCONNECTED)
                        .forEach(info -> speakers.left(info.getSid()));
                roster.update(message.getUpdate().getParticipantsList());
            }
            case SPEAKERS_CHANGED ->
                speakers.update(message.getSpeakersChanged().getSpeakersList(), System.nanoTime());
            case RECONNECT -> sync();
            default -> {}
        }
    }

    private void answer(LivekitRtc.SessionDescription offer) throws RoomFault {
        ReceivingPeer present = peer;
        if (present == null) {
            return;
        }
        try {
            String answer =
                    present.answer(OfferedTracks.grouped(addresses.cleared(offer.getSdp()), roster.sharedTracks()));
            signalling.say(SignalRequest.newBuilder()
                    .setAnswer(LivekitRtc.SessionDescription.newBuilder()
                            .setType("answer")
                            .setSdp(answer)
                            .setId(offer.getId())));
        } catch (MeshException refused) {
            throw new RoomFault(RoomFault.Remedy.REJOIN, String.valueOf(refused.getMessage()));
        }
        sidOfSection.clear();
        sidOfSection.putAll(OfferedTracks.bySection(offer));
        answered = true;
        earlyCandidates.forEach(candidate -> addCandidate(present, candidate));
        earlyCandidates.clear();
    }

    private void candidate(LivekitRtc.TrickleRequest trickle) {
        ReceivingPeer present = peer;
        if (present == null || trickle.getTarget() != LivekitRtc.SignalTarget.SUBSCRIBER) {
            return;
        }
        if (answered) {
            addCandidate(present, trickle.getCandidateInit());
        } else if (earlyCandidates.size() < MOST_EARLY) {
            earlyCandidates.add(trickle.getCandidateInit());
        }
    }

    /** One that libwebrtc can't use is left out: there are others. */
    private void addCandidate(ReceivingPeer to, String json) {
        try {
            JsonObject candidate = new JsonObject(json);
            String text = candidate.getString("candidate", "");
            if (addresses.permitsCandidate(text)) {
                to.addCandidate(candidate.getString("sdpMid", "0"), candidate.getInteger("sdpMLineIndex", 0), text);
            }
        } catch (DecodeException | ClassCastException | MeshException unusable) {
            LOG.debug("room {}: a candidate can't be used: {}", address, unusable.getMessage());
        }
    }

    void ownCandidate(Word.Candidate own) {
        if (isPresent(own.peer())) {
            JsonObject candidate = new JsonObject()
                    .put("candidate", own.candidate())
                    .put("sdpMid", own.mid())
                    .put("sdpMLineIndex", own.section());
            signalling.say(SignalRequest.newBuilder()
                    .setTrickle(LivekitRtc.TrickleRequest.newBuilder()
                            .setTarget(LivekitRtc.SignalTarget.SUBSCRIBER)
                            .setCandidateInit(candidate.encode())));
        }
    }

    /** We are back as the participant that we were: the server is told what we take. */
    private void sync() {
        signalling.say(SignalRequest.newBuilder().setSyncState(tracks.state()));
    }

    /** Brings what is received into line with who is there and who takes what. */
    void arrange(long nowNanos) {
        List<Guest> publishing = roster.publishing();
        Optional<String> speaker = address.main() == RoomAddress.Main.ACTIVE_SPEAKER
                ? speakers.at(nowNanos).flatMap(roster::bySid).map(Guest::identity)
                : Optional.empty();
        choice = choice.next(publishing, speaker);
        guests.present(address.participant().isPresent() ? List.of() : publishing, nowNanos);
        tracks.take(wanted(publishing), nowNanos);
        ReceivingPeer present = peer;
        if (present != null) {
            tracks.pass(present, sidOfSection, muted(publishing));
        }
        publishing.forEach(
                guest -> guests.receive(guest.identity(), guest.video().flatMap(this::received)));
        tellHost();
        figures.present(roster.size(), tracks.count(), tracks.pausedCount());
    }

    /** How long everything can stay as it is, if nothing is told. */
    long restNanos(long nowNanos) {
        return Math.min(
                Math.min(tracks.restNanos(nowNanos), guests.restNanos(nowNanos)),
                address.main() == RoomAddress.Main.ACTIVE_SPEAKER ? speakers.restNanos(nowNanos) : Long.MAX_VALUE);
    }

    private static Set<String> muted(List<Guest> publishing) {
        return publishing.stream()
                .flatMap(guest -> guest.tracks().stream())
                .filter(Guest.Track::muted)
                .map(Guest.Track::sid)
                .collect(Collectors.toSet());
    }

    /** Who wants which track. */
    private Map<String, TrackSinks> wanted(List<Guest> publishing) {
        Map<String, List<MediaSink>> pictures = new LinkedHashMap<>();
        Map<String, List<MediaSink>> sound = new LinkedHashMap<>();
        want(pictures, choice.videoTrack(), host.main());
        want(sound, choice.audioTrack(), host.main());
        for (Guest guest : publishing) {
            guests.sinkOf(guest.identity()).ifPresent(sink -> {
                want(pictures, guest.video(), sink);
                want(sound, guest.audio(), sink);
            });
        }
        Map<String, TrackSinks> wanted = new LinkedHashMap<>();
        pictures.forEach((sid, sinks) -> wanted.put(sid, new TrackSinks(true, sinks, look)));
        sound.forEach((sid, sinks) -> {
            // All sound that is received is decoded and mixed, so it is not even received in vain.
            if (sinks.stream().anyMatch(MediaSink::wantsAudio)) {
                wanted.put(sid, new TrackSinks(false, sinks, look));
            }
        });
        if (address.main() == RoomAddress.Main.ACTIVE_SPEAKER) {
            // The server tells who speaks only of those whose tracks are subscribed to: they are, but paused.
            publishing.forEach(guest -> guest.audio()
                    .ifPresent(track -> wanted.putIfAbsent(track.sid(), new TrackSinks(false, List.of(), look))));
        }
        return wanted;
    }

    private static void want(Map<String, List<MediaSink>> wanted, Optional<Guest.Track> track, MediaSink sink) {
        track.ifPresent(taken ->
                wanted.computeIfAbsent(taken.sid(), sid -> new ArrayList<>()).add(sink));
    }

    private void tellHost() {
        Situation now = situation();
        if (now.equals(told)) {
            return;
        }
        told = now;
        switch (now) {
            case Situation.Unknown unknown -> {}
            case Situation.Waiting waiting -> host.waiting(waiting.reason());
            case Situation.Live live -> host.live(live.video(), live.audio());
        }
    }

    private Situation situation() {
        Optional<Guest.Track> video = choice.videoTrack();
        Optional<Guest.Track> audio = choice.audioTrack();
        if (video.isEmpty() && audio.isEmpty()) {
            return new Situation.Waiting(address.participant()
                    .map(name -> "joined; the participant " + name + " publishes nothing")
                    .orElse("joined; nobody publishes"));
        }
        if (!connected) {
            return told instanceof Situation.Live
                    ? told
                    : new Situation.Waiting("joined; the way for the media is being found");
        }
        Optional<StreamStatus.Audio> sound = audio.map(track -> MediaFeed.SOUND);
        if (video.isEmpty()) {
            return new Situation.Live(Optional.empty(), sound);
        }
        Optional<StreamStatus.Video> seen = received(video.get());
        if (seen.isPresent()) {
            return new Situation.Live(seen, sound);
        }
        if (!video.get().muted()) {
            return new Situation.Waiting("joined; the first picture has not come yet");
        }
        return audio.isPresent() && !audio.get().muted()
                ? new Situation.Live(video.get().size(), sound)
                : new Situation.Waiting("joined; what is published is muted");
    }

    /** The pictures of a track, once the first has come. */
    private Optional<StreamStatus.Video> received(Guest.Track track) {
        ReceivingPeer present = peer;
        return present == null
                ? Optional.empty()
                : sidOfSection.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(track.sid()))
                        .findFirst()
                        .flatMap(entry -> present.video(entry.getKey()));
    }

    /** The room is lost for now. */
    void lost(String reason) {
        told = new Situation.Unknown();
        figures.gone();
        guests.lost(reason);
    }

    /** Gives the connection back, and forgets what came through it. */
    void closePeer() {
        ReceivingPeer present = peer;
        peer = null;
        connected = false;
        answered = false;
        earlyCandidates.clear();
        sidOfSection.clear();
        tracks.forget();
        if (present != null) {
            present.close();
        }
    }

    /** Gives everything back; the streams of the participants end. */
    void close(String reason) {
        figures.gone();
        closePeer();
        guests.close(reason);
    }
}
