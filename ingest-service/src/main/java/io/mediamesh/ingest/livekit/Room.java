package io.mediamesh.ingest.livekit;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.ingest.webrtc.MediaSink;
import io.mediamesh.ingest.webrtc.ReceivingPeer;
import io.mediamesh.mesh.LiveKitAccess;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc;
import livekit.LivekitRtc.SignalResponse;

/**
 * Our stay in a room, as a participant whom nobody sees. Joins, comes back as the same participant when the connection
 * is lost, and as a new one under the same identity where that does not work, so that there are never two of us. All of
 * it happens on the thread that calls {@link #play}, which is told by words in a bounded inbox.
 */
public final class Room {
    private static final int MOST_WORDS = 4_096;
    /** How long coming back may take without a word. */
    private static final Duration QUIETLY = Duration.ofSeconds(3);
    /** Servers keep the place of a participant that was lost for a while. */
    private static final Duration RESUMABLE = Duration.ofSeconds(20);

    /** Whose room it is. Called on the room's thread. */
    public interface Host {
        /** Who takes what the room's stream shows. */
        MediaSink main();

        /** We are in the room, as this participant. */
        void joined(String participantSid);

        /** We are in the room, but there is nothing to see or hear now. */
        void waiting(String reason);

        /** Media flows (again), or what it looks like has changed. */
        void live(Optional<StreamStatus.Video> video, Optional<StreamStatus.Audio> audio);

        /** We are not in the room any more. */
        void lost(String reason);

        /** Lets some time pass before the next attempt to get in; whether to make it. */
        boolean pause();

        /** The room is over; nothing follows. */
        void ended(String reason);

        /** We can't be in the room; nothing follows. */
        void failed(String reason);
    }

    private final RoomAddress address;
    private final LiveKitAccess.Server server;
    private final Rooms rooms;
    private final Host host;
    private final String identity =
            "mediamesh-" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    private final BlockingQueue<Word> inbox = new ArrayBlockingQueue<>(MOST_WORDS);
    private final Signalling signalling;
    private final RoomMedia media;
    private final Pulse pulse;
    private final AtomicBoolean lookWaits = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile boolean overrun;

    // Only touched by the room's thread.
    private Optional<String> sid = Optional.empty();
    private String token = "";
    private int attempt;
    private boolean isLost = true;
    private boolean told;
    private boolean everJoined;
    private boolean resuming;
    private long resumableUntilNanos;
    private boolean heard;

    Room(RoomAddress address, Rooms rooms, Guests guests, Host host) {
        this.address = address;
        this.server = address.server().orElseThrow();
        this.rooms = rooms;
        this.host = host;
        this.signalling = new Signalling(rooms.client(), this::tell);
        this.media = new RoomMedia(address, rooms, guests, host, signalling, this::tell, this::look);
        this.pulse = new Pulse(where(), this::ping);
    }

    /** Stays until stopped, or until the host was told that it ended or failed. */
    public void play() {
        try {
            while (!stopped) {
                try {
                    connect();
                    while (true) {
                        long now = System.nanoTime();
                        pulse.look(now);
                        media.arrange(now);
                        hear(next(now + Math.min(pulse.restNanos(now), media.restNanos(now))));
                    }
                } catch (RoomFault fault) {
                    if (!goesOn(fault)) {
                        return;
                    }
                } catch (MeshException refused) {
                    host.failed(String.valueOf(refused.getMessage()));
                    return;
                }
            }
        } finally {
            signalling.say(LivekitRtc.SignalRequest.newBuilder()
                    .setLeave(LivekitRtc.LeaveRequest.newBuilder().setReason(DisconnectReason.CLIENT_INITIATED)));
            signalling.close();
            media.close("the room is left");
        }
    }

    /** Makes {@link #play} return soon. Any thread. */
    public void stop() {
        stopped = true;
        look();
    }

    /** Something may be wanted that was not wanted before, or the other way round. Any thread. */
    public void demandChanged() {
        look();
    }

    /** Has the room's thread look at everything; one such word waits at most. */
    private void look() {
        if (lookWaits.compareAndSet(false, true) && !inbox.offer(new Word.Look())) {
            // Whatever else is in the inbox makes it look as well.
            lookWaits.set(false);
        }
    }

    private void tell(Word word) {
        if (!inbox.offer(word)) {
            // What is missing may be an offer: only a new connection puts that right.
            overrun = true;
        }
    }

