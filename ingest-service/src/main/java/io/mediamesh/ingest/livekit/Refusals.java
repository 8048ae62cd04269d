package io.mediamesh.ingest.livekit;

import io.vertx.core.http.UpgradeRejectedException;
import java.net.ConnectException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;

/** What a server's refusals and farewells mean. What it says is not repeated: it quotes our token. */
final class Refusals {
    private Refusals() {}

    /**
     * A connection that did not come about.
     *
     * @param wasThere whether there has been a LiveKit server before: what answers now may stand in for it
     */
    static RoomFault of(Throwable failure, String where, boolean wasThere) {
        if (failure instanceof UpgradeRejectedException refused) {
            String body = refused.getBody() == null ? "" : refused.getBody().toString();
            return ofStatus(refused.getStatus(), body.strip().toLowerCase(Locale.ROOT), where, wasThere);
        }
        if (failure instanceof SSLException) {
            return new RoomFault(
                    RoomFault.Remedy.RESUME,
                    "no TLS connection to " + where + ": its certificate is not trusted, or it has no TLS (then write"
                            + " livekit:// instead of livekits://)");
        }
        String why =
                switch (failure) {
                    case ConnectException none ->
                        String.valueOf(none.getMessage()).contains("timed out")
                                ? "it does not answer in time"
                                : "connection refused";
                    case TimeoutException late -> "it does not answer in time";
                    default -> "the connection broke";
                };
        return new RoomFault(RoomFault.Remedy.RESUME, "no connection to the LiveKit server " + where + ": " + why);
    }

    private static RoomFault ofStatus(int status, String body, String where, boolean wasThere) {
        if (status == 401 || status == 403) {
            return new RoomFault(
                    RoomFault.Remedy.GIVE_UP, "the LiveKit server " + where + " " + whyRefused(status, body));
        }
        if (status == 404 && body.contains("room")) {
            return new RoomFault(
                    RoomFault.Remedy.REJOIN,
                    "the LiveKit server " + where + " has no such room, and does not make rooms by itself");
        }
        if (wasThere || status == 429 || status >= 500) {
            return new RoomFault(
                    RoomFault.Remedy.RESUME, "the LiveKit server " + where + " can't take us now (" + status + ")");
        }
        return notLiveKit(where, "it answers " + status + " to a request to join");
    }

    private static String whyRefused(int status, String body) {
        if (body.startsWith("invalid api key")) {
            return "does not know the API key (" + status + "); check livekit.api_key, or the user of the URL";
        }
        if (body.contains("signature")) {
            return "refuses the API secret: it is not that of the API key (" + status
                    + "); check livekit.api_secret, or the password of the URL";
        }
        if (body.contains("expired") || body.contains("not valid yet") || body.contains("before issued")) {
            return "refuses the time of our token (" + status + "); check the clocks of both machines";
        }
        return "does not let us into the room (" + status + "); check the API key and what it is allowed";
    }

    /** Something answers, but not as LiveKit does. */
    static RoomFault notLiveKit(String where, String what) {
        return new RoomFault(RoomFault.Remedy.GIVE_UP, "there is no LiveKit server at " + where + ": " + what);
    }

    /** The server has sent us away. */
    static RoomFault of(LeaveRequest leave) {
        DisconnectReason reason = leave.getReason();
        return switch (reason) {
            case ROOM_DELETED -> new RoomFault(RoomFault.Remedy.END, "the room was deleted");
            case DUPLICATE_IDENTITY ->
                new RoomFault(
                        RoomFault.Remedy.GIVE_UP, "somebody else has joined the room under our participant's identity");
            case PARTICIPANT_REMOVED ->
                new RoomFault(RoomFault.Remedy.GIVE_UP, "we were removed from the room through the server's API");
            case ROOM_CLOSED ->
                new RoomFault(RoomFault.Remedy.REJOIN, "the server has closed the room, because nobody was in it");
            case SERVER_SHUTDOWN -> new RoomFault(RoomFault.Remedy.REJOIN, "the LiveKit server shuts down");
            default ->
                new RoomFault(
                        leave.getAction() == LeaveRequest.Action.RESUME
                                ? RoomFault.Remedy.RESUME
                                : RoomFault.Remedy.REJOIN,
                        "the LiveKit server has sent us away ("
                                + reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")");
        };
    }
}
