package io.mediamesh.vision.onnx;

import io.mediamesh.media.OnnxProvider;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a model that the settings name.
 *
 * @param source the file or the URL in use
 * @param exchanged whether that was chosen at run time, in place of what the settings name
 * @param loaded empty while there is none
 * @param problem why there is none
 */
public record ModelReport(String name, String source, boolean exchanged, Optional<Loaded> loaded, String problem) {
    /**
     * A model that looks at pictures.
     *
     * @param family for people, for example {@code YOLOX}
     * @param input for people: its type and shape, and how pictures are put into it
     * @param classes their names; empty where they have only numbers
     * @param provider where it runs
     * @param fallback why not where the settings want it; empty where it does
     */
    public record Loaded(String family, String input, List<String> classes, OnnxProvider provider, String fallback) {
        static Loaded of(DetectorModel model) {
            return new Loaded(
                    model.family(),
                    model.input(),
                    model.labels(),
                    model.opened().provider(),
                    model.opened().fallback());
        }
    }
}
