package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.testkit.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class ApiFuzzTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Schemathesis knows nothing of SDP, which is text. */
    private static final String SDP = """
            import schemathesis

            @schemathesis.serializer("application/sdp", "application/trickle-ice-sdpfrag")
            def serialize_sdp(context, value):
                return value if isinstance(value, bytes) else str(value).encode("utf8")
            """;

    private static final String FORM = "status_code_conformance,content_type_conformance,response_schema_conformance";

    /** Schemathesis makes requests out of the description, good ones and bad ones, and judges the answers by it. */
    @Test
    void schemathesisFindsNoServerErrorAndNoUndocumentedAnswer() throws IOException {
        // Without a port for datagrams their receivers are unavailable, and rightly so.
        try (Product product = Product.start(folder, Map.of("MEDIAMESH_AUDIO_UDP_PORT", "0"))) {
            fuzz(
                    product,
                    "not_a_server_error," + FORM,
                    // An endless answer, which a tester of single answers can only wait for.
                    "--exclude-path-regex",
                    "video\\.mjpeg$",
                    "--exclude-operation-id",
                    "startLiveSession");
        }
    }

    /** No LiveKit server is there, so a room that could exist is a 502, which is no error of ours; its form is. */
    @Test
    void startingLiveSessionsIsAnsweredAsDescribed() throws IOException {
        try (Product product = Product.start(folder, Map.of())) {
            fuzz(product, FORM, "--include-operation-id", "startLiveSession");
        }
    }

    private void fuzz(Product product, String checks, String... which) throws IOException {
        Path python = Checkout.python();
        Files.writeString(folder.resolve("sdp.py"), SDP);
        Files.writeString(folder.resolve("schemathesis.toml"), "hooks = \"sdp.py\"\n");
        List<String> command = new ArrayList<>(List.of(
                python.resolveSibling("schemathesis").toString(),
                "run",
                product.url("/openapi.yaml"),
                "--url",
                product.url("/"),
                "--checks",
                checks,
                "--max-examples",
                "50",
                "--request-timeout",
                "15",
                "--seed",
                "1",
                "--no-color"));
        command.addAll(List.of(which));
        Tool.Result result = Tool.runIn(folder, 600, command);
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(product.status("/health")).isEqualTo(200);
    }
}
