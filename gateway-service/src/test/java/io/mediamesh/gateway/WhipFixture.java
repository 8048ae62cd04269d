package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a {@link PeerMember} that takes every offer. */
abstract class WhipFixture {
    static final String SDP = "application/sdp";
    static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    static final Map<String, String> ICE = Map.of(
            "webrtc.ice_servers", "stun:stun.example:3478,turn:turn.example:3478?transport=udp",
            "webrtc.ice_username", "me",
            "webrtc.ice_credential", "pass\"word\\");

    static final String STUN_LINK = "<stun:stun.example:3478>; rel=\"ice-server\"";

    static final String TURN_LINK = "<turn:turn.example:3478?transport=udp>; rel=\"ice-server\"; username=\"me\";"
            + " credential=\"pass\\\"word\\\\\"; credential-type=\"password\"";

    RunningGateway gateway;
    PeerMember peers;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.start(directory, ICE).withStream("cam1");
        peers = PeerMember.of(gateway.mesh);
    }

    @AfterEach
    void stop() {
        peers.close();
        gateway.close();
    }

    HttpResponse<String> publish(String stream) {
        return gateway.send("POST", "/whip/" + stream, PeerMember.OFFER, "Content-Type", SDP);
    }

    String session(String path) {
        HttpResponse<String> response = gateway.send("POST", path, PeerMember.OFFER, "Content-Type", SDP);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return header(response, "Location");
    }

    HttpResponse<String> patch(String session, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = FRAGMENT;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return gateway.send("PATCH", session, PeerMember.CANDIDATE, all);
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
