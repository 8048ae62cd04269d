package io.mediamesh.e2e;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Where the product sends analyses of sound from.
 *
 * @param socket WebSockets
 * @param tcp messages with their length
 * @param udp datagrams
 * @param events Server-Sent Events
 */
record AudioPorts(int socket, int tcp, int udp, int events) {
    /** For products of tests that do not need them. */
    static final Map<String, String> OFF = settings("off", "off", "off", "off");

    /** Ports that nobody uses. */
    static AudioPorts free() {
        return new AudioPorts(Product.freePort(), Product.freePort(), Product.freePort(), Product.freePort());
    }

    /** Those that clients expect who know no others; the test is skipped with the reason where one is taken. */
    static AudioPorts usual() {
        for (int port = 8765; port <= 8768; port++) {
            if (!isFree(port)) {
                Assumptions.abort("port " + port + " is taken");
            }
        }
        return new AudioPorts(8765, 8766, 8767, 8768);
    }

    /** Whether nobody on this machine has a port, for connections or for datagrams. */
    static boolean isFree(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (ServerSocket connections = new ServerSocket();
                DatagramSocket datagrams = new DatagramSocket(null)) {
            connections.setReuseAddress(true);
            connections.bind(address);
            datagrams.bind(address);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    Map<String, String> settings() {
        return settings(String.valueOf(socket), String.valueOf(tcp), String.valueOf(udp), String.valueOf(events));
    }

    private static Map<String, String> settings(String socket, String tcp, String udp, String events) {
        return Map.of(
                "MEDIAMESH_AUDIO_WEBSOCKET_PORT", socket,
                "MEDIAMESH_AUDIO_TCP_PORT", tcp,
                "MEDIAMESH_AUDIO_UDP_PORT", udp,
                "MEDIAMESH_AUDIO_SSE_PORT", events);
    }
}
