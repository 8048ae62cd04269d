package io.mediamesh.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.JpegForm;
import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSourceTest {
    private static Path folder;
    private static Vertx vertx;
    private static Buffer picture;
    private static Path clip;
    private static byte[] broadcast;

    private final Set<HttpServerResponse> viewers = ConcurrentHashMap.newKeySet();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile boolean stalled;

    @BeforeAll
    static void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        vertx = Vertx.vertx();
        Path jpeg = Clips.make(
                folder.resolve("picture.jpg"), "-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1");
        picture = Buffer.buffer(Files.readAllBytes(jpeg));
        clip = Clips.h264WithAac(folder.resolve("clip.mp4"), 1);
        Path live = Clips.make(folder.resolve("live.ts"), "-i", clip.toString(), "-c", "copy", "-f", "mpegts");
        broadcast = Files.readAllBytes(live);
    }

    @AfterAll
    static void stop() {
        Await.result(vertx.close());
    }

    @BeforeEach
    void listen() {
        stalled = false;
        server = listen(0);
        vertx.setPeriodic(40, tick -> {
            if (!stalled) {
                viewers.forEach(viewer -> viewer.write(part()));
            }
        });
    }

    private HttpServer listen(int port) {
        return Await.result(vertx.createHttpServer().requestHandler(this::serve).listen(port, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        viewers.clear();
        Await.result(server.close());
    }

    private static Buffer part() {
        return Buffer.buffer("--cut\r\nContent-Type: image/jpeg\r\nContent-Length: " + picture.length() + "\r\n\r\n")
                .appendBuffer(picture)
                .appendString("\r\n");
    }

    private void serve(HttpServerRequest request) {
        switch (request.path()) {
            case "/live" -> serveLive(request.response());
            case "/secret" -> {
                String authorization = request.getHeader("Authorization");
                if (authorization == null) {
                    request.response()
                            .setStatusCode(401)
                            .putHeader("WWW-Authenticate", "Digest realm=\"cam\", nonce=\"abc\", qop=\"auth\"")
                            .end();
                } else {
                    authorizations.add(authorization);
                    serveLive(request.response());
                }
            }
            case "/clip.mp4" -> serveClip(request);
            case "/broadcast" -> serveBroadcast(request.response());
            case "/page" ->
                request.response().putHeader("Content-Type", "text/html").end("<h1>camera</h1>");
            case "/text" -> request.response().end("dear diary ".repeat(2000));
            case "/moved" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/live")
                        .end();
            case "/away" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "http://169.254.169.254/latest/meta-data")
                        .end();
            case "/playlist" ->
                request.response()
                        .putHeader("Content-Type", "application/vnd.apple.mpegurl")
                        .end("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n");
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void serveLive(HttpServerResponse response) {
        response.setChunked(true).putHeader("Content-Type", "multipart/x-mixed-replace; boundary=cut");
        response.closeHandler(closed -> viewers.remove(response));
        response.write(part());
        viewers.add(response);
    }

    /** A container without length, as a live encoder sends it: everything so far at once, then nothing more. */
    private static void serveBroadcast(HttpServerResponse response) {
        response.setChunked(true).putHeader("Content-Type", "video/mp2t");
        response.write(Buffer.buffer(broadcast));
    }

    /** With ranges, because the index of an MP4 lies at its end. */
    private static void serveClip(HttpServerRequest request) {
        String range = request.getHeader("Range");
        long from = range == null ? 0 : Long.parseLong(range.replaceAll("\\D", ""));
        request.response().putHeader("Accept-Ranges", "bytes").setStatusCode(range == null ? 200 : 206);
        request.response().sendFile(clip.toString(), from);
    }

    private Recording play(String path, String... settings) {
        return playAt("127.0.0.1:" + server.actualPort(), path, settings);
    }

    private static Recording playAt(String authority, String path, String... settings) {
        return Recording.of(
                TestConfigs.source(vertx, "http://" + authority + path, false, TestConfigs.local(settings)));
    }

    @Test
    void mjpegGoesOnAsItCame() {
        try (Recording recording = play("/live")) {
            recording.awaitPictures(10);
            assertThat(recording.states).containsExactly("live");
            assertThat(recording.video.orElseThrow().widthPx()).isEqualTo(320);
            var jpeg = recording
                    .lastFrame
                    .orElseThrow()
                    .jpegIfMade(JpegForm.ofQuality(50))
                    .orElseThrow();
            assertThat(jpeg.bytes().toBuffer()).isEqualTo(picture);
        }
        Await.until("the connection is closed", viewers::isEmpty);
    }

    @Test
    void aRecordingPlaysAtItsOwnSpeedAndEnds() {
        try (Recording recording = play("/clip.mp4")) {
            recording.awaitState("ended");
            assertThat(recording.pictures).hasSize(25);
            assertThat(recording.sounds).isNotEmpty();
            var last = recording.pictures.getLast();
            assertThat(last.arrivedNanos())
                    .isGreaterThanOrEqualTo(last.capture().monotonicNanos());
        }
    }

    @Test
    void aLiveContainerGivesPicturesAndSound() {
        try (Recording recording = play("/broadcast", "ingest.stall_timeout", "2s")) {
            recording.awaitPictures(20);
            assertThat(recording.states).containsExactly("live");
            assertThat(recording.video.orElseThrow().widthPx()).isEqualTo(320);
            assertThat(recording.audio.orElseThrow().sampleRateHz()).isEqualTo(44_100);
            assertThat(recording.sounds).isNotEmpty();
        }
    }

    @Test
    void whatIsNoMediaFailsWithItsReason() {
        try (Recording page = play("/page");
                Recording text = play("/text");
                Recording playlist = play("/playlist")) {
            page.awaitOver();
            assertThat(page.state()).isEqualTo("failed: it is a web page, neither video nor audio");
            text.awaitOver();
            assertThat(text.state()).startsWith("failed: it is neither video nor audio");
            playlist.awaitOver();
            assertThat(playlist.state()).startsWith("failed: ");
        }
    }

    @Test
    void whatIsNotThereMayComeLater() {
        try (Recording recording = play("/nothing")) {
            recording.awaitState("lost: the server answers 404");
            assertThat(recording.isOver()).isFalse();
        }
    }

    @Test
    void redirectsAreFollowedOnlyToAllowedAddresses() {
        try (Recording moved = play("/moved");
                Recording away = play("/away")) {
            moved.awaitPictures(2);
            away.awaitOver();
            assertThat(away.state()).startsWith("failed: ").contains("169.254.169.254", "ingest.allowed_addresses");
        }
    }

    @Test
    void aPrivateAddressIsRefusedWithoutPermission() {
        try (Recording recording = play("/live", "ingest.allowed_addresses", "")) {
            recording.awaitOver();
            assertThat(recording.state())
                    .startsWith("failed: ")
                    .contains("127.0.0.1", "not public", "ingest.allow_private_addresses");
        }
    }

    @Test
    void digestCredentialsAreSentButNeverShown() {
        try (Recording recording = playAt("camera:s3cret@127.0.0.1:" + server.actualPort(), "/secret")) {
            recording.awaitPictures(2);
            assertThat(authorizations.getFirst())
                    .startsWith("Digest username=\"camera\"")
                    .doesNotContain("s3cret");
        }
        try (Recording recording = play("/secret")) {
            recording.awaitOver();
            assertThat(recording.state()).isEqualTo("failed: the server asks for a user name and password (401)");
        }
    }

    @Test
    void aServerThatStallsIsLeftAndComesBack() {
        try (Recording recording = play("/live", "ingest.stall_timeout", "500ms")) {
            recording.awaitPictures(3);
            stalled = true;
            recording.awaitState("lost: the server stopped sending");
            stalled = false;
            int before = recording.pictures.size();
            recording.awaitState("live");
            recording.awaitPictures(before + 5);
        }
    }

    @Test
    void aServerThatDiesAndReturnsIsFoundAgain() {
        try (Recording recording = play("/live")) {
            recording.awaitPictures(3);
            int port = server.actualPort();
            Await.result(server.close());
            recording.awaitState("lost: ");
            server = listen(port);
            int before = recording.pictures.size();
            recording.awaitState("live");
            recording.awaitPictures(before + 5);
        }
    }

    @Test
    @Tag("slow")
    void manyConnectionsLeaveNothingBehind() {
        try (Recording first = play("/live")) {
            first.awaitPictures(1);
        }
        for (int cycle = 0; cycle < 20; cycle++) {
            try (Recording recording = play("/live")) {
                recording.awaitPictures(1);
            }
        }
        Await.until("every connection is closed", viewers::isEmpty);
    }
}
