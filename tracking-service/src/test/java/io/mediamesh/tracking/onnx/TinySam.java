package io.mediamesh.tracking.onnx;

import io.mediamesh.tracking.onnx.ModelWriter.Integers;
import io.mediamesh.tracking.onnx.ModelWriter.NumberType;
import io.mediamesh.tracking.onnx.ModelWriter.Whole;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that was not trained but thought out, with the inputs and outputs of the exports in use. The encoder tells hues
 * at a quarter of the resolution. The decoder takes the hue in the middle of the box for that of the object: pixels nearer
 * to it than to grey are the object's, as far as they are in the box, so that of a grey object it takes the whole box. It
 * is sure of itself where that hue is no grey.
 */
public final class TinySam {
    /** Height and width of a mask of the encoder's resolution are a quarter. */
    static final int SIDE_PX = 512;

    /** Whose names, shapes and values of pixels it has. */
    enum Export {
        /** segment-anything's export_onnx_model.py and an encoder over normalised planes. */
        SAM,
        /** The same, without masks of low resolution. */
        SAM_FULL_MASKS,
        /** An encoder that takes pixels as they are and fills its square up itself, with its shape open. */
        SAM_PIXELS,
        /** Queries in a dimension of their own, whole numbers as the size, a picture from 0 to 1 of any size. */
        EFFICIENT_SAM,
        /** Finer features beside the others, no size of the picture, three masks. */
        SAM2
    }

    private TinySam() {}

    /** Writes {@code encoder.onnx} and {@code decoder.onnx} of SAM's form. */
    public static void write(Path directory) {
        write(Export.SAM, directory);
    }

    static void write(Export export, Path directory) {
        encoder(export).write(directory.resolve("encoder.onnx"));
        decoder(export).write(directory.resolve("decoder.onnx"));
    }

    private static int side(Export export) {
        return switch (export) {
            case SAM, SAM_FULL_MASKS, SAM2 -> SIDE_PX;
            case SAM_PIXELS, EFFICIENT_SAM -> 1024;
        };
    }

    static ModelWriter encoder(Export export) {
        ModelWriter model = new ModelWriter();
        long side = side(export);
        String colours =
                switch (export) {
                    case SAM, SAM_FULL_MASKS, SAM2 -> {
                        model.input("image", NumberType.FLOAT, 1, 3, side, side);
                        String scaled = model.apply(
                                "Mul", List.of("image", model.constant(List.of(1L, 3L, 1L, 1L), .229f, .224f, .225f)));
                        yield model.apply(
                                "Add", List.of(scaled, model.constant(List.of(1L, 3L, 1L, 1L), .485f, .456f, .406f)));
                    }
                    case SAM_PIXELS -> {
                        model.input("input_image", NumberType.FLOAT, ModelWriter.OPEN, ModelWriter.OPEN, 3);
                        String missing = model.apply(
                                "Sub",
                                List.of(model.integers(side, side, 3), model.apply("Shape", List.of("input_image"))));
                        String pads =
                                model.apply("Concat", List.of(model.integers(0, 0, 0), missing), new Whole("axis", 0));
                        String filled = model.apply("Pad", List.of("input_image", pads));
                        String planes = model.apply("Transpose", List.of(filled), Integers.of("perm", 2L, 0L, 1L));
                        String batch = model.apply("Unsqueeze", List.of(planes, model.integers(0)));
                        yield model.apply("Div", List.of(batch, model.constant(List.of(), 255)));
                    }
                    case EFFICIENT_SAM -> {
                        model.input(
                                "batched_images",
                                NumberType.FLOAT,
                                ModelWriter.OPEN,
                                3,
                                ModelWriter.OPEN,
                                ModelWriter.OPEN);
                        yield "batched_images";
                    }
                };
        String reduced = model.apply(
                "AveragePool", List.of(colours), Integers.of("kernel_shape", 4L, 4L), Integers.of("strides", 4L, 4L));
        String grey = model.apply("ReduceMean", List.of(reduced), Integers.of("axes", 1L));
        String name = export == Export.SAM2 ? "image_embed" : "image_embeddings";
        model.applyAs(name, "Sub", List.of(reduced, grey));
        model.output(name, NumberType.FLOAT, 1, 3, side / 4, side / 4);
        if (export == Export.SAM2) {
            model.applyAs("high_res_feats_0", "Identity", List.of("image"));
            model.output("high_res_feats_0", NumberType.FLOAT, 1, 3, side, side);
        }
        return model;
    }

