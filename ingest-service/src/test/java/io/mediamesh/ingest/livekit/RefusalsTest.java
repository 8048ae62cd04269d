package io.mediamesh.ingest.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import javax.net.ssl.SSLHandshakeException;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static RoomFault.Remedy remedy(DisconnectReason reason, LeaveRequest.Action action) {
        return Refusals.of(LeaveRequest.newBuilder()
                        .setReason(reason)
                        .setAction(action)
                        .build())
                .remedy();
    }

    @Test
    void whatTheServerSaysOnSendingUsAwayDecidesWhatComesNext() {
        LeaveRequest.Action action = LeaveRequest.Action.DISCONNECT;
        assertThat(remedy(DisconnectReason.ROOM_DELETED, action)).isEqualTo(RoomFault.Remedy.END);
        assertThat(remedy(DisconnectReason.DUPLICATE_IDENTITY, action)).isEqualTo(RoomFault.Remedy.GIVE_UP);
        assertThat(remedy(DisconnectReason.PARTICIPANT_REMOVED, action)).isEqualTo(RoomFault.Remedy.GIVE_UP);
        assertThat(remedy(DisconnectReason.ROOM_CLOSED, action)).isEqualTo(RoomFault.Remedy.REJOIN);
        assertThat(remedy(DisconnectReason.SERVER_SHUTDOWN, action)).isEqualTo(RoomFault.Remedy.REJOIN);
        assertThat(remedy(DisconnectReason.STATE_MISMATCH, action)).isEqualTo(RoomFault.Remedy.REJOIN);
        assertThat(remedy(DisconnectReason.MIGRATION, LeaveRequest.Action.RESUME))
                .isEqualTo(RoomFault.Remedy.RESUME);
    }

    @Test
    void aConnectionThatDoesNotComeAboutIsTriedAgainAndSaysWhy() {
        assertThat(Refusals.of(new ConnectException("Connection refused"), "h:1", false)
                        .reason())
                .isEqualTo("no connection to the LiveKit server h:1: connection refused");
        assertThat(Refusals.of(new ConnectTimeoutException("connection timed out after 1 ms"), "h:1", false)
                        .reason())
                .endsWith("it does not answer in time");
        assertThat(Refusals.of(new IOException("Connection reset"), "h:1", false)
                        .reason())
                .endsWith("the connection broke");
        RoomFault tls = Refusals.of(new SSLHandshakeException("PKIX path building failed"), "h:1", false);
        assertThat(tls.reason()).startsWith("no TLS connection to h:1: its certificate is not trusted");
        assertThat(tls.remedy()).isEqualTo(RoomFault.Remedy.RESUME);
    }
}
