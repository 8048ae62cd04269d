package io.mediamesh.tracking.onnx;

import ai.onnxruntime.OnnxJavaType;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxPort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a pair of models is used: which of the exports in use it is, and what its inputs and outputs are for.
 *
 * @param family whose pictures and boxes it takes
 * @param image the encoder's only input
 * @param features inputs of the decoder, and the output of the encoder that each of them takes
 * @param points corners of the box
 * @param labels which corner is which
 * @param maskInput an earlier mask, which is left empty
 * @param hasMaskInput whether there is one
 * @param pictureSize height and width that masks are to have
 * @param masks one or more masks, as logits
 * @param scores how good the model thinks each of them is, 0 to 1
 * @param reduced whether masks come at the model's own, lower resolution
 */
record Signature(
        Family family,
        OnnxPort image,
        Map<String, String> features,
        OnnxPort points,
        OnnxPort labels,
        Optional<OnnxPort> maskInput,
        Optional<OnnxPort> hasMaskInput,
        Optional<OnnxPort> pictureSize,
        OnnxPort masks,
        OnnxPort scores,
        boolean reduced) {
    private static final Set<String> PROMPTS = Set.of("mask_input", "has_mask_input", "orig_im_size");
    private static final int MOST_SIDE_PX = 4096;

    /** Models whose authors agreed on the form of pictures and boxes. */
    enum Family {
        /** Segment Anything, and MobileSAM with the same decoder: the longer side fills the model, the rest is empty. */
        SAM,
        /** EfficientSAM: the picture is stretched, its values are 0 to 1. */
        EFFICIENT_SAM,
        /** Segment Anything 2: the picture is stretched; the decoder takes finer features, too. */
        SAM2
    }

    /** The inputs and outputs of a model by their names. */
    record Ports(Map<String, OnnxPort> inputs, Map<String, OnnxPort> outputs) {
        @Override
        public String toString() {
            return "inputs " + OnnxPort.list(inputs) + " and outputs " + OnnxPort.list(outputs);
        }
    }

    /** Recognises the models, or says what was expected and what is there. */
    static Signature of(Ports encoder, Ports decoder) {
        if (encoder.inputs.size() != 1
                || !isPicture(encoder.inputs.values().iterator().next())) {
            throw refused(
                    "encoder",
                    "it has to have one input, float32 with the shape 1×3×height×width or height×width×3,",
                    encoder);
        }
        OnnxPort points = one(decoder, decoder.inputs, "point_coords", "batched_point_coords");
        OnnxPort labels = one(decoder, decoder.inputs, "point_labels", "batched_point_labels");
        if (!takesBox(points, labels)) {
            throw refused("decoder", "its points have to have the shape 1×n×2 or 1×1×n×2, n being 2 or more,", decoder);
        }
        Map<String, String> features = features(encoder, decoder, Set.of(points.name(), labels.name()));
        Optional<OnnxPort> reduced = named(decoder.outputs, "low_res");
        OnnxPort masks = reduced.or(() -> named(decoder.outputs, "mask"))
                .filter(port -> port.type() == OnnxJavaType.FLOAT && port.rank() >= 4)
                .orElseThrow(() -> refused(
                        "decoder", "it has to have an output \"masks\" or \"low_res_masks\" of float32", decoder));
        OnnxPort scores = named(decoder.outputs, "iou")
                .or(() -> named(decoder.outputs, "score"))
                .filter(port -> port.type() == OnnxJavaType.FLOAT)
                .orElseThrow(
                        () -> refused("decoder", "it has to have an output \"iou_predictions\" of float32", decoder));
        for (String name : PROMPTS) {
            if (decoder.inputs.containsKey(name) && !decoder.inputs.get(name).isNumber()) {
                throw refused("decoder", "its " + name + " has to be float32, int32 or int64", decoder);
            }
        }
        return new Signature(
                family(points, features),
                encoder.inputs.values().iterator().next(),
                features,
                points,
                labels,
                Optional.ofNullable(decoder.inputs.get("mask_input")),
                Optional.ofNullable(decoder.inputs.get("has_mask_input")),
                Optional.ofNullable(decoder.inputs.get("orig_im_size")),
                masks,
                scores,
                reduced.isPresent());
    }

    private static Family family(OnnxPort points, Map<String, String> features) {
        if (points.name().startsWith("batched")) {
            return Family.EFFICIENT_SAM;
        }
        return features.size() > 1 ? Family.SAM2 : Family.SAM;
    }

    private static boolean isPicture(OnnxPort port) {
        if (port.type() != OnnxJavaType.FLOAT) {
            return false;
        }
        int colours = port.rank() == 4 ? 1 : 2;
        int firstSide = port.rank() == 4 ? 2 : 0;
        return (port.rank() == 3 || (port.rank() == 4 && port.dimension(0, 1) == 1))
                && port.dimension(colours, 3) == 3
                && port.dimension(firstSide, 1) <= MOST_SIDE_PX
                && port.dimension(firstSide + 1, 1) <= MOST_SIDE_PX;
    }

    private static boolean takesBox(OnnxPort points, OnnxPort labels) {
        boolean alike = points.isNumber() && labels.isNumber() && points.rank() == labels.rank() + 1;
        if (!alike || points.rank() < 3 || points.rank() > 4) {
            return false;
        }
        boolean single = points.dimension(0, 1) == 1 && points.dimension(points.rank() - 3, 1) == 1;
        return single
                && points.dimension(-1, 2) == 2
                && points.dimension(-2, 2) >= 2
                && labels.dimension(-1, points.dimension(-2, 2)) == points.dimension(-2, 2);
    }

    private static Map<String, String> features(Ports encoder, Ports decoder, Set<String> box) {
        Map<String, String> features = new LinkedHashMap<>();
        for (OnnxPort wanted : decoder.inputs.values()) {
            if (!PROMPTS.contains(wanted.name()) && !box.contains(wanted.name())) {
                features.put(wanted.name(), source(encoder, decoder, wanted));
            }
        }
        if (features.isEmpty()) {
            throw refused("decoder", "it has to take what the encoder gives", decoder);
        }
        return features;
    }

    /** An output of the same name, or the only one. */
    private static String source(Ports encoder, Ports decoder, OnnxPort wanted) {
        Optional<OnnxPort> source = Optional.ofNullable(encoder.outputs.get(wanted.name()))
                .or(() -> encoder.outputs.size() == 1
                        ? encoder.outputs.values().stream().findFirst()
                        : Optional.empty());
        return source.filter(wanted::takes)
                .map(OnnxPort::name)
                .orElseThrow(() -> refused(
                        "decoder",
                        "the encoder gives nothing for its input " + wanted + ", but " + OnnxPort.list(encoder.outputs)
                                + ";",
                        decoder));
    }

    private static OnnxPort one(Ports decoder, Map<String, OnnxPort> ports, String name, String otherName) {
        return Stream.of(name, otherName)
                .filter(ports::containsKey)
                .findFirst()
                .map(ports::get)
                .orElseThrow(() -> refused(
                        "decoder", "it has to have an input \"" + name + "\" or \"" + otherName + "\",", decoder));
    }

    private static Optional<OnnxPort> named(Map<String, OnnxPort> ports, String part) {
        return ports.values().stream()
                .filter(port -> port.name().contains(part))
                .findFirst();
    }

    private static MeshException refused(String which, String expected, Ports found) {
        return new MeshException(
                FailureCode.UNAVAILABLE,
                "tracking." + which
                        + " names a model that is not known as a part of SAM, MobileSAM, EfficientSAM or SAM 2: "
                        + expected + " and has " + found);
    }
}