    static ModelWriter decoder(Export export) {
        ModelWriter model = new ModelWriter();
        long grid = side(export) / 4;
        boolean efficient = export == Export.EFFICIENT_SAM;
        String features = export == Export.SAM2 ? "image_embed" : "image_embeddings";
        model.input(features, NumberType.FLOAT, 1, 3, grid, grid);
        if (export == Export.SAM2) {
            model.input("high_res_feats_0", NumberType.FLOAT, 1, 3, SIDE_PX, SIDE_PX);
        }
        String prefix = efficient ? "batched_point_" : "point_";
        if (efficient) {
            model.input(prefix + "coords", NumberType.FLOAT, 1, 1, ModelWriter.OPEN, 2);
            model.input(prefix + "labels", NumberType.FLOAT, 1, 1, ModelWriter.OPEN);
        } else {
            // Room for a third point, which has to be marked as none.
            boolean fixed = export == Export.SAM2;
            model.input(prefix + "coords", NumberType.FLOAT, 1, fixed ? 3 : ModelWriter.OPEN, 2);
            model.input(
                    prefix + "labels", fixed ? NumberType.INT32 : NumberType.FLOAT, 1, fixed ? 3 : ModelWriter.OPEN);
        }
        String corners = model.apply("Reshape", List.of(prefix + "coords", model.integers(1, -1, 2)));
        String labels = model.apply("Reshape", List.of(prefix + "labels", model.integers(1, -1, 1)));
        String kinds = model.apply("Cast", List.of(labels), new Whole("to", 1));
        String start = corner(model, corners, kinds, 2);
        String end = corner(model, corners, kinds, 3);
        String logits = logits(model, features, start, end, grid);
        String score = score(model, features, start, end, grid);
        if (!efficient) {
            model.input("mask_input", NumberType.FLOAT, 1, 1, grid, grid);
            model.input("has_mask_input", NumberType.FLOAT, 1);
            logits = model.apply("Add", List.of(logits, model.apply("Mul", List.of("mask_input", "has_mask_input"))));
        }
        if (export == Export.SAM2) {
            String inverted = model.apply("Neg", List.of(logits));
            model.applyAs("masks", "Concat", List.of(inverted, logits, inverted), new Whole("axis", 1));
            model.output("masks", NumberType.FLOAT, 1, 3, grid, grid);
            String lower = model.apply("Mul", List.of(score, model.constant(List.of(), 0.9f)));
            model.applyAs("iou_predictions", "Concat", List.of(lower, score, lower), new Whole("axis", 1));
            model.output("iou_predictions", NumberType.FLOAT, 1, 3);
            return model;
        }
        model.input("orig_im_size", efficient ? NumberType.INT64 : NumberType.FLOAT, 2);
        full(model, logits, efficient);
        if (efficient) {
            model.applyAs("iou_predictions", "Unsqueeze", List.of(score, model.integers(0)));
            model.output("iou_predictions", NumberType.FLOAT, 1, 1, 1);
        } else {
            model.applyAs("iou_predictions", "Identity", List.of(score));
            model.output("iou_predictions", NumberType.FLOAT, 1, 1);
        }
        if (export == Export.SAM || export == Export.SAM_PIXELS) {
            model.applyAs("low_res_masks", "Identity", List.of(logits));
            model.output("low_res_masks", NumberType.FLOAT, 1, 1, grid, grid);
        }
        return model;
    }

    /** Masks that cover what the size says, pixel by pixel. */
    private static void full(ModelWriter model, String logits, boolean efficient) {
        String factors = model.constant(List.of(4L), 1, 1, 4, 4);
        String large = model.apply("Resize", List.of(logits, "", factors), "linear");
        String size = model.apply("Cast", List.of("orig_im_size"), new Whole("to", 7));
        String cut = model.apply("Slice", List.of(large, model.integers(0, 0), size, model.integers(2, 3)));
        if (efficient) {
            model.applyAs("output_masks", "Unsqueeze", List.of(cut, model.integers(0)));
            model.output("output_masks", NumberType.FLOAT, 1, 1, 1, ModelWriter.OPEN, ModelWriter.OPEN);
        } else {
            model.applyAs("masks", "Identity", List.of(cut));
            model.output("masks", NumberType.FLOAT, 1, 1, ModelWriter.OPEN, ModelWriter.OPEN);
        }
    }

