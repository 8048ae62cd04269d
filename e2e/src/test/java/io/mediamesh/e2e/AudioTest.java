package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mediamesh.client.AudioClient;
import io.mediamesh.client.AudioData;
import io.mediamesh.client.AudioError;
import io.mediamesh.client.AudioResult;
import io.mediamesh.client.AudioType;
import io.mediamesh.client.ClientOptions;
import io.mediamesh.client.FftSpectrumData;
import io.mediamesh.client.LevelsData;
import io.mediamesh.client.OctaveSpectrumData;
import io.mediamesh.client.OtherData;
import io.mediamesh.client.PitchData;
import io.mediamesh.client.QueueConsumer;
import io.mediamesh.client.ScopeData;
import io.mediamesh.client.SpectrogramData;
import io.mediamesh.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What clients outside get of the sound of streams, over each of the protocols. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AudioTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    /** The test source's: a sine of a tenth of full scale, with a tick in the first 40 ms of each second. */
    private static final double TONE_PEAK_DB = -20;

    private static final double TONE_RMS_DB = TONE_PEAK_DB - 3.01;

    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final AudioPorts ports = AudioPorts.free();
    private final Product product;

    AudioTest(@TempDir Path folder) {
        this.folder = folder;
        this.product = Product.start(folder, ports.settings());
    }

    @AfterAll
    void stop() {
        Await.result(vertx.close());
        product.close();
    }

    private AudioClient client(String stream) {
        return AudioClient.create(
                vertx, URI.create("ws://127.0.0.1:" + ports.socket()), Optional.of(stream), ClientOptions.DEFAULT);
    }

    /** The first result that is as wanted. */
    private static <T extends AudioResult> T await(
            QueueConsumer queue, Class<T> type, java.util.function.Predicate<T> wanted) throws InterruptedException {
        for (int tries = 0; tries < 1000; tries++) {
            AudioData next = queue.get(LONG).orElseThrow();
            if (type.isInstance(next.data()) && wanted.test(type.cast(next.data()))) {
                return type.cast(next.data());
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " among a thousand results is as wanted");
    }

    /** The analyses that run for a stream, as the members that make them say. */
    private List<JsonObject> analyses(String stream) {
        List<JsonObject> all = new ArrayList<>();
        JsonArray members = product.getJson("/api/v1/audio/statistics").getJsonArray("members");
        for (int index = 0; index < members.size(); index++) {
            JsonArray analyses = members.getJsonObject(index).getJsonArray("analyses");
            for (int at = 0; at < analyses.size(); at++) {
                if (stream.equals(analyses.getJsonObject(at).getString("stream"))) {
                    all.add(analyses.getJsonObject(at));
                }
            }
        }
        return all;
    }

    @Test
    void theToneOfTheTestSourceIsMeasuredRightByEveryAnalysis() throws InterruptedException {
        product.putStream("tone", "test:?tone=440");
        AudioClient client = client("tone");
        QueueConsumer queue = new QueueConsumer();
        for (AudioType type : List.of(
                AudioType.LEVELS,
                AudioType.PITCH_TRACKER,
                AudioType.FFT_SPECTRUM,
                AudioType.OCTAVE_SPECTRUM,
                AudioType.SPECTROGRAM,
                AudioType.SCOPE)) {
            Await.result(client.registerConsumer(type, queue));
        }

        LevelsData levels = await(
                queue, LevelsData.class, found -> Math.abs(found.rmsLevelsDb().getFirst() - TONE_RMS_DB) < 0.05);
        assertThat(levels.channelLabels()).hasSize(1);
        PitchData pitch =
                await(queue, PitchData.class, found -> found.noteName().equals(Optional.of("A4")));
        assertThat(pitch.frequencyHz().orElseThrow()).isCloseTo(440, within(0.5));
        FftSpectrumData spectrum =
                await(queue, FftSpectrumData.class, found -> Math.abs(found.peakMagnitudeDb() - TONE_PEAK_DB) < 0.05);
        assertThat(spectrum.peakFrequencyHz()).isCloseTo(440, within(0.5));
        // The sum of bands that overlap: 440 Hz lies near the edge between two of them.
        OctaveSpectrumData octaves =
                await(queue, OctaveSpectrumData.class, found -> Math.abs(found.overallLevelDb() - TONE_RMS_DB) < 0.8);
        int loudest = octaves.bandEnergiesDb()
                .indexOf(octaves.bandEnergiesDb().stream().max(Double::compare).orElseThrow());
        // IEC 61260-1: the third-octave band of 440 Hz has its middle at 1000 · 10^(−0.4) Hz, nominally 400 Hz.
        assertThat(octaves.centerFrequenciesHz().get(loudest)).isCloseTo(398.11, within(0.01));
        SpectrogramData spectrogram = await(queue, SpectrogramData.class, found -> true);
        assertThat(spectrogram.columnsDb())
                .allSatisfy(column -> assertThat(column).hasSameSizeAs(spectrogram.frequenciesHz()));
        ScopeData scope = await(queue, ScopeData.class, ScopeData::triggered);
        assertThat(scope.maxima().getFirst()).hasSameSizeAs(scope.minima().getFirst());
        Await.result(client.shutdown());
    }

    /** 200 Hz at the beginning and 475 Hz more in each second, as FFmpeg's expression says. */
    @Test
    void theSpectrumOfASweepFollowsIt() throws InterruptedException {
        Path sweep = Tool.ffmpeg(
                folder.resolve("sweep.wav"),
                "-f",
                "lavfi",
                "-i",
                "aevalsrc='0.5*sin(2*PI*(200*t+237.5*t*t))':s=48000:d=8");
        product.putStream("sweep", sweep.toUri().toString());
        AudioClient client = client("sweep");
        QueueConsumer queue = new QueueConsumer();
        Await.result(client.registerConsumer(AudioType.FFT_SPECTRUM, queue));

        double first = Double.NaN;
        double begin = Double.NaN;
        int compared = 0;
        while (compared < 60) {
            AudioData next = queue.get(LONG).orElseThrow();
            double peakHz = ((FftSpectrumData) next.data()).peakFrequencyHz();
            if (Double.isNaN(first)) {
                first = peakHz;
                begin = next.metadata().timestamp();
                continue;
            }
            double expectedHz = first + 475 * (next.metadata().timestamp() - begin);
            // A window of 4096 samples at 48 kHz hears 40 Hz of the sweep.
            assertThat(peakHz).isCloseTo(expectedHz, within(40.0));
            compared++;
        }
        Await.result(client.shutdown());
    }

    @Test
    void onlyWhatSomebodyWantsIsAnalysedAndNothingForNobody() {
        product.putStream("quiet", "test:?tone=330");
        assertThat(analyses("quiet")).isEmpty();
        AudioClient client = client("quiet");
        List<AudioData> seen = new CopyOnWriteArrayList<>();
        var registration = Await.result(client.registerConsumer(AudioType.LEVELS, seen::add));
        Await.until("results", () -> seen.size() > 20);

        assertThat(analyses("quiet"))
                .extracting(analysis -> analysis.getString("type"))
                .containsExactly("levels");
        Await.result(registration.close());
        Await.until("nothing is analysed any more", () -> analyses("quiet").isEmpty());
        Await.until("the source is closed", () -> product.getJson("/api/v1/streams/quiet")
                .getString("state")
                .equals("idle"));
        Await.result(client.shutdown());
    }

    @Test
    void aThousandthConsumerCostsNoSecondAnalysis() {
        product.putStream("shared", "test:?tone=550");
        List<SoundSocket> sockets = new ArrayList<>();
        for (int index = 0; index < 40; index++) {
            sockets.add(SoundSocket.open(vertx, ports.socket(), "stream=shared&types=levels"));
        }
        Await.until("all have results", () -> sockets.stream()
                .allMatch(socket -> socket.results("levels").size() > 10));

        assertThat(analyses("shared")).hasSize(1);
        JsonObject topic = product.getJson("/api/v1/topics").getJsonArray("topics").stream()
                .map(JsonObject.class::cast)
                .filter(active -> active.getString("stream").equals("shared")
                        && active.getString("topic").equals("levels"))
                .findFirst()
                .orElseThrow();
        assertThat(topic.getInteger("subscribers")).isEqualTo(1);
        sockets.forEach(SoundSocket::close);
    }

    @Test
    void aTypeThatThereIsBesideTheUsualOnesComesToo() throws InterruptedException {
        product.putStream("loud", "test:?tone=997");
        AudioClient client = client("loud");
        QueueConsumer queue = new QueueConsumer();
        Await.result(client.registerConsumer(new AudioType("loudness"), queue));

        assertThat(queue.get(LONG).orElseThrow().data()).isInstanceOf(OtherData.class);
        Await.result(client.shutdown());
    }

    @Test
    void theRateIsTheOneThatWasAskedFor() throws InterruptedException {
        product.putStream("slow", "test:?tone=440");
        AudioClient client = client("slow");
        QueueConsumer queue = new QueueConsumer();
        Await.result(client.setRate(AudioType.LEVELS, 4));
        Await.result(client.registerConsumer(AudioType.LEVELS, queue));

        assertThat(queue.get(LONG)).isPresent();
        double begin = queue.get(LONG).orElseThrow().metadata().timestamp();
        double end = begin;
        for (int index = 0; index < 8; index++) {
            end = queue.get(LONG).orElseThrow().metadata().timestamp();
        }
        // By the times of the sound, however late it came.
        assertThat(end - begin).isCloseTo(2, within(0.25));
        Await.result(client.shutdown());
    }

    @Test
    void dashboardsGetTheFormsThatTheyKnow() {
        product.putStream("board", "test:?tone=440");
        try (SoundSocket socket = SoundSocket.open(vertx, ports.socket(), "stream=board&format=dashboard")) {
            for (String type : List.of("pitch_update", "spectrum_update", "levels_update")) {
                Await.until(type, () -> socket.messages.stream()
                        .anyMatch(message -> type.equals(message.getString("type"))));
            }
            assertThat(socket.messages).allSatisfy(message -> {
                switch (message.getString("type")) {
                    case "pitch_update" ->
                        assertThat(message.fieldNames())
                                .containsExactlyInAnyOrder("type", "frequency", "note", "confidence");
                    case "spectrum_update" -> {
                        assertThat(message.fieldNames())
                                .containsExactlyInAnyOrder("type", "frequencies", "magnitudes", "peak_freq");
                        assertThat(message.getJsonArray("frequencies").size())
                                .isBetween(2, 200)
                                .isEqualTo(message.getJsonArray("magnitudes").size());
                    }
                    case "levels_update" ->
                        assertThat(message.fieldNames()).containsExactlyInAnyOrder("type", "peak_levels", "rms_levels");
                    default -> throw new AssertionError(message.encode());
                }
            });
        }
    }

    @Test
    void aTcpClientThatStopsReadingCostsBoundedBytesAndNobodyElseAnything() throws IOException {
        product.putStream("stalled", "test:?tone=440");
        List<AudioError> errors = new CopyOnWriteArrayList<>();
        List<AudioData> seen = new CopyOnWriteArrayList<>();
        AudioClient other = client("stalled");
        other.addErrorListener(errors::add);
        Await.result(other.registerConsumer(AudioType.LEVELS, seen::add));
        try (Socket stalled = new Socket()) {
            stalled.setReceiveBufferSize(4096);
            stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.tcp()));
            stalled.getOutputStream()
                    .write("{\"stream\":\"stalled\",\"types\":[\"fft_spectrum\"],\"rate\":0}\n"
                            .getBytes(StandardCharsets.US_ASCII));
            int before = seen.size();
            Await.until(
                    "ten seconds of levels for the other", Duration.ofSeconds(40), () -> seen.size() > before + 500);

            assertThat(errors).isEmpty();
            assertThat(seen)
                    .allSatisfy(data -> assertThat(data.metadata().dropped()).isZero());
            // Ten seconds of spectra are 7 MB and more.
            assertThat(bytesBeforeTheFirstGap(stalled)).isLessThan(3_000_000);
        }
        Await.result(other.shutdown());
    }

    /** Reads what was sent until a message says that some before it were dropped. */
    private static long bytesBeforeTheFirstGap(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        long bytes = 0;
        while (true) {
            int length = 0;
            for (int digit = in.readUnsignedByte(); digit != '\n'; digit = in.readUnsignedByte()) {
                length = 10 * length + Character.digit(digit, 10);
            }
            byte[] json = new byte[length];
            in.readFully(json);
            JsonObject message = new JsonObject(new String(json, StandardCharsets.UTF_8));
            if (message.containsKey("metadata")
                    && message.getJsonObject("metadata").containsKey("dropped")) {
                return bytes;
            }
            bytes += length;
        }
    }
}
