package io.mediamesh.contracts;

/** The form in which a subscriber wants its items. */
public sealed interface Form permits Form.ByReference, Form.MeanLuma, JpegForm {
    /** As the producer made them: no copy and no encoding within one JVM. */
    Form BY_REFERENCE = new ByReference();

    /**
     * Of pictures only how light they are. Where nobody wants more, a source need not even copy its pictures, and
     * nothing else of them travels between nodes.
     */
    Form MEAN_LUMA = new MeanLuma();

    /** The type of {@link #BY_REFERENCE}. */
    record ByReference() implements Form {}

    /** The type of {@link #MEAN_LUMA}. */
    record MeanLuma() implements Form {}
}
