package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/**
 * The sound of a live session on the WebSocket of its pictures. It has a queue of its own, so that neither waits for the
 * other; the socket's life is that of the viewer of the pictures.
 */
final class SoundViewer extends Viewer implements ChannelFutureListener {
    private final FramedSocket frames;

    SoundViewer(FramedSocket frames, ViewOptions options, ViewerCounters counters) {
        super(options, counters);
        this.frames = frames;
    }

    @Override
    void write(Packet packet, long dropped) {
        frames.writeFrame(packet.liveMessage()).addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture writing) {
        written(writing.isSuccess());
    }

    @Override
    void tell(Change change) {}

    @Override
    void finish(String reason) {}

    @Override
    void fail(MeshException failure) {}

    @Override
    void cut() {
        frames.cut();
    }
}
