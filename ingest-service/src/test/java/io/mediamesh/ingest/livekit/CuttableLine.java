package io.mediamesh.ingest.livekit;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Passes on TCP connections to a server, until they are cut or the line swallows what is sent. */
final class CuttableLine implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final NetServer entrance;
    private final List<NetSocket> open = new CopyOnWriteArrayList<>();
    private volatile boolean swallowing;

    CuttableLine(int port) {
        this(port, new NetServerOptions().setHost("127.0.0.1"), request -> request);
    }

    /**
     * A line with another end, or into which somebody reaches.
     *
     * @param entrance what the line is where it begins, for example with TLS
     * @param request what becomes of the beginning of each connection
     */
    CuttableLine(int port, NetServerOptions entrance, UnaryOperator<String> request) {
        this.entrance = Await.result(vertx.createNetServer(entrance)
                .connectHandler(from -> {
                    open.add(from);
                    from.pause();
                    vertx.createNetClient().connect(port, "127.0.0.1").onSuccess(to -> {
                        open.add(to);
                        from.handler(first -> {
                            to.write(request.apply(first.toString("ISO-8859-1")), "ISO-8859-1");
                            from.handler(bytes -> pass(bytes, to));
                        });
                        to.handler(bytes -> pass(bytes, from));
                        from.closeHandler(over -> to.close());
                        to.closeHandler(over -> from.close());
                        from.resume();
                    });
                })
                .listen());
    }

    private void pass(Buffer bytes, NetSocket to) {
        if (!swallowing) {
            to.write(bytes);
        }
    }

    int port() {
        return entrance.actualPort();
    }

    /** Ends all connections that are there; later ones are passed on again. */
    void cut() {
        open.forEach(NetSocket::close);
        open.clear();
    }

    /** From now on nothing arrives any more, although all connections stay open; or everything again. */
    void swallow(boolean all) {
        swallowing = all;
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}
