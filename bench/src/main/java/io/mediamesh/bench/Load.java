package io.mediamesh.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One round of load: what the viewers counted and the CPU time that the process under test took for it.
 *
 * @param cpu of the process under test while the viewers counted
 * @param counts the last line of {@code ws-viewers}
 */
record Load(Duration cpu, JsonObject counts) {
    private static final long GRACE_SECONDS = 10;

    /** Runs the load and watches the process. */
    static Load run(Lab lab, Path generator, List<String> arguments, long pidUnderTest)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(generator.toString());
        command.addAll(arguments);
        try (Child load = Child.talking(lab, "ws-viewers", command, Map.of())) {
            expect("counting", load);
            Duration before = ProcFs.cpuTime(pidUnderTest);
            expect("counted", load);
            Duration after = ProcFs.cpuTime(pidUnderTest);
            JsonObject counts = expect("done", load);
            load.expectSuccess(GRACE_SECONDS);
            return new Load(after.minus(before), counts);
        }
    }

    private static JsonObject expect(String event, Child load) throws InterruptedException {
        JsonObject line = new JsonObject(load.expectLine());
        if (!event.equals(line.getString("event"))) {
            throw load.failure("said " + line.encode() + " instead of " + event);
        }
        return line;
    }

    /** Frames that reached viewers, whole and unchanged. */
    long frames() {
        return counts.getLong("frames") - counts.getLong("altered");
    }

    /** Frames that reached viewers in another form than they were sent. */
    long altered() {
        return counts.getLong("altered");
    }

    /** CPU time for each frame that reached a viewer. */
    double cpuMicrosPerFrame() {
        return frames() == 0 ? Double.NaN : cpu.toNanos() / 1e3 / frames();
    }

    /** The share of all frames that should have come which came; 1 when nothing was dropped. */
    double deliveredShare() {
        return frames() / (double) (counts.getLong("source_frames") * counts.getLong("viewers"));
    }

    /** Time from the source to a viewer. */
    double p99Millis() {
        return counts.getDouble("p99_millis");
    }

    /** How much of what should have come did, beside a peer under the same load. */
    static Figure delivered(List<Load> ours, String peer, List<Load> theirs) {
        return Figure.beside(
                "frames delivered",
                "%",
                percent(ours),
                new Figure.Peer(peer, percent(theirs)),
                new Goal.RatioAtLeast(0.99));
    }

    private static double percent(List<Load> rounds) {
        return Medians.of(
                rounds.stream().map(load -> 100 * load.deliveredShare()).toList());
    }

    /** How much came in another form than it was sent. */
    static Figure altered(List<Load> ours) {
        return Figure.alone(
                "frames not passed through as they came",
                "",
                ours.stream().mapToDouble(Load::altered).sum(),
                new Goal.ValueAtMost(0));
    }
}
