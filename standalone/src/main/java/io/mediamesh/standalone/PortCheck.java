package io.mediamesh.standalone;

import io.mediamesh.gateway.PortHolder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;

/** Whether the gateway could listen on each of its ports; binds and lets go. */
record PortCheck(String host, List<Integer> ports) implements Check {
    @Override
    public List<Finding> findings() {
        return IntStream.range(0, ports.size())
                .mapToObj(place ->
                        finding(ports.get(place), place == 0 ? GatewayAddress.PORT : GatewayAddress.EXTRA_PORTS))
                .toList();
    }

    private Finding finding(int port, String setting) {
        String subject = "port " + port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
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
