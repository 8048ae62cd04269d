package io.mediamesh.ingest;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network camera that sends MJPEG over HTTP, 25 pictures a second, and can be switched off and on. */
final class MjpegServer implements AutoCloseable {
    private final Vertx vertx;
    private final Buffer part;
    private HttpServer server;
    private int port;

    MjpegServer(Vertx vertx) throws Exception {
        this.vertx = vertx;
        Path jpeg = Files.createTempFile("picture", ".jpg");
        Clips.make(jpeg, "-f", "lavfi", "-i", "testsrc2=size=160x120", "-frames:v", "1");
        byte[] picture = Files.readAllBytes(jpeg);
        Files.delete(jpeg);
        this.part = Buffer.buffer("--cut\r\nContent-Type: image/jpeg\r\nContent-Length: " + picture.length + "\r\n\r\n")
                .appendBytes(picture)
                .appendString("\r\n");
        this.server = listen();
    }

    private HttpServer listen() {
        HttpServer made = Await.result(
                vertx.createHttpServer().requestHandler(this::serve).listen(port, "127.0.0.1"));
        port = made.actualPort();
        return made;
    }

    private void serve(HttpServerRequest request) {
        var response = request.response()
                .setChunked(true)
                .putHeader("Content-Type", "multipart/x-mixed-replace; boundary=cut");
        long timer = vertx.setPeriodic(1, 40, tick -> response.write(part));
        response.closeHandler(closed -> vertx.cancelTimer(timer));
    }

    String url(String userInfo) {
        return "http://" + userInfo + "127.0.0.1:" + port + "/live";
    }

    void stop() {
        Await.result(server.close());
    }

    void start() {
        server = listen();
    }

    @Override
    public void close() {
        stop();
    }
}
