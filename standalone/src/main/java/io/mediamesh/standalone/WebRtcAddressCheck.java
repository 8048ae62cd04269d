package io.mediamesh.standalone;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.ingest.webrtc.HostAddresses;
import io.mediamesh.ingest.webrtc.WebRtcConfig;
import io.mediamesh.mesh.Settings;
import java.util.List;

/** Where WebRTC clients are told to send their media. */
record WebRtcAddressCheck(Settings settings) implements Check {
    private static final String NAME = "webrtc";

    @Override
    public List<Finding> findings() {
        WebRtcConfig config;
        try {
            config = WebRtcConfig.of(settings);
        } catch (MeshException wrong) {
            return List.of(Finding.bad(NAME, String.valueOf(wrong.getMessage()), "correct the setting"));
        }
        List<String> addresses = HostAddresses.advertised(config);
        String told = "answers will name " + String.join(", ", addresses) + ", UDP "
                + (config.minPort() == 0
                        ? "ports of the system's choice"
                        : "ports " + config.minPort() + " to " + config.maxPort())
                + (config.iceServers().urls().isEmpty() ? "" : ", and what " + config.iceServers() + " find");
        if (addresses.stream().allMatch(address -> address.startsWith("127."))) {
            return List.of(Finding.note(
                    NAME,
                    told,
                    "only clients on this machine can connect; " + WebRtcConfig.ADVERTISED.key()
                            + " names an address for others"));
        }
        return List.of(Finding.good(NAME, told));
    }
}
