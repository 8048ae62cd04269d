package io.mediamesh.ingest.livekit;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes on TCP connections to a server, until they are cut. */
final class CuttableLine implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final NetServer entrance;
    private final List<NetSocket> open = new CopyOnWriteArrayList<>();

    CuttableLine(int port) {
        entrance = Await.result(vertx.createNetServer()
                .connectHandler(from -> {
                    open.add(from);
                    from.pause();
                    vertx.createNetClient().connect(port, "127.0.0.1").onSuccess(to -> {
                        open.add(to);
                        from.pipeTo(to);
                        to.pipeTo(from);
                    });
                })
                .listen(0, "127.0.0.1"));
    }

    int port() {
        return entrance.actualPort();
    }

    /** Ends all connections that are there; later ones are passed on again. */
    void cut() {
        open.forEach(NetSocket::close);
        open.clear();
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}
