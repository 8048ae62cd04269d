package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.MeshException;
import io.mediamesh.vision.onnx.OutputForm.Candidates;
import io.mediamesh.vision.onnx.OutputForm.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model is, and how it is used.
 *
 * @param confidence less certain objects are left out, 0 to 1
 * @param overlap boxes of a class that share more of what they cover together are the same object
 * @param assumed what could not be seen, for people
 */
record Recognition(
        Family family,
        InputForm input,
        OutputForm output,
        Labels labels,
        double confidence,
        double overlap,
        List<String> assumed) {
    /** Numbers of a box that is told in shares of the picture may be a little beyond 1; a box in pixels is larger. */
    static final double LARGEST_SHARE = 2;

    private static final int LABELS_LISTED = 20;

    /** The output as one of the forms that a family has. */
    record Seen(Family family, OutputForm output) {}

    /**
     * Recognises the model.
     *
     * @throws MeshException with what was found and what a manifest has to say, where it can't be recognised
     */
    static Recognition of(Trial trial) {
        if ("obb".equals(trial.metadata().get("task"))
                || "classify".equals(trial.metadata().get("task"))) {
            throw trial.refused("it is no detector of upright boxes: its task is "
                    + trial.metadata().get("task"));
        }
        Seen seen = seen(trial).orElseThrow(() -> unknown(trial));
        Manifest manifest = trial.manifest();
        Family family = seen.family();
        InputPort port = trial.input();
        InputForm input = new InputForm(
                port.port(),
                port.widthPx(),
                port.heightPx(),
                port.planar(),
                manifest.colours().orElse(family.colours()),
                new Family.Scale(
                        manifest.mean().orElse(family.scale().mean()),
                        manifest.deviation().orElse(family.scale().deviation())),
                manifest.fit().orElse(family.fit()),
                manifest.padding().orElse(InputForm.USUAL_PADDING));
        return new Recognition(
                family,
                input,
                seen.output(),
                labels(trial, seen),
                manifest.confidence().orElse(family.confidence()),
                manifest.overlap().orElse(family.overlap()),
                assumed(trial, seen, input));
    }

    private static Optional<Seen> seen(Trial trial) {
        return NamedForms.of(trial).or(() -> PairForms.of(trial)).or(() -> TableForms.of(trial));
    }

    private static Labels labels(Trial trial, Seen seen) {
        if (seen.family() == Family.ULTRAFACE && trial.names().isEmpty()) {
            return new Labels(List.of("face"), "UltraFace's");
        }
        Labels labels =
                switch (seen.output()) {
                    case Candidates candidates -> trial.labels(candidates.classes());
                    case Findings findings -> trial.labels(0);
                };
        if (seen.output() instanceof Candidates candidates
                && !trial.manifest().labels().isEmpty()
                && labels.names().size() != candidates.classes()) {
            throw MeshException.invalid(
                    "labels",
                    "its manifest has " + labels.names().size() + " labels, and the model has " + candidates.classes()
                            + " classes");
        }
        return labels;
    }

    private static List<String> assumed(Trial trial, Seen seen, InputForm input) {
        List<String> assumed = new ArrayList<>();
        boolean guessed = seen.family() == Family.SSD || seen.family() == Family.SSD_NMS;
        if (guessed && !input.whole() && trial.manifest().mean().isEmpty()) {
            assumed.add("colours of 0 to 1; if the model takes others, write input.mean and input.deviation");
        }
        if (guessed && trial.manifest().colours().isEmpty()) {
            assumed.add("the order red, green, blue; if it is another, write input.colours: bgr");
        }
        return assumed;
    }

    private static MeshException unknown(Trial trial) {
        return trial.manifest().family().isPresent()
                ? trial.refused(
                        "its outputs are not those of the family "
                                + trial.manifest().family().get().id(),
                        "family: " + String.join(" | ", Family.ids()))
                : trial.refused(
                        "it is no detector that is known by its outputs",
                        "family: " + String.join(" | ", Family.ids()),
                        "labels: [the names of the classes]");
    }

    /** Several lines for people. */
    List<String> lines() {
        List<String> names = labels.names();
        String some = String.join(", ", names.subList(0, Math.min(LABELS_LISTED, names.size())));
        List<String> lines = new ArrayList<>(List.of(
                "family       " + family.title() + " (" + family.id() + ")",
                "input        " + input,
                "output       " + outputLine(),
                "classes      " + (some.isEmpty() ? "" : names.size() + ": " + some)
                        + (names.size() > LABELS_LISTED ? ", …" : "") + (some.isEmpty() ? "" : "; ")
                        + "labels " + labels.origin(),
                String.format(Locale.ROOT, "thresholds   confidence %.2f, overlap %.2f", confidence, overlap)));
        assumed.forEach(each -> lines.add("assumed      " + each));
        return lines;
    }

    private String outputLine() {
        return switch (output) {
            case Candidates some ->
                String.join(", ", output.outputs()) + ": " + some.count() + " candidates, boxes as "
                        + ManifestReader.word(some.boxes().form()) + " in "
                        + ManifestReader.word(some.boxes().unit())
                        + (some.grid().isPresent() ? " of their cells" : "")
                        + (some.objectness().isPresent() ? ", objectness" : "") + ", scores "
                        + ManifestReader.word(some.activation()) + ", background "
                        + ManifestReader.word(some.background());
            case Findings some ->
                String.join(", ", output.outputs()) + ": without overlapping ones, boxes as "
                        + ManifestReader.word(some.boxes().form());
        };
    }
}
