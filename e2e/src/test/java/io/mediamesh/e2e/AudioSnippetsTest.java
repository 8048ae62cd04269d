package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.mediamesh.testkit.Await;
import io.mediamesh.testkit.Checkout;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client programs that people have for the API of audio analyses, run as they are: they know the usual ports, name no
 * stream and no types, and take whatever comes.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AudioSnippetsTest {
    private static final Path SNIPPETS = Checkout.root().resolve("e2e/src/test/resources/io/mediamesh/e2e/snippets");
    private static final Set<String> TYPES = Set.of(
            "pitch_tracker", "fft_spectrum", "octave_spectrum", "levels", "delay_estimator", "spectrogram", "scope");
    /** So many results need not all be in their first seconds. */
    private static final int MANY = 400;

    private static final int DATAGRAM_PORT = 9000;
    /** How Python prints a dictionary. */
    private static final Pattern PRINTED = Pattern.compile("Received: \\{'metadata': \\{'data_type': '(\\w+)'.*\\}\\}");

    private Product product;

    @BeforeAll
    void start(@TempDir Path folder) {
        product = Product.start(folder, AudioPorts.usual().settings());
    }

    @AfterAll
    void stop() {
        if (product != null) {
            product.close();
        }
    }

    /** Runs a program until it has printed many results of all types. */
    private static void expectResultsOf(String program) throws IOException {
        Process process = new ProcessBuilder(
                        Checkout.python().toString(),
                        "-u",
                        SNIPPETS.resolve(program).toString())
                .redirectErrorStream(true)
                .start();
        List<String> seen = new CopyOnWriteArrayList<>();
        List<String> strange = new CopyOnWriteArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> read(process, seen, strange));
        try {
            Await.until("many results: " + program, () -> {
                assertThat(strange).isEmpty();
                return seen.size() > MANY && Set.copyOf(seen).equals(TYPES);
            });
        } finally {
            process.destroyForcibly();
        }
        Await.until("its output is read", () -> !reader.isAlive());
    }

    private static void read(Process process, List<String> seen, List<String> strange) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher printed = PRINTED.matcher(line);
                if (printed.matches()) {
                    seen.add(printed.group(1));
                } else if (process.isAlive()) {
                    strange.add(line.substring(0, Math.min(300, line.length())));
                }
            }
        } catch (IOException killed) {
            if (process.isAlive()) {
                throw new UncheckedIOException(killed);
            }
        }
    }

    @Test
    void thePythonClientOfTcpGetsEveryMessageWhole() throws IOException {
        expectResultsOf("tcp.py");
    }

    @Test
    void thePythonReceiverOfDatagramsGetsThemOnceItIsAdded() throws IOException {
        Assumptions.assumeTrue(AudioPorts.isFree(DATAGRAM_PORT), "port " + DATAGRAM_PORT + " is taken");
        product.posted(
                "/api/v1/audio/receivers",
                new JsonObject().put("host", "localhost").put("port", DATAGRAM_PORT),
                201);

        expectResultsOf("udp.py");
    }

    @Tag("browser")
    @ParameterizedTest
    @ValueSource(strings = {"websocket.js", "events.js"})
    void thePageGetsAllTypes(String program) throws IOException {
        String snippet = Files.readString(SNIPPETS.resolve(program));
        try (Chromium chromium = Chromium.start();
                Page page = chromium.browser().newPage()) {
            page.navigate(product.url("/health/live"));
            page.evaluate("() => { window.logged = []; console.log = (...values) => logged.push(values); }");
            page.addScriptTag(new Page.AddScriptTagOptions().setContent(snippet));
            page.waitForFunction("count => logged.length > count", MANY);
            Object types = page.evaluate("() => [...new Set(logged.map(([, data]) => data.metadata.data_type))]");
            assertThat(((List<?>) types).stream().map(String::valueOf).collect(Collectors.toSet()))
                    .isEqualTo(TYPES);
            Object first = page.evaluate("() => { const [word, data] = logged[0]; return [word, data.metadata.stream,"
                    + " Object.keys(data).join()]; }");
            assertThat(first).isEqualTo(List.of("Received:", "test", "metadata,data"));
        }
    }

    @Test
    void theSnippetsAreThereAsTheyAre() throws IOException {
        for (Map.Entry<String, String> part : Map.of(
                        "tcp.py", "sock.connect(('localhost', 8766))",
                        "udp.py", "sock.bind(('localhost', 9000))",
                        "websocket.js", "new WebSocket('ws://localhost:8765');",
                        "events.js", "new EventSource('http://localhost:8768');")
                .entrySet()) {
            assertThat(Files.readString(SNIPPETS.resolve(part.getKey()))).contains(part.getValue());
        }
    }
}
