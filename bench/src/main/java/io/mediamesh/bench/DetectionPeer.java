package io.mediamesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/** What detection is measured beside, and with: a server on FastAPI, ONNX Runtime alone, the model and a clip. */
final class DetectionPeer {
    private static final String MODEL = "yolox_nano.onnx";
    private static final String PICTURE = "dog.jpg";

    private DetectionPeer() {}

    /** A server as a process of its own. */
    record Server(Child child, int port) implements AutoCloseable {
        @Override
        public void close() {
            child.close();
        }
    }

    /** The model; it does not belong to the product. */
    static Path model(Lab lab) {
        return given(lab, "models", MODEL);
    }

    /** Whether there is what the benchmark needs and the product does not have. */
    static boolean isThere(Lab lab) {
        return Files.isRegularFile(place(lab, "models", MODEL)) && Files.isRegularFile(place(lab, "images", PICTURE));
    }

    private static Path place(Lab lab, String folder, String name) {
        String models = System.getenv("MEDIAMESH_TEST_MODELS");
        Path base = models == null ? lab.root().resolveSibling("shared/models") : Path.of(models);
        return base.resolveSibling(folder).resolve(name).normalize();
    }

    private static Path given(Lab lab, String folder, String name) {
        Path file = place(lab, folder, name);
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException("this benchmark needs " + name + ", which is looked for in ../shared/"
                    + folder + " or beside MEDIAMESH_TEST_MODELS; docs/benchmarks.md says where it is from");
        }
        return file;
    }

    /** Six seconds of 640×480 at 30 fps, with a dog, a bicycle and a car that move. */
    static Path clip(Lab lab) throws IOException, InterruptedException {
        Path clip = lab.scratch().resolve("dog.mp4");
        List<String> command = List.of(
                Loader.load(ffmpeg.class),
                "-nostdin",
                "-v",
                "error",
                "-loop",
                "1",
                "-framerate",
                "30",
                "-i",
                given(lab, "images", PICTURE).toString(),
                "-t",
                "6",
                "-vf",
                "crop=640:480:64+60*sin(t*PI/3):48+40*cos(t*PI/3),format=yuv420p",
                "-c:v",
                "libopenh264",
                "-b:v",
                "4000000",
                "-y",
                clip.toString());
        try (Child maker = Child.silent(lab, "clip", command, Map.of())) {
            maker.expectSuccess(120);
        }
        return clip;
    }

    /** Starts the server, and waits until it listens. */
    static Server server(Lab lab, Path clip, boolean tuned) throws IOException, InterruptedException {
        List<String> command = PythonPeers.command(lab, "bench/peers/fastapi-detection/server.py");
        command.addAll(List.of("--model", model(lab).toString(), "--source", clip.toString(), "--port", "0"));
        if (tuned) {
            command.add("--tuned");
        }
        Child child = Child.talking(lab, "fastapi", command, Map.of());
        try {
            String line = child.expectLine();
            if (!line.startsWith("listening ")) {
                throw child.failure("did not say where it listens");
            }
            return new Server(child, Integer.parseInt(line.substring("listening ".length())));
        } catch (InterruptedException | RuntimeException failure) {
            child.close();
            throw failure;
        }
    }

    /** ONNX Runtime with one thread, ready to run the model. */
    static Child runtime(Lab lab) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Product.jvm());
        command.addAll(List.of(DetectChild.class.getName(), model(lab).toString()));
        Child child = Child.talking(lab, "onnxruntime", command, Map.of());
        try {
            child.expectLine();
            return child;
        } catch (InterruptedException | RuntimeException failure) {
            child.close();
            throw failure;
        }
    }
}
