package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be seen of a model that has run once, on an even picture.
 *
 * @param inputs names of all inputs
 * @param outputs in the order of the model
 * @param metadata what its makers wrote into it
 */
record Trial(
        InputPort input,
        Set<String> inputs,
        Map<String, Output> outputs,
        Map<String, String> metadata,
        Manifest manifest) {

    /** Tables of numbers, of which the last two dimensions count. */
    List<Output> tables() {
        return outputs.values().stream()
                .filter(output -> output.isReal() && output.isTable())
                .toList();
    }

    /** The names of the classes, where they are known; else empty. */
    List<String> names() {
        return manifest.labels().isEmpty()
                ? Labels.ofMetadata(metadata.getOrDefault("names", ""))
                        .map(Labels::names)
                        .orElse(List.of())
                : manifest.labels();
    }

    /** Labels of a model with so many classes. */
    Labels labels(int classes) {
        if (!manifest.labels().isEmpty()) {
            return new Labels(manifest.labels(), "of the manifest");
        }
        return Labels.ofMetadata(metadata.getOrDefault("names", "")).orElseGet(() -> Labels.usual(classes));
    }

    /** How many classes the metadata name, at most so many. */
    int classesWithin(int most) {
        return Labels.ofMetadata(metadata.getOrDefault("names", ""))
                .map(labels -> Math.min(most, labels.names().size()))
                .orElse(most);
    }

    MeshException refused(String reason, String... manifestLines) {
        String found = "input " + input.port() + " and outputs "
                + outputs.values().stream().map(Output::toString).collect(Collectors.joining(", "));
        String remedy = manifestLines.length == 0
                ? ""
                : ". These lines of a manifest would settle it:\n  " + String.join("\n  ", manifestLines);
        return new MeshException(FailureCode.UNAVAILABLE, reason + "; it has " + found + remedy);
    }
}
