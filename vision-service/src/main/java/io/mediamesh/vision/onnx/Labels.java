package io.mediamesh.vision.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the classes of a model are called.
 *
 * @param names in the order of the classes; a class beyond them is called by its number
 * @param origin where they come from, for people
 */
record Labels(List<String> names, String origin) {
    /** The 80 classes of COCO that have pictures, in the order of their numbers (Lin et al., 2014). */
    private static final List<String> COCO = List.of(("person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,"
                    + "traffic light,fire hydrant,stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,"
                    + "bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,"
                    + "kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,"
                    + "knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,"
                    + "couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,"
                    + "oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush")
            .split(","));

    /** The numbers of COCO, 1 to 90, that no class has. */
    private static final List<Integer> COCO_GAPS = List.of(12, 26, 29, 30, 45, 66, 68, 69, 71, 83);

    // As Python writes a dictionary: {0: 'person', 1: "driver's cab"}
    private static final Pattern NAME = Pattern.compile(
            "(\\d+)\\s*+:\\s*+(?:'([^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'" + "|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\")");
    private static final int MOST_CLASSES = 100_000;

    /** The class with this number. */
    String of(int label) {
        return label < names.size() ? names.get(label) : "class " + label;
    }

    /** Those that models with so many classes mostly have; else only numbers. */
    static Labels usual(int classes) {
        if (classes == COCO.size()) {
            return new Labels(COCO, "COCO's, because there are 80 classes");
        }
        if (classes == 91) {
            List<String> numbered = new ArrayList<>(List.of("none"));
            int next = 0;
            for (int number = 1; number <= 90; number++) {
                numbered.add(COCO_GAPS.contains(number) ? "none" : COCO.get(next++));
            }
            return new Labels(List.copyOf(numbered), "COCO's by their numbers, because there are 91 classes");
        }
        return new Labels(List.of(), "not known; write them into the manifest");
    }

    /** Those that Ultralytics and others write into the metadata of a model. */
    static Optional<Labels> ofMetadata(String dictionary) {
        TreeMap<Integer, String> named = new TreeMap<>();
        Matcher entries = NAME.matcher(dictionary);
        while (entries.find()) {
            String name = entries.group(2) == null ? entries.group(3) : entries.group(2);
            if (entries.group(1).length() > 6 || name == null) {
                return Optional.empty();
            }
            named.put(Integer.valueOf(entries.group(1)), name.replaceAll("\\\\(.)", "$1"));
        }
        if (named.isEmpty() || named.lastKey() >= MOST_CLASSES) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (int label = 0; label <= named.lastKey(); label++) {
            names.add(named.getOrDefault(label, "class " + label));
        }
        return Optional.of(new Labels(List.copyOf(names), "of the model's metadata"));
    }
}
