package io.mediamesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Schemathesis makes requests out of the description, good ones and bad ones, and judges the answers by it. */
    @Test
    void schemathesisFindsNoServerErrorAndNoUndocumentedAnswer() throws IOException {
        Path python = Tool.python();
        Files.writeString(folder.resolve("sdp.py"), SDP);
        Files.writeString(folder.resolve("schemathesis.toml"), "hooks = \"sdp.py\"\n");
        try (Product product = Product.start(folder, Map.of())) {
            Tool.Result result = Tool.runIn(
                    folder,
                    240,
                    List.of(
                            python.resolveSibling("schemathesis").toString(),
                            "run",
                            product.url("/openapi.yaml"),
                            "--url",
                            product.url("/"),
                            "--checks",
                            "not_a_server_error,status_code_conformance,content_type_conformance,"
                                    + "response_schema_conformance",
                            // An endless answer, which a tester of single answers can only wait for.
                            "--exclude-path-regex",
                            "video\\.mjpeg$",
                            // No LiveKit server is there: a room that could exist is a 502.
                            "--exclude-operation-id",
                            "startLiveSession",
                            "--max-examples",
                            "50",
                            "--request-timeout",
                            "15",
                            "--seed",
                            "1",
                            "--no-color"));
            assertThat(result.status()).as(result.output()).isZero();
            assertThat(product.status("/health")).isEqualTo(200);
        }
    }
}
