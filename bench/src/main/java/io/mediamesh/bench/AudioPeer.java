package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The same analyses in Python, and those of the audio service, each in a process of its own. */
final class AudioPeer {
    private static final long SECONDS = 120;

    private AudioPeer() {}

    /** What the analyses took for each second of sound, in CPU seconds, without and with JSON. */
    record Cpu(double plain, double withJson, JsonObject byType) {
        static Cpu of(JsonObject line) {
            return new Cpu(
                    line.getDouble("cpu_per_second"),
                    line.getDouble("cpu_per_second_json"),
                    line.getJsonObject("by_type"));
        }
    }

    /** One round of numpy, scipy and librosa, at these rates. */
    static Cpu python(Lab lab, AudioFiles files, JsonObject rates) throws IOException, InterruptedException {
        List<String> command = PythonPeers.command(lab, "bench/peers/audio-analysis/analyse.py");
        command.addAll(List.of(
                "--mono",
                files.mono().toString(),
                "--stereo",
                files.stereo().toString(),
                "--rates",
                rates.stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(","))));
        // More threads would cost more CPU and no less time than they save for arrays of this size.
        try (Child child = Child.talking(lab, "python", command, Map.of("OMP_NUM_THREADS", "1"))) {
            Cpu cpu = Cpu.of(new JsonObject(child.expectLine()));
            child.expectSuccess(SECONDS);
            return cpu;
        }
    }

    /** A process with the audio service's own; the line that it begins with tells what they are. */
    static Child ours(Lab lab, AudioFiles files) throws IOException {
        List<String> command = new ArrayList<>(Product.jvm());
        command.addAll(List.of(
                AudioChild.class.getName(),
                files.mono().toString(),
                files.stereo().toString()));
        return Child.talking(lab, "analyses", command, Map.of());
    }
}
