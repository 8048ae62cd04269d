package io.mediamesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The peer of the detection benchmark as it is run for it. */
@Tag("slow")
class DetectionPeerTest {
    private static final int ENOUGH = 5;
    private static final int PATIENCE = 200;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = Lab.open(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), 1);
        assumeTrue(
                Files.isExecutable(lab.python())
                        && new ProcessBuilder(
                                                lab.python().toString(),
                                                "-c",
                                                "import cv2, fastapi, onnxruntime, uvicorn")
                                        .start()
                                        .waitFor()
                                == 0,
                "needs FastAPI, which ./mediamesh bench installs");
        assumeTrue(DetectionPeer.isThere(lab), "needs YOLOX-Nano beside the checkout");
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    @Test
    void theServerSendsAnnotatedPicturesOfTheClipAndTellsWhenTheyWereTaken() throws Exception {
        Path clip = DetectionPeer.clip(lab);
        try (DetectionPeer.Server server = DetectionPeer.server(lab, clip, true);
                MessageCounter pictures = MessageCounter.open(lab.vertx(), server.port(), "/ws/video-stream")) {
            for (int turn = 0; pictures.messages() < ENOUGH && turn < PATIENCE; turn++) {
                lab.pause(50);
            }

            assertThat(pictures.messages()).isGreaterThanOrEqualTo(ENOUGH);
            assertThat(pictures.takeAges().getMaxValue()).isPositive();
        }
    }
}
