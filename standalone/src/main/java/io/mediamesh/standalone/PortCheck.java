package io.mediamesh.standalone;

import io.mediamesh.gateway.PortHolder;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Whether the gateway could listen on each of its ports; binds and lets go. */
record PortCheck(GatewayAddress address) implements Check {
    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (int place = 0; place < address.ports().size(); place++) {
            findings.add(
                    finding(address.ports().get(place), place == 0 ? GatewayAddress.PORT : GatewayAddress.EXTRA_PORTS));
        }
        address.soundPorts().forEach((setting, port) -> findings.add(finding(port, setting)));
        return findings;
    }

    private void bind(int port, String setting) throws IOException {
        InetSocketAddress socketAddress = new InetSocketAddress(InetAddress.getByName(address.host()), port);
        if (setting.equals(GatewayAddress.DATAGRAM_PORT)) {
            new DatagramSocket(socketAddress).close();
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(socketAddress);
        }
    }

    private Finding finding(int port, String setting) {
        String subject = "port " + port;
        String host = address.host();
        try {
            bind(port, setting);
            return Finding.good(subject, "free on " + host);
        } catch (BindException refused) {
            return PortHolder.of(port)
                    .map(holder ->
                            Finding.bad(subject, "in use by " + holder, "stop it, or set another port with " + setting))
                    .orElseGet(() -> Finding.bad(
                            subject,
                            "can't be opened on " + host + ": " + refused.getMessage(),
                            "set another port with " + setting));
        } catch (IOException unusable) {
            return Finding.bad(
                    subject, "can't be opened on " + host + ": " + unusable.getMessage(), "check the address to bind");
        }
    }
}
