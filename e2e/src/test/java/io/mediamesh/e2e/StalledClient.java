package io.mediamesh.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that opens a WebSocket and reads nothing from it. */
final class StalledClient implements AutoCloseable {
    private final Socket socket;

    private StalledClient(Socket socket) {
        this.socket = socket;
    }

    static StalledClient open(Product product, String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), product.port()));
        OutputStream out = socket.getOutputStream();
        out.write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + product.port()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return new StalledClient(socket);
    }

    /** Reads what the kernels of both sides hold, until the server is found to have closed it; how many bytes that were. */
    long drain() throws IOException {
        socket.setSoTimeout(20_000);
        long bytes = 0;
        byte[] buffer = new byte[65_536];
        try {
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                bytes += read;
            }
        } catch (SocketException reset) {
            // Closed with data under way: a reset is as good an end as any.
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