    /** The next word; just a look when nothing comes until then. */
    private Word next(long deadlineNanos) throws RoomFault {
        try {
            Word word = inbox.poll(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            lookWaits.set(false);
            if (stopped) {
                throw new RoomFault(RoomFault.Remedy.STOP, "stopped");
            }
            if (overrun) {
                overrun = false;
                inbox.clear();
                throw new RoomFault(RoomFault.Remedy.REJOIN, "the room tells more than can be taken in");
            }
            return word == null ? new Word.Look() : word;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new RoomFault(RoomFault.Remedy.STOP, "stopped");
        }
    }

    private String where() {
        return server.host() + ":" + server.port();
    }

    /** Joins, or comes back where we have a place. */
    private void connect() throws RoomFault {
        resuming = sid.isPresent();
        token = resuming ? token : JoinToken.of(address, identity);
        Duration timeout = resuming && !told ? QUIETLY : rooms.config().joinTimeout();
        try {
            InetAddress[] found = rooms.resolve(server);
            media.serverIsAt(found);
            signalling.connect(server, found[attempt++ % found.length], token, sid, timeout);
        } catch (UnknownHostException unknown) {
            throw new RoomFault(RoomFault.Remedy.RESUME, "the host " + server.host() + " is not known");
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        heard = false;
        while (!heard) {
            if (System.nanoTime() - deadline > 0) {
                throw new RoomFault(
                        RoomFault.Remedy.RESUME,
                        "the LiveKit server " + where() + " did not answer within " + timeout.toMillis() / 1e3 + " s");
            }
            hear(next(deadline));
        }
        if (resuming) {
            rooms.meters().cameBack(true);
        }
        isLost = false;
        told = false;
        if (!media.isConnected()) {
            pulse.expectMedia(
                    System.nanoTime() + rooms.config().joinTimeout().toNanos(),
                    () -> "joined, but no way for the media was found; a firewall between us and the LiveKit server "
                            + where() + " may block UDP and TCP" + media.refusedAddresses());
        }
    }

    private void hear(Word word) throws RoomFault {
        switch (word) {
            case Word.NotOpened not -> {
                if (signalling.isPresent(not.connection())) {
                    RoomFault fault = Refusals.of(not.failure(), where(), everJoined);
                    boolean placeIsGone = resuming && fault.remedy() == RoomFault.Remedy.GIVE_UP;
                    throw placeIsGone ? new RoomFault(RoomFault.Remedy.REJOIN, fault.reason()) : fault;
                }
            }
            case Word.Closed closed -> {
                if (signalling.isPresent(closed.connection())) {
                    throw closed.isNonsense()
                            ? Refusals.notLiveKit(where(), closed.reason())
                            : new RoomFault(
                                    RoomFault.Remedy.RESUME,
                                    "the LiveKit server " + where() + " is lost: " + closed.reason());
                }
            }
            case Word.Said said -> {
                if (signalling.isPresent(said.connection())) {
                    hear(said.message());
                    pulse.heard(System.nanoTime());
                    heard = true;
                }
            }
            case Word.Candidate candidate -> media.ownCandidate(candidate);
            case Word.Transport transport -> {
                if (media.isPresent(transport.peer())) {
                    transport(transport.now());
                }
            }
            case Word.Look look -> {}
        }
    }

    private void hear(SignalResponse message) throws RoomFault {
        switch (message.getMessageCase()) {
            case JOIN -> joined(message.getJoin());
            case LEAVE -> throw Refusals.of(message.getLeave());
            case REFRESH_TOKEN -> token = message.getRefreshToken();
            default -> {
                if (sid.isEmpty()) {
                    throw Refusals.notLiveKit(where(), "its first message is not that we have joined");
                }
                media.hear(message);
            }
        }
    }

    private void joined(LivekitRtc.JoinResponse join) {
        if (resuming) {
            lost("the LiveKit server " + where() + " did not know us any more");
        }
        sid = Optional.of(join.getParticipant().getSid());
        if (everJoined) {
            rooms.meters().cameBack(false);
        }
        resuming = false;
        everJoined = true;
        pulse.expectWord(Duration.ofSeconds(join.getPingTimeout()));
        media.joined(join);
        host.joined(join.getParticipant().getSid());
    }

    private void transport(ReceivingPeer.Transport now) throws RoomFault {
        media.transport(now);
        switch (now) {
            case CONNECTED -> pulse.mediaFlows();
            case INTERRUPTED -> pulse.mediaIsInterrupted(System.nanoTime());
            case FAILED -> throw new RoomFault(RoomFault.Remedy.RESUME, "the way of the media is lost");
        }
    }

    private void ping() {
        signalling.say(LivekitRtc.SignalRequest.newBuilder()
                .setPingReq(LivekitRtc.Ping.newBuilder().setTimestamp(System.currentTimeMillis())));
    }

    private boolean goesOn(RoomFault fault) {
        if (fault.remedy() == RoomFault.Remedy.STOP) {
            return false;
        }
        signalling.close();
        pulse.rest();
        return switch (fault.remedy()) {
            case STOP -> false;
            case END -> {
                host.ended(fault.reason());
                yield false;
            }
            case GIVE_UP -> {
                host.failed(fault.reason());
                yield false;
            }
            case REJOIN -> {
                // A server that does not know us any more would take us in anew at once.
                boolean atOnce = isLost && resuming;
                forgetPlace();
                lost(fault.reason());
                yield atOnce || host.pause();
            }
            case RESUME -> resume(fault.reason());
        };
    }

    /** The first attempt to come back is made at once and without a word: media may still flow. */
    private boolean resume(String reason) {
        long now = System.nanoTime();
        if (!isLost) {
            isLost = true;
            resumableUntilNanos = now + RESUMABLE.toNanos();
            return true;
        }
        if (sid.isPresent() && now - resumableUntilNanos > 0) {
            forgetPlace();
        }
        lost(reason);
        return host.pause();
    }

    private void lost(String reason) {
        isLost = true;
        told = true;
        media.lost(reason);
        host.lost(reason);
    }

    private void forgetPlace() {
        sid = Optional.empty();
        media.closePeer();
    }

    @Override
    public String toString() {
        return "room " + address;
    }
}
