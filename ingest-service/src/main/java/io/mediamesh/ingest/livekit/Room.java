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
    /** How soon somebody new is served whose coming nobody tells. */
    private static final Duration TICK = Duration.ofMillis(100);

    private static final Duration PING = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(12);
    /** After libwebrtc hears nothing more, which takes it some seconds to find out. */
    private static final Duration INTERRUPTED_SILENCE = Duration.ofSeconds(2);

    /** How long coming back may take without a word. */
    private static final Duration QUIETLY = Duration.ofSeconds(3);
    /** How long the media may be interrupted while the server still talks. */
    private static final Duration INTERRUPTION = Duration.ofSeconds(6);
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

        /** We are not in the room any more; returns after a pause, and whether to try again. */
        boolean lost(String reason);

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
    private Duration silence = SILENCE;
    private long heardNanos;
    private long pingedNanos;
    private boolean heard;
    private Optional<Long> interruptedNanos = Optional.empty();
    private Optional<Overdue> overdue = Optional.empty();

    /** What goes wrong when the way of the media is not there by then. */
    private record Overdue(long atNanos, RoomFault fault) {}

    Room(RoomAddress address, Rooms rooms, Guests guests, Host host) {
        this.address = address;
        this.server = address.server().orElseThrow();
        this.rooms = rooms;
        this.host = host;
        this.signalling = new Signalling(rooms.client(), this::tell);
        this.media = new RoomMedia(address, rooms, guests, host, signalling, this::tell);
    }

    /** Stays until stopped, or until the host was told that it ended or failed. */
    public void play() {
        try {
            while (!stopped) {
                try {
                    connect();
                    while (true) {
                        look(System.nanoTime());
                        hear(next(System.nanoTime() + TICK.toNanos()));
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
        tell(new Word.Look());
    }

    private void tell(Word word) {
        if (!inbox.offer(word) && !(word instanceof Word.Look)) {
            // What is missing may be an offer: only a new connection puts that right.
            overrun = true;
        }
    }

    /** The next word; just a look when nothing comes until then. */
    private Word next(long deadlineNanos) throws RoomFault {
        try {
            Word word = inbox.poll(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
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
        isLost = false;
        told = false;
        if (!media.isConnected()) {
            overdue = Optional.of(new Overdue(
                    System.nanoTime() + rooms.config().joinTimeout().toNanos(),
                    new RoomFault(
                            RoomFault.Remedy.REJOIN,
                            "joined, but no way for the media was found; a firewall between us and the LiveKit server "
                                    + where() + " may block UDP and TCP")));
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
                    heardNanos = System.nanoTime();
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
        sid = Optional.of(join.getParticipant().getSid());
        resuming = false;
        everJoined = true;
        silence = join.getPingTimeout() > 0
                ? Duration.ofSeconds(Math.min(join.getPingTimeout(), SILENCE.toSeconds()))
                : SILENCE;
        media.joined(join);
        host.joined(join.getParticipant().getSid());
    }

    private void transport(ReceivingPeer.Transport now) throws RoomFault {
        media.transport(now);
        switch (now) {
            case CONNECTED -> {
                interruptedNanos = Optional.empty();
                overdue = Optional.empty();
            }
            case INTERRUPTED -> {
                long at = System.nanoTime();
                interruptedNanos = Optional.of(at);
                overdue = Optional.of(new Overdue(
                        at + INTERRUPTION.toNanos(),
                        new RoomFault(RoomFault.Remedy.RESUME, "the way of the media is interrupted")));
                ping(at);
            }
            case FAILED -> throw new RoomFault(RoomFault.Remedy.RESUME, "the way of the media is lost");
        }
    }

    /** What is due by now. */
    private void look(long now) throws RoomFault {
        if (now - pingedNanos > PING.toNanos()) {
            ping(now);
        }
        boolean silent = now - heardNanos > silence.toNanos();
        boolean gone = interruptedNanos
                .filter(at -> now - at > INTERRUPTED_SILENCE.toNanos() && heardNanos - at < 0)
                .isPresent();
        if (silent || gone) {
            throw new RoomFault(RoomFault.Remedy.RESUME, "the LiveKit server " + where() + " says nothing more");
        }
        if (overdue.filter(late -> now - late.atNanos() > 0).isPresent()) {
            throw overdue.get().fault();
        }
        media.arrange(now);
    }

    private void ping(long now) {
        pingedNanos = now;
        long unixMillis = System.currentTimeMillis();
        signalling.say(LivekitRtc.SignalRequest.newBuilder()
                .setPingReq(LivekitRtc.Ping.newBuilder().setTimestamp(unixMillis)));
    }

    private boolean goesOn(RoomFault fault) {
        if (fault.remedy() == RoomFault.Remedy.STOP) {
            return false;
        }
        signalling.close();
        interruptedNanos = Optional.empty();
        overdue = Optional.empty();
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
                boolean wasResuming = resuming;
                forgetPlace();
                // A server that does not know us any more would take us in anew at once.
                yield (isLost && wasResuming) || lost(fault.reason());
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
        return lost(reason);
    }

    private boolean lost(String reason) {
        isLost = true;
        told = true;
        media.lost(reason);
        return host.lost(reason);
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
