package io.mediamesh.bench;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.Jpeg;
import io.mediamesh.contracts.JpegForm;
import io.mediamesh.contracts.PictureCodec;
import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.mesh.Producer;
import io.mediamesh.mesh.Publisher;
import io.mediamesh.mesh.Service;
import io.mediamesh.mesh.Setting;
import io.mediamesh.mesh.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Offers a video topic that always has a next picture of about 50 KB, and the same bytes on a raw socket. */
final class BusSource implements Service {
    private static final int ITEM_BYTES = 50_000;
    /** The mesh's own bound on bytes under way, so that both ways have the same. */
    private static final int WINDOW_BYTES = 512 << 10;

    private static final int BATCH = 8;
    /** Between batches: 2 GB/s at most, more than a raw socket carries, and a core is left for the mesh. */
    private static final long PAUSE_NANOS = 200_000;

    private final int rawPort;

    BusSource(int rawPort) {
        this.rawPort = rawPort;
    }

    @Override
    public String name() {
        return "bench-source";
    }

    @Override
    public Set<String> kinds() {
        return Set.of(Topic.VIDEO);
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of();
    }

    @Override
    public Future<Void> start(Mesh mesh, Settings settings) {
        StreamDescription stream =
                new StreamDescription(new StreamId("bench"), SourceUrl.parse("test:"), false, Map.of());
        return mesh.vertx()
                .executeBlocking(() -> picture(mesh.pictures()))
                .compose(jpeg -> mesh.vertx()
                        .createNetServer(
                                new NetServerOptions().setHost("127.0.0.1").setPort(rawPort))
                        .connectHandler(socket -> RawPush.start(
                                mesh.vertx(), socket, framed(jpeg.bytes().toBuffer())))
                        .listen()
                        .compose(listening ->
                                mesh.offer(kinds(), publisher -> Future.succeededFuture(produce(publisher, jpeg)))))
                .compose(offered -> mesh.directory().put(stream))
                .mapEmpty();
    }

    private static Producer produce(Publisher publisher, Jpeg jpeg) {
        Promise<Void> ended = Promise.promise();
        Thread thread = Thread.ofPlatform().name("bench-source").unstarted(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                for (int published = 0; published < BATCH && publisher.wanted(); published++) {
                    publisher.publish(CaptureTime.now(), VideoFrame.of(jpeg));
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            ended.complete();
        });
        thread.start();
        return () -> {
            thread.interrupt();
            return ended.future();
        };
    }

    /** Keeps the queue of one raw socket full for as long as it is open. On the socket's event loop. */
    private static final class RawPush {
        private final NetSocket socket;
        private final Buffer item;
        private boolean open = true;
        private boolean due;

        private RawPush(NetSocket socket, Buffer item) {
            this.socket = socket;
            this.item = item;
        }

        private static void start(Vertx vertx, NetSocket socket, Buffer item) {
            RawPush push = new RawPush(socket, item);
            socket.setWriteQueueMaxSize(WINDOW_BYTES);
            socket.closeHandler(closed -> push.open = false);
            socket.drainHandler(drained -> push.schedule(vertx));
            push.schedule(vertx);
        }

        /** Each batch is a turn of its own: a reader as fast as this would keep the event loop here for ever. */
        private void schedule(Vertx vertx) {
            if (!due && open) {
                due = true;
                vertx.runOnContext(turn -> write(vertx));
            }
        }

        private void write(Vertx vertx) {
            due = false;
            for (int written = 0; written < BATCH && open && !socket.writeQueueFull(); written++) {
                socket.write(item);
            }
            if (!socket.writeQueueFull()) {
                schedule(vertx);
            }
        }
    }

    /** With its length before it, so that the other side can cut it out of the stream again. */
    private static Buffer framed(Buffer item) {
        return Buffer.buffer(Integer.BYTES + item.length())
                .appendInt(item.length())
                .appendBuffer(item);
    }

    /** The picture of the best quality that fits the size. */
    private static Jpeg picture(PictureCodec codec) {
        byte[] planes = new byte[I420.sizeBytes(640, 480)];
        new Random(50).nextBytes(planes);
        for (int at = 0; at < planes.length; at++) {
            planes[at] = (byte) (96 + (planes[at] & 0x3F));
        }
        I420 noise = new I420(640, 480, I420.Range.FULL, Bytes.takeOver(planes));
        Jpeg best = codec.encode(noise, JpegForm.ofQuality(1));
        for (int quality = 2; quality <= 100; quality++) {
            Jpeg next = codec.encode(noise, JpegForm.ofQuality(quality));
            if (next.bytes().length() > ITEM_BYTES) {
                return best;
            }
            best = next;
        }
        return best;
    }

    @Override
    public Future<Void> stop() {
        return Future.succeededFuture();
    }

    @Override
    public Health health() {
        return new Health(true, "");
    }
}
