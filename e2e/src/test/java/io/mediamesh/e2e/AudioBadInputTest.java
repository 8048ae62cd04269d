package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients of sound get wrong: they are told, and somebody who listens meanwhile notices nothing. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AudioBadInputTest {
    private static final String IGNORED = "mediamesh_gateway_audio_datagrams_ignored_total";

    private final Vertx vertx = Vertx.vertx();
    private final AudioPorts ports = AudioPorts.free();
    private final Product product;
    private SoundSocket other;

    AudioBadInputTest(@TempDir Path folder) {
        this.product = Product.start(folder, ports.settings());
    }

    @BeforeAll
    void listen() {
        other = SoundSocket.open(vertx, ports.socket(), "types=levels");
        Await.until(
                "the other one hears something", () -> !other.results("levels").isEmpty());
    }

    @AfterEach
    void theOtherOneStillListens() {
        int before = other.results("levels").size();
        Await.until("the other one hears more", () -> other.results("levels").size() > before + 5);
        assertThat(other.messages).noneMatch(message -> message.containsKey("error"));
    }

    @AfterAll
    void stop() {
        Await.result(vertx.close());
        product.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "types=levls          | 4400 | types  | levels",
                "types=levels,        | 4400 | types  | fft_spectrum",
                "rate=-1              | 4400 | rate   | 1000",
                "rate=1000000000      | 4400 | rate   | 1000",
                "rate=fast            | 4400 | rate   | 0.01",
                "format=xml           | 4400 | format | dashboard",
                "stream=nowhere       | 4404 | stream | nowhere",
            })
    void aWishThatCantBeIsRefusedByName(String query, int code, String field, String word) {
        try (SoundSocket socket = SoundSocket.open(vertx, ports.socket(), query)) {
            JsonObject complaint = socket.complaint();
            assertThat(complaint.getString("field")).as(complaint.encode()).isEqualTo(field);
            assertThat(complaint.getString("error")).contains(word);
            Await.until("it is closed", () -> socket.closed().isPresent());
            assertThat(socket.closed()).contains(code);
            assertThat(socket.messages).hasSize(1);
        }
    }

    @Test
    void aStreamWithoutSoundSaysSo() {
        product.putStream("silent", "test:?tone=0");
        try (SoundSocket socket = SoundSocket.open(vertx, ports.socket(), "stream=silent&types=levels")) {
            Await.until("it is closed", () -> socket.closed().isPresent());
            JsonObject last = socket.messages.getLast();
            assertThat(last.getString("reason", last.getString("error"))).isEqualTo("the stream silent has no sound");
        }
    }

    @Test
    void bytesOnTheWebSocketAreAnsweredWithAComplaintAndResultsGoOn() {
        try (SoundSocket socket = SoundSocket.open(vertx, ports.socket(), "types=levels")) {
            Await.until("results", () -> !socket.results("levels").isEmpty());
            Await.result(socket.socket().writeBinaryMessage(Buffer.buffer(new byte[] {1, 2, 3})));
            assertThat(socket.complaint().getString("error")).contains("binary");

            int before = socket.results("levels").size();
            Await.until("more results", () -> socket.results("levels").size() > before + 5);
            assertThat(socket.closed()).isEmpty();
        }
    }

    @Test
    void aCommandThatIsNoJsonIsAnsweredWithAComplaintAndResultsGoOn() {
        try (SoundSocket socket = SoundSocket.open(vertx, ports.socket(), "types=levels")) {
            Await.result(socket.socket().writeTextMessage("subscribe levels"));
            assertThat(socket.complaint().getString("error")).contains("JSON");
            Await.until("results", () -> !socket.results("levels").isEmpty());
        }
    }

    @Test
    void aTransformOfAThousandSamplesIsRefusedWithTheSizesThatThereAre() {
        HttpResponse<byte[]> answer = product.put(
                "/api/v1/audio/settings",
                new JsonObject().put("values", new JsonObject().put("audio.fft_spectrum.fft_size", "1000")));
        assertThat(answer.statusCode()).as(Product.text(answer)).isEqualTo(400);
        assertThat(new JsonObject(Product.text(answer)).getString("error")).contains("1024", "32768");
    }

    @Test
    void aLineOfTcpThatIsTooLongIsRefusedAndTheConnectionClosed() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.tcp()));
            socket.getOutputStream().write("x".repeat(5000).getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            int end = all.indexOf('\n');
            JsonObject complaint = new JsonObject(all.substring(end + 1));
            assertThat(complaint.getString("error")).contains("4096");
            assertThat(Integer.parseInt(all.substring(0, end)))
                    .isEqualTo(all.substring(end + 1).getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void aDatagramOfAStrangerIsCountedAndNotAnswered() throws IOException {
        double before = product.metric(IGNORED);
        try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] bytes = "{\"types\":[\"levels\"]}".getBytes(StandardCharsets.US_ASCII);
            stranger.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), ports.udp()));
            Await.until("it is counted", () -> product.metric(IGNORED) == before + 1);
            assertThat(product.getJson("/api/v1/audio/receivers").getJsonArray("receivers"))
                    .isEmpty();
        }
    }
}