    /** The mean of the points that have the label, as x and y. */
    private static String corner(ModelWriter model, String corners, String labels, float label) {
        String equal = model.apply("Equal", List.of(labels, model.constant(List.of(), label)));
        String is = model.apply("Cast", List.of(equal), new Whole("to", 1));
        Whole flat = new Whole("keepdims", 0);
        String sum =
                model.apply("ReduceSum", List.of(model.apply("Mul", List.of(corners, is)), model.integers(1)), flat);
        return model.apply("Div", List.of(sum, model.apply("ReduceSum", List.of(is, model.integers(1)), flat)));
    }

    /** How far each pixel is from the middle of the box: 1 on its edge. */
    private static String distance(ModelWriter model, String start, String end, int axis, long grid) {
        String half = model.constant(List.of(), 0.5f);
        String middle = model.apply("Mul", List.of(model.apply("Add", List.of(start, end)), half));
        String reach = model.apply("Mul", List.of(model.apply("Sub", List.of(end, start)), half));
        float[] places = new float[(int) (grid * grid)];
        for (int index = 0; index < places.length; index++) {
            places[index] = ((axis == 0 ? index % grid : index / grid) + 0.5f) * 4;
        }
        String from = model.apply(
                "Sub", List.of(model.constant(List.of(1L, 1L, grid, grid), places), of(model, middle, axis)));
        return model.apply("Abs", List.of(model.apply("Div", List.of(from, of(model, reach, axis)))));
    }

    private static String of(ModelWriter model, String point, int axis) {
        return model.apply(
                "Gather", List.of(model.apply("Reshape", List.of(point, model.integers(2))), model.integers(axis)));
    }

    private static String farthest(ModelWriter model, String start, String end, long grid) {
        return model.apply("Max", List.of(distance(model, start, end, 0, grid), distance(model, start, end, 1, grid)));
    }

    /** The mean hue of the middle of the box. */
    private static String hue(ModelWriter model, String features, String start, String end, long grid) {
        String less = model.apply("Less", List.of(farthest(model, start, end, grid), model.constant(List.of(), 0.4f)));
        String weights = model.apply("Cast", List.of(less), new Whole("to", 1));
        String sum =
                model.apply("ReduceSum", List.of(model.apply("Mul", List.of(features, weights)), model.integers(2, 3)));
        return model.apply("Div", List.of(sum, model.apply("ReduceSum", List.of(weights, model.integers(2, 3)))));
    }

    /** A quarter of the square of the hue's distance from grey, less the square of a pixel's distance from the hue. */
    private static String logits(ModelWriter model, String features, String start, String end, long grid) {
        String hue = hue(model, features, start, end, grid);
        String apart = model.apply("Sub", List.of(features, hue));
        String squares =
                model.apply("ReduceSum", List.of(model.apply("Mul", List.of(apart, apart)), model.integers(1)));
        String quarter = model.apply(
                "Mul",
                List.of(
                        model.apply("ReduceSum", List.of(model.apply("Mul", List.of(hue, hue)), model.integers(1))),
                        model.constant(List.of(), 0.25f)));
        String enough = model.apply("Add", List.of(quarter, model.constant(List.of(), 0.002f)));
        String like = model.apply(
                "Mul", List.of(model.apply("Sub", List.of(enough, squares)), model.constant(List.of(), 100)));
        String outside = model.apply(
                "Relu",
                List.of(model.apply(
                        "Sub", List.of(farthest(model, start, end, grid), model.constant(List.of(), 1.15f)))));
        return model.apply("Sub", List.of(like, model.apply("Mul", List.of(outside, model.constant(List.of(), 1000)))));
    }

    private static String score(ModelWriter model, String features, String start, String end, long grid) {
        String hue = hue(model, features, start, end, grid);
        Integers colours = Integers.of("axes", 1L, 2L, 3L);
        Whole flat = new Whole("keepdims", 0);
        String span = model.apply(
                "Sub",
                List.of(
                        model.apply("ReduceMax", List.of(hue), colours, flat),
                        model.apply("ReduceMin", List.of(hue), colours, flat)));
        String above = model.apply("Sub", List.of(span, model.constant(List.of(), 0.2f)));
        String steep = model.apply("Mul", List.of(above, model.constant(List.of(), 40)));
        return model.apply("Reshape", List.of(model.apply("Sigmoid", List.of(steep)), model.integers(1, 1)));
    }
}
