package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A client of a video topic's WebSocket (RFC 6455) that takes a byte from the kernel only when it is asked for a
 * frame: what a library reads ahead would hide where bytes wait.
 */
final class RawViewer implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 5_000;
    private static final int HIGH_BIT = 0x80;
    private static final int OPCODE_BITS = 0x0F;
    private static final int LENGTH_BITS = 0x7F;
    private static final int TWO_BYTE_LENGTH = 126;
    private static final int EIGHT_BYTE_LENGTH = 127;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;

    private final Socket socket;
    private final DataInputStream in;
    private long bytesRead;

    private RawViewer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /**
     * A picture as it came.
     *
     * @param capturedUnixSeconds what the text message before it says
     * @param wireBytes all bytes of both messages, framing included
     */
    record Picture(double capturedUnixSeconds, long wireBytes) {}

    /** Connects with a receive buffer of this size and shakes hands. */
    static RawViewer open(int port, String path, int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setReceiveBufferSize(receiveBufferBytes);
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            RawViewer viewer = new RawViewer(socket);
            viewer.shakeHands(port, path);
            return viewer;
        } catch (IOException | RuntimeException failure) {
            socket.close();
            throw failure;
        }
    }

    int localPort() {
        return socket.getLocalPort();
    }

    /** Reads the next picture; empty when the server has closed the connection. */
    Optional<Picture> next() throws IOException {
        long begin = bytesRead;
        double captured = Double.NaN;
        try {
            while (true) {
                int first = readByte();
                if ((first & HIGH_BIT) == 0) {
                    throw new IOException("the server sent a message in fragments");
                }
                int opcode = first & OPCODE_BITS;
                byte[] payload = readPayload();
                switch (opcode) {
                    case TEXT ->
                        captured = new JsonObject(new String(payload, StandardCharsets.UTF_8)).getDouble("timestamp");
                    case BINARY -> {
                        return Optional.of(new Picture(captured, bytesRead - begin));
                    }
                    case CLOSE -> {
                        return Optional.empty();
                    }
                    default -> {
                        // A ping needs no answer within the seconds that this client lives.
                    }
                }
            }
        } catch (EOFException cutOff) {
            return Optional.empty();
        }
    }

    private void shakeHands(int port, String path) throws IOException {
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + Base64.getEncoder().encodeToString(key) + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) readByte());
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("the server answered " + answer.substring(0, answer.indexOf("\r\n")));
        }
    }

    private byte[] readPayload() throws IOException {
        int first = readByte();
        if ((first & HIGH_BIT) != 0) {
            throw new IOException("a server must not mask its frames");
        }
        long length = first & LENGTH_BITS;
        if (length == TWO_BYTE_LENGTH) {
            length = in.readUnsignedShort();
            bytesRead += Short.BYTES;
        } else if (length == EIGHT_BYTE_LENGTH) {
            length = in.readLong();
            bytesRead += Long.BYTES;
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        bytesRead += payload.length;
        return payload;
    }

    private int readByte() throws IOException {
        int value = in.readUnsignedByte();
        bytesRead++;
        return value;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
