package io.mediamesh.bench;

import io.mediamesh.media.OnnxFile;
import io.mediamesh.vision.onnx.DetectorModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs in a process of its own: ONNX Runtime with one thread and one model, and nothing beside it. For each line with a
 * number of milliseconds it runs the model for so long, and answers how often it did in a second.
 */
final class DetectChild {
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private DetectChild() {}

    /**
     * Runs until its input ends.
     *
     * @param arguments the file of a detector
     */
    public static void main(String[] arguments) throws IOException {
        try (DetectorModel model = DetectorModel.load("the benchmark", Path.of(arguments[0]), OnnxFile.MOST_BYTES, 1)) {
            model.runsPerSecond(WARM_UP);
            System.out.println("ready");
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(model.runsPerSecond(Duration.ofMillis(Long.parseLong(line))));
            }
        }
    }
}
