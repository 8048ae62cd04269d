package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.I420;
import io.mediamesh.media.OpenCvPictureCodec;
import io.mediamesh.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveSocketTest {
    private static final String PATH = "/api/live-sessions/ws/live/";
    private static final int MESSAGES = 70;

    private RunningGateway gateway;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = RunningGateway.withRooms(
                directory,
                Map.of(
                        "livekit.url", "ws://live.example:7880",
                        "livekit.api_key", "devkey",
                        "livekit.api_secret", "secret",
                        "gateway.stall_timeout", "1s"),
                LiveRooms::new);
        call("start", "my-live-room");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void call(String what, String room) {
        assertThat(gateway.postJson("/api/live-sessions/" + what, new JsonObject().put("room_name", room))
                        .statusCode())
                .isEqualTo(200);
    }

    private static List<String> sound(SocketClient client) {
        return client.rawTexts.stream()
                .filter(text -> text.startsWith("audio:"))
                .toList();
    }

    /** What the messages after the first few hold. */
    private static ShortBuffer samples(List<String> messages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        messages.stream()
                .skip(10)
                .map(message -> Base64.getDecoder().decode(message.substring("audio:".length())))
                .forEach(bytes::writeBytes);
        return ByteBuffer.wrap(bytes.toByteArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
    }

    @Test
    void picturesAreJpegsOfQuality85WithoutAWordAboutThem() {
        try (SocketClient client = SocketClient.open(gateway, PATH + "my-live-room")) {
            Await.until("five pictures", () -> client.binaries.size() >= 5);

            byte[] jpeg = client.binaries.getFirst();
            I420 picture = new OpenCvPictureCodec().decode(Bytes.takeOver(jpeg.clone()));
            assertThat(picture.widthPx()).isEqualTo(RunningGateway.WIDTH_PX);
            assertThat(picture.heightPx()).isEqualTo(RunningGateway.HEIGHT_PX);
            assertThat(firstQuantiser(jpeg))
                    .as("16 of the standard's table, scaled as libjpeg does: (16 * (200 - 2 * 85) + 50) / 100")
                    .isEqualTo(5);
            assertThat(client.texts).isEmpty();
        }
    }

    /** The first value of the first quantisation table: behind FF DB, two bytes of length and one of kind. */
    private static int firstQuantiser(byte[] jpeg) {
        for (int at = 2; at < jpeg.length - 5; at++) {
            if ((jpeg[at] & 0xff) == 0xff && (jpeg[at + 1] & 0xff) == 0xdb) {
                return jpeg[at + 5];
            }
        }
        throw new AssertionError("no quantisation table");
    }

    @ParameterizedTest
    @CsvSource({"'', 44100", "?audio_rate=48000, 48000", "?audio_rate=8000, 8000"})
    void soundIsTheToneOfTheRoomAtTheRateThatIsAskedFor(String query, int rateHz) {
        try (SocketClient client = SocketClient.open(gateway, PATH + "my-live-room" + query)) {
            Await.until("sound", () -> sound(client).size() >= MESSAGES);

            ShortBuffer samples = samples(sound(client).subList(0, MESSAGES));
            assertThat((double) samples.remaining())
                    .as("20 ms a message")
                    .isCloseTo((MESSAGES - 10) * rateHz / 50.0, within(2.0));
            double sine = 0;
            double cosine = 0;
            double power = 0;
            int length = rateHz;
            for (int index = 0; index < length; index++) {
                double phase = 2 * Math.PI * LiveRooms.TONE_HZ * index / rateHz;
                sine += samples.get(index) * Math.sin(phase);
                cosine += samples.get(index) * Math.cos(phase);
                power += (double) samples.get(index) * samples.get(index);
            }
            double amplitude = 2 * Math.hypot(sine, cosine) / length;
            assertThat(amplitude).isCloseTo(16_384, within(190.0));
            double rest = power / length - amplitude * amplitude / 2;
            assertThat(10 * Math.log10(Math.max(rest, 1e-9) / (amplitude * amplitude / 2)))
                    .as("clicks and everything else that is not the tone, in dB")
                    .isLessThan(-60);
        }
    }

    @Test
    void theEndOfTheSessionClosesTheSocketWithoutAMessage() {
        try (SocketClient client = SocketClient.open(gateway, PATH + "my-live-room")) {
            Await.until("a picture", () -> !client.binaries.isEmpty());

            call("stop", "my-live-room");

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.texts).isEmpty();
            Await.until("nobody is left", () -> gateway.meter("viewers") == 0);
        }
    }

    @Test
    void aRoomWhoseNameIsNoIdIsFoundAsABrowserWritesIt() {
        call("start", "Straße 7/b");

        try (SocketClient client = SocketClient.open(gateway, PATH + "Stra%C3%9Fe%207/b")) {
            Await.until("a picture", () -> !client.binaries.isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "elsewhere, 4404, elsewhere",
        "my-live-room?audio_rate=12, 4400, audio_rate",
        "my-live-room?audio_rate=fast, 4400, audio_rate",
        "%20, 4400, room_name",
        "a%0Ab, 4400, room_name",
    })
    void whatCannotBeShownIsToldInAMessageBeforeTheSocketIsClosed(String room, int code, String named) {
        try (SocketClient client = SocketClient.open(gateway, PATH + room)) {
            assertThat(client.closeCode()).isEqualTo(code);
            assertThat(client.texts).hasSize(1);
            assertThat(client.texts.getFirst().getBoolean("success")).isFalse();
            assertThat(client.texts.getFirst().getString("error")).contains(named);
            assertThat(client.binaries).isEmpty();
        }
    }

    @Test
    void aRoomThatWasStoppedIsNotLive() {
        call("stop", "my-live-room");

        try (SocketClient client = SocketClient.open(gateway, PATH + "my-live-room")) {
            assertThat(client.closeCode()).isEqualTo(4404);
        }
    }

    @Test
    void viewersShareTheEncodingAndLeaveTheRoomAsItWas() {
        try (SocketClient one = SocketClient.open(gateway, PATH + "my-live-room");
                SocketClient two = SocketClient.open(gateway, PATH + "my-live-room")) {
            Await.until("pictures for both", () -> one.binaries.size() > 5 && two.binaries.size() > 5);
            assertThat(gateway.meter("viewers")).as("of pictures and of sound").isEqualTo(4);
        }
        Await.until("nobody is left", () -> gateway.meter("viewers") == 0);
        assertThat(RunningGateway.json(gateway.get("/api/live-sessions/active")).getInteger("count"))
                .isEqualTo(1);
    }

    @Test
    @Tag("slow")
    void aViewerThatNeverReadsIsCutOffWhileAnotherSeesTheRoom() throws IOException {
        try (Socket stalled = new Socket();
                SocketClient reader = SocketClient.open(gateway, PATH + "my-live-room")) {
            stalled.setReceiveBufferSize(4096);
            stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            stalled.getOutputStream()
                    .write(("GET " + PATH + "my-live-room HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                    + "Sec-WebSocket-Version: 13\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            Await.until("both are viewers", () -> gateway.meter("viewers") == 4);

            Await.until("the stalled viewer is cut off", () -> gateway.meter("viewers") == 2);

            int before = reader.binaries.size();
            Await.until("the other goes on", () -> reader.binaries.size() > before + 10);
            assertThat(gateway.meter("viewers.stalled")).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void aPageOfAForeignOriginMayNotWatchAndPlainHttpIsToldWhatItIsFor() {
        assertThat(SocketClient.refusal(gateway, PATH + "my-live-room", "Origin", "https://evil.example"))
                .isEqualTo(403);
        assertThat(gateway.get(PATH + "my-live-room").statusCode()).isEqualTo(426);
    }
}
