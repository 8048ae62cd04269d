package io.mediamesh.vision.onnx;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.media.OnnxPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The input of a model that takes a picture, and how large it is.
 *
 * @param planar whether the colours come one after the other (NCHW)
 */
record InputPort(OnnxPort port, int widthPx, int heightPx, boolean planar) {
    /** Larger inputs are refused: they would take gigabytes. */
    static final int MOST_SIDE_PX = 4_096;

    /** What some models want to be told besides: sizes and masks, which are known beforehand. */
    static final Set<String> EXTRAS = Set.of("orig_target_sizes", "pixel_mask");

    private static final int USUAL_SIDE_PX = 640;
    // As Ultralytics writes it into the metadata: [height, width]
    private static final Pattern SIZE = Pattern.compile("\\[(\\d{2,4}), ?(\\d{2,4})]");

    /** The picture's input, or what was expected and what is there. */
    static InputPort of(Map<String, OnnxPort> inputs, Manifest manifest, Map<String, String> metadata) {
        List<OnnxPort> pictures = inputs.values().stream()
                .filter(port -> !EXTRAS.contains(port.name()))
                .toList();
        if (pictures.size() != 1) {
            throw refused("it has to have one input for a picture", inputs);
        }
        OnnxPort port = pictures.getFirst();
        switch (port.type()) {
            case FLOAT, FLOAT16, UINT8 -> {}
            case DOUBLE, INT8, INT16, INT32, INT64, BOOL, STRING, BFLOAT16, UNKNOWN ->
                throw refused("its input has to be of float32, float16 or uint8", inputs);
        }
        int batch = port.rank() - 3;
        if (batch < 0 || batch > 1 || (batch == 1 && port.dimension(0, 1) != 1)) {
            throw refused("its input has to have the shape 1×3×height×width or 1×height×width×3", inputs);
        }
        boolean planar = manifest.planar().orElse(port.dimension(batch, 0) == 3 || port.dimension(batch + 2, 0) != 3);
        if (port.dimension(planar ? batch : batch + 2, 3) != 3) {
            throw refused("its input has to take three colours", inputs);
        }
        Optional<Matcher> told =
                Optional.ofNullable(metadata.get("imgsz")).map(SIZE::matcher).filter(Matcher::matches);
        int usualHeight = told.map(size -> Integer.parseInt(size.group(1))).orElse(USUAL_SIDE_PX);
        int usualWidth = told.map(size -> Integer.parseInt(size.group(2))).orElse(USUAL_SIDE_PX);
        int heightPlace = planar ? batch + 1 : batch;
        long height = port.dimension(heightPlace, manifest.heightPx().orElse(usualHeight));
        long width = port.dimension(heightPlace + 1, manifest.widthPx().orElse(usualWidth));
        if (height < 1 || width < 1 || height > MOST_SIDE_PX || width > MOST_SIDE_PX) {
            throw refused("its input may have up to " + MOST_SIDE_PX + " pixels in each direction", inputs);
        }
        return new InputPort(port, (int) width, (int) height, planar);
    }

    private static MeshException refused(String expected, Map<String, OnnxPort> found) {
        return new MeshException(FailureCode.UNAVAILABLE, expected + ", and it has " + OnnxPort.list(found));
    }
}
