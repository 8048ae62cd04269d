package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Consumer;

/** A receiver of datagrams, each of which is one JSON. Nobody says whether they arrive. */
final class DatagramLine extends AudioLine {
    private final DatagramSocket socket;
    private final String address;
    private final int port;
    private final Runnable onRefused;

    /**
     * @param address as digits, so that nothing is looked up for each datagram
     * @param onRefused called when the receiver is to be forgotten
     */
    DatagramLine(DatagramSocket socket, String address, int port, Runnable onRefused) {
        this.socket = socket;
        this.address = address;
        this.port = port;
        this.onRefused = onRefused;
    }

    @Override
    void send(Packet packet, AudioForm form, long dropped, AudioViewer sender) {
        Optional<byte[]> datagram = form == AudioForm.FULL
                ? packet.audio().datagram(dropped)
                : Optional.of(packet.audio().message(form).json());
        if (datagram.isEmpty()) {
            sender.missed(1);
            sender.written(true);
            return;
        }
        // One that could not be sent is lost, as others are on their way.
        socket.send(Buffer.buffer(datagram.get()), port, address).onComplete(sent -> sender.written(true));
    }

    @Override
    void sendText(byte[] json, Consumer<Boolean> done) {
        socket.send(Buffer.buffer(json), port, address).onComplete(sent -> done.accept(true));
    }

    @Override
    void say(String name, JsonObject message) {
        socket.send(message.toBuffer(), port, address);
    }

    @Override
    void refuse(MeshException failure) {
        say("error", Failures.toJson(failure));
        onRefused.run();
    }

    @Override
    void finish(String reason) {
        onRefused.run();
    }

    @Override
    void cut() {
        onRefused.run();
    }
}
